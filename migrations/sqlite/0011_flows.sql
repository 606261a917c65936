-- Everything that works once: the set-up link, a sign-in that waits for its second step, and what is to come. A row is
-- found by the SHA-256 of 256 random bits and spent by one conditional update.
create table flows (
    id           text   not null primary key,
    purpose      text   not null,
    secret_hash  text   not null unique,
    -- of the digits that may be typed in place of the secret, under a key of the instance
    code_mac     text,
    -- of the cookie of the browser that asked; null where the secret alone is enough
    browser_hash text,
    user_id      text   references users (id) on delete cascade,
    session_id   text,
    address      text,
    -- what else the flow carries, sealed for its id
    data_sealed  text,
    -- open, spent, superseded
    state        text   not null,
    -- wrong answers so far
    tries        integer not null,
    -- the account when the flow began: its epoch, and its password hash, sealed for the flow's id
    epoch        integer,
    hash_seen    text,
    created_at   integer not null,
    -- the moment from which it is dead, by age or because it was spent
    expires_at   integer not null,
    spent_at     integer
) strict;
create index flows_user on flows (user_id, purpose);
create index flows_address on flows (address, purpose) where address is not null;
create index flows_expires_at on flows (expires_at);

-- An open set-up link of an earlier version need not survive: the next start makes another one.
drop table setup_link;
