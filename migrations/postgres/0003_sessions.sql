-- One row per sign-in, updated in place by rotation.
create table sessions (
    id               text   not null primary key,
    user_id          text   not null references users (id) on delete cascade,
    -- cookie, token, or none: how the refresh token went out, if it did
    kind             text   not null,
    -- how often the refresh token was replaced, and the one that counts now (SHA-256)
    generation       bigint not null,
    current_hash     text,
    previous_hash    text,
    -- the current token, sealed under its predecessor: an honest replay gets the same one again
    successor_sealed text,
    -- Unix milliseconds
    rotated_at_ms    bigint not null,
    -- when the current token was first used, in Unix milliseconds; null while its predecessor may be replayed
    used_at_ms       bigint,
    epoch            bigint not null,
    auth_time        bigint not null,
    created_at       bigint not null,
    last_seen_at     bigint not null,
    idle_expires_at  bigint not null,
    expires_at       bigint not null,
    revoked_at       bigint,
    revoked_reason   text,
    client_ip        text,
    user_agent       text
);
create index sessions_user on sessions (user_id, id);

-- What access tokens already out must no longer open; every process follows it in order.
create table revocations (
    seq        bigint generated always as identity primary key,
    -- session: every token of it; user: tokens with an epoch below `not_before`
    kind       text   not null,
    subject    text   not null,
    not_before bigint not null,
    created_at bigint not null,
    -- from here on no such token can be alive
    expires_at bigint not null
);
create index revocations_expiry on revocations (expires_at);
create index revocations_recent on revocations (created_at);
