-- The name under which authenticators keep the passkeys of an account: random, because the id of an account tells its age.
alter table users add column webauthn_handle text;
create unique index users_webauthn_handle on users (webauthn_handle) where webauthn_handle is not null;

-- Passkeys (WebAuthn): keys with which an account is signed in to. Unix seconds.
create table passkeys (
    id                 text    not null primary key,
    user_id            text    not null references users (id) on delete cascade,
    -- the id that the authenticator gave it, in base64url
    credential_id      text    not null unique,
    -- a COSE key, in base64url
    public_key         text    not null,
    -- the highest number of signatures that was seen; 0 where the authenticator does not count
    sign_count         bigint not null,
    -- the name that it is for: with another setting it works no longer
    rp_id              text    not null,
    -- how its authenticator is reached, as the browser said, separated by spaces
    transports         text    not null,
    -- the kind of its authenticator
    aaguid             text,
    name               text    not null,
    -- since when it may be on several devices, and is
    backup_eligible_at bigint,
    backed_up_at       bigint,
    created_at         bigint not null,
    last_used_at       bigint,
    -- when its owner was told that its count went back
    counter_warned_at  bigint,
    -- the account's epoch when it was added
    since_epoch        bigint not null
);
create index passkeys_user on passkeys (user_id, id);

-- Challenges of passkeys that were answered, by their SHA-256: each is answered once. They are kept until they are over.
create table spent_challenges (
    hash       text    not null primary key,
    expires_at bigint not null
);
create index spent_challenges_expires_at on spent_challenges (expires_at);
