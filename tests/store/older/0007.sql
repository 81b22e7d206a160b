-- What revision 0007 brought: what vendors keep for us, and early reports.
INSERT INTO template (channel, name, vendor_id, digest, approval, reason) VALUES
  ('whatsapp', 'sportello_quick_1', 'HX1', 'd', '', '');
INSERT INTO report (channel, vendor_id, status, error, at) VALUES
  ('whatsapp', 'SM99', 'delivered', '', 1772442000000000);
