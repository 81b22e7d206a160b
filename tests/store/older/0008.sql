-- What revision 0008 brought: topics of the staff's group.
INSERT INTO topic (conversation, number, told, is_open, owes_card, node) VALUES
  ('whatsapp:+390000000001', 7, 'i1', 1, 0, 0);
INSERT INTO word (key, conversation, entries) VALUES
  ('telegram:1', 'whatsapp:+390000000001', 'o1');
