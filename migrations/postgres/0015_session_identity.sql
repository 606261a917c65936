-- How a session was opened, for which client and for what; and how often its refresh token was replayed late.
-- Each column has a default: a process of the version before goes on adding sessions without them.
alter table sessions add column amr text not null default 'pwd';
alter table sessions add column acr text not null default 'aal1';
alter table sessions add column client_id text not null default 'vestibule';
alter table sessions add column scope text;
-- The id under which a session goes on that got a new identity.
alter table sessions add column renewed_as text;
-- The generation that last had a late or foreign replay, and how many generations in a row had one.
alter table sessions add column late_generation bigint not null default 0;
alter table sessions add column late_run bigint not null default 0;
-- The sessions of a person that have not ended, which have a most.
create index sessions_open on sessions (user_id, expires_at) where revoked_at is null;
