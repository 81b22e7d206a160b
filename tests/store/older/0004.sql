-- What revision 0004 brought: nodes and what they share.
UPDATE conversation SET node = 7;
UPDATE outbox SET node = 7, marked_at = 1772442000000000 WHERE vendor_id = 'SM8';
INSERT INTO node (id, name, until) VALUES (7, 'one', 1772442006000000);
INSERT INTO job (name, due) VALUES ('retention', 1772445600000000);
INSERT INTO secret (name, value) VALUES ('sessions', 'the secret of the sessions, 32 characters');
