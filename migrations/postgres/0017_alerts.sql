-- Up to which of their copied sessions a person has dismissed the warning: when it ended, in Unix seconds, and its id.
alter table users add column alerts_seen_at bigint not null default 0;
alter table users add column alerts_seen_session text not null default '';
