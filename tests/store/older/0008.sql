-- What revision 0008 brought: topics of the staff's group, and what was carried out there.
INSERT INTO topic (conversation, number, told, is_open, owes_card, node)
  SELECT id, 7, 'i1', 1, 0, 0 FROM conversation LIMIT 1;
INSERT INTO word (key, conversation, entries) SELECT '-100:1', id, 'o1' FROM conversation LIMIT 1;
