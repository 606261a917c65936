-- Browsers that an account trusts: it is signed in to there by the password alone, though it has a second factor. Unix seconds.
create table trusted_devices (
    id               text    not null primary key,
    user_id          text    not null references users (id) on delete cascade,
    -- SHA-256 of the secret in the cookie, which each use replaces, and of the one before
    token_hash       text    not null,
    previous_hash    text,
    -- the secret in the cookie, which the one before opens
    successor_sealed text,
    -- the account's epoch; another one ends it
    epoch            bigint not null,
    user_agent       text,
    created_at       bigint not null,
    expires_at       bigint not null,
    last_used_at     bigint
);
create index trusted_devices_user on trusted_devices (user_id, id);
create index trusted_devices_expires_at on trusted_devices (expires_at);
