-- The authenticator app of an account: the seed of its one-time codes (RFC 6238).
create table totp (
    user_id     text    not null primary key references users (id) on delete cascade,
    -- sealed for the account's id
    seed_sealed text    not null,
    -- the newest time step of which a code was used
    last_step   integer not null,
    -- wrong codes after a right password, since the last right one
    failed      integer not null default 0,
    created_at  integer not null,
    used_at     integer
) strict;

-- The recovery codes of an account, each of which works once in place of a code of the app.
create table recovery_codes (
    user_id    text    not null references users (id) on delete cascade,
    -- SHA-256 of account and code
    code_hash  text    not null,
    created_at integer not null,
    spent_at   integer,
    primary key (user_id, code_hash)
) strict;

-- Flows of a session: an authenticator app that is being set up, recovery codes that are shown.
create index flows_session on flows (session_id, purpose) where session_id is not null;
