-- When an address became the main one of its account. Without one, that is the oldest confirmed address in use.
alter table user_emails add column primary_at bigint;
create unique index user_emails_primary on user_emails (user_id) where primary_at is not null;
-- Until when the addresses that an account had before may take this one off it; null for one that has been there all along.
alter table user_emails add column doubt_until bigint;
update user_emails set doubt_until = (select max(o.undo_until) from user_emails o where o.user_id = user_emails.user_id)
 where since_epoch is not null;
