-- What revision 0006 brought: files of customers.
INSERT INTO file (conversation, inbox, place, state, attempts, next_try, error, media_type, words, content)
  SELECT conversation, id, 0, 'failed', 3, 1772442000000000, 'gone', 'image/jpeg', '', NULL FROM inbox WHERE vendor_id = 'SM1';
