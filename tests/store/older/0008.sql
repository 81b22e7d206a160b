-- What revision 0008 brought: topics of the staff's group, and what was carried out there.
INSERT INTO topic (conversation, number, told, is_open, owes_card) VALUES
  ('whatsapp:+390000000001', 7, 'e1', 1, 0);
INSERT INTO word (key, conversation, entries) VALUES
  ('telegram 7 1', 'whatsapp:+390000000001', 'e1');
INSERT INTO event (conversation, at, name, colleague, text) VALUES
  ('whatsapp:+390000000001', 1772442003000000, 'note', 'Anna', 'Richiamare giovedì');
