-- What revision 0005 brought: tries of vendors, names of messages, who is reached, other names of people.
UPDATE conversation SET heard_at = 1772442002000000, barred = '';
UPDATE inbox SET message_id = vendor_id;
UPDATE inbox SET token = 'a-b', body =
   '{"vendor_id":"SM1","sender":{"channel":"whatsapp","id":"+390000000001"},"text":"operatore","received_at":"2026-03-02T09:00:00Z","kind":"text","payload":"","phone":null,"name":"","attachments":[{"media_type":"image/jpeg","url":"https://vendor.example/1","name":""}],"token":"a-b","message_id":"","refers_to":"","user_id":"IT.1","details":"","forwarded":false}'
  WHERE vendor_id = 'SM1';
INSERT INTO alias (channel, user_id, conversation) VALUES
  ('whatsapp', 'IT.1', 'whatsapp:+390000000001');
