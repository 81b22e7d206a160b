-- What revision 0008 brought: topics of the staff's group, and what was carried out of them.
INSERT INTO topic (conversation, number, told, is_open, owes_card, node)
  SELECT id, 7, 'o1', 1, 0, 0 FROM conversation WHERE id = 'whatsapp:+390000000001';
INSERT INTO word (key, conversation, entries)
  SELECT '7/1', id, 'o1' FROM conversation WHERE id = 'whatsapp:+390000000001';
