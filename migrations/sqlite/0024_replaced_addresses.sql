-- A confirmed address that another one has replaced, until when that can be undone: nobody else can confirm it until then.
-- Null for an address that is in use.
alter table user_emails add column undo_until integer;
-- The epoch of the account that began when it was replaced, and the one that began when it replaced another.
alter table user_emails add column replaced_epoch integer;
alter table user_emails add column since_epoch integer;
create index user_emails_undo on user_emails (undo_until) where undo_until is not null;
-- The epoch of the account that began when its authenticator app was set up; null for one of before.
alter table totp add column since_epoch integer;
