-- Accounts that are leaving: a job erases each after its time, unless its owner or the operator keeps it. Unix seconds.
create table deletions (
    user_id      text not null primary key references users (id) on delete cascade,
    requested_at bigint not null,
    erase_after  bigint not null,
    -- when its owner was reminded
    reminded_at  bigint
);
create index deletions_erase_after on deletions (erase_after);

-- All rows of an account, which go with it, and which its owner may read.
create index sessions_user on sessions (user_id);
create index audit_events_actor on audit_events (actor, seq) where subject is null or subject <> actor;
