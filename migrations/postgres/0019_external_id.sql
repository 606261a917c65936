-- The id of an account in the app that it came from, as text; only an import writes it. Two accounts never have the same one.
alter table users add column external_id text;
create unique index users_external_id on users (external_id) where external_id is not null;
