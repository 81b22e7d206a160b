-- A chat with all that revision 0007 could hold, as its programs wrote it.
INSERT INTO conversation (id, status, owner, epoch, state, updated_at, waiting_since, node, heard_at, barred) VALUES
  ('whatsapp:+390000000001', 'waiting', '', 1,
   '{"id":"whatsapp:+390000000001","address":{"channel":"whatsapp","id":"+390000000001"},"status":"waiting","epoch":1,"owner":"","reason":"asked","waiting_since":"2026-03-02T09:00:00Z","language":"","intent":"","repeats":0,"misses":0,"pending":null,"offered":[],"contract_id":"","phone":"+390000000001","vouched_for":"","name":"Lucia","introduced":false,"greeted_on":null,"acknowledged":false,"claim":null,"form":null,"proof":{"asks_address":false,"challenge":null,"intent":"","asked_at":[],"email":"","proved_at":null}}',
   1772442000000000, 1772442000000000, 7, 1772442002000000, '');
INSERT INTO inbox (channel, vendor_id, conversation, body, received_at, done, token, message_id) VALUES
  ('whatsapp', 'SM1', 'whatsapp:+390000000001',
   '{"vendor_id":"SM1","sender":{"channel":"whatsapp","id":"+390000000001"},"text":"operatore","received_at":"2026-03-02T09:00:00Z","kind":"text","payload":"","phone":null,"name":"","attachments":[]}',
   1772442000000000, 1, NULL, 'SM1'),
  ('whatsapp', 'SM2', 'whatsapp:+390000000001',
   '{"vendor_id":"SM2","sender":{"channel":"whatsapp","id":"+390000000001"},"text":"siete aperti","received_at":"2026-03-02T09:00:00Z","kind":"text","payload":"","phone":null,"name":"","attachments":[]}',
   1772442002000000, 0, NULL, 'SM2');
INSERT INTO outbox (conversation, body, author, colleague, evidence, epoch, state, next_try, channel, vendor_id, created_at, sent_at, node, marked_at) VALUES
  ('whatsapp:+390000000001',
   '{"text":"Il contratto attivo.","buttons":[{"text":"Uno","payload":"intent:one"}],"picture":null}',
   'bot', '',
   '{"intent":"contract_status","confidence":0.9,"runner_up":"","runner_up_confidence":0.0,"example":"","views":[],"named":[],"standing":"","contract_id":"IT.1","assurance":"contact","disclosed":["standing"]}',
   1, 'delivered', 1772442000000000, 'whatsapp', 'SM8', 1772442000000000, 1772442000000000, 7, 1772442000000000),
  ('whatsapp:+390000000001',
   '{"text":"Un momento.","buttons":[{"text":"Uno","payload":"intent:one"}],"picture":null}',
   'bot', '', NULL, 1, 'waiting', 1772442001000000, 'whatsapp', '', 1772442001000000, NULL, 0, NULL);
INSERT INTO event (conversation, at, name, colleague, text) VALUES
  ('whatsapp:+390000000001', 1772442001000000, 'handover', '', 'asked');
INSERT INTO unreadable (channel, reason, call, at) VALUES
  ('whatsapp', 'cannot be read',
   '{"url":"https://desk.example/webhooks/twilio","headers":{"a":"b"},"body":"garbled","received_at":"2026-03-02T09:00:00Z"}',
   1772442000000000);
INSERT INTO contract (id, body) VALUES
  ('IT.1',
   '{"contract_id":"IT.1","customer_id":"K1","customer_name":"","consumer":false,"language":"it","expires_on":"2027-06-30","invoice":null,"reminder":null,"reactivation_fee_paid_on":null,"reactivated_on":null,"cancellation":null,"auth_code_issued_on":null,"ended_on":null,"services_on":null,"stated":null,"as_of":null,"stale":false,"services":[],"contacts":[{"name":"Lucia","phone":"+390000000001","email":"Lucia@studio.example","role":"","sees_money":true}]}');
INSERT INTO contact (contract, phone) VALUES ('IT.1', '+390000000001');
INSERT INTO staff (key, name, password_hash) VALUES ('anna', 'Anna', 'x');
INSERT INTO contact_email (contract, email) VALUES ('IT.1', 'lucia@studio.example');
INSERT INTO disclosure (at, conversation, contract, assurance, classes) VALUES
  (1772442000000000, 'whatsapp:+390000000001', 'IT.1', 'contact', 'standing');
INSERT INTO node (id, name, until) VALUES (7, 'one', 1772442006000000);
INSERT INTO job (name, due) VALUES ('retention', 1772445600000000);
INSERT INTO secret (name, value) VALUES ('sessions', 'the secret of the sessions, 32 characters');
INSERT INTO alias (channel, user_id, conversation) VALUES
  ('whatsapp', 'IT.1000000000000001', 'whatsapp:+390000000001');
