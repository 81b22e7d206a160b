-- What revision 0009 brought: how often those on duty were called, how customers say it went, files sent, and who did what.
INSERT INTO alert (conversation, waiting_since, calls, at) VALUES
  ('whatsapp:+390000000001', 1772442000000000, 1, 1772442600000000);
INSERT INTO rating (conversation, closing, colleague, asked_at, value, comment, at) VALUES
  ('whatsapp:+390000000001', 0, 'Anna', 1772355600000000, 'good', '', 1772355660000000);
INSERT INTO enclosure (id, conversation, name, media_type, content) VALUES
  ('k1', 'whatsapp:+390000000001', 'prova.txt', 'text/plain', 'prova');
INSERT INTO audit (at, who, who_key, action, target, detail) VALUES
  (1772355600000000, 'Anna', 'anna', 'close', 'whatsapp:+390000000001', '');
