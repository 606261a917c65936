-- What a person has been told of and dismissed: nothing that happened up to then is told again. Unix seconds.
alter table users add column alerts_seen_at integer not null default 0;
