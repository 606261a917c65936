-- Usernames that accounts had before: nobody else gets one for a while.
create table former_usernames (
    -- in canonical form
    username_canonical text not null primary key,
    -- who had it
    user_id            text not null references users (id) on delete cascade,
    -- Unix seconds
    kept_until         bigint not null
);
create index former_usernames_user_id on former_usernames (user_id);
create index former_usernames_kept_until on former_usernames (kept_until);
