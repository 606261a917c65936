-- Programs of others that sign people in here, and the APIs for which they get tokens. Unix seconds.
create table clients (
    id                text    not null primary key,
    kind              text    not null,
    -- strict JSON
    settings          text    not null,
    -- SHA-256 of what a person consents to: name and places
    settings_hash     text    not null,
    -- a token that was issued before is refused
    tokens_not_before bigint not null,
    -- the file that it was applied from; null for one made by hand
    applied_from      text,
    created_at        bigint not null,
    updated_at        bigint not null,
    used_at           bigint,
    disabled_at       bigint
);
create table client_secrets (
    id         text    not null primary key,
    client_id  text    not null references clients (id) on delete cascade,
    -- SHA-256 of a secret that was shown once
    hash       text    not null,
    -- its last four characters
    hint       text    not null,
    created_at bigint not null,
    expires_at bigint,
    used_at    bigint
);
create unique index client_secrets_client on client_secrets (client_id, hash);
create table resources (
    uri          text    not null primary key,
    -- strict JSON
    settings     text    not null,
    applied_from text,
    created_at   bigint not null,
    updated_at   bigint not null,
    disabled_at  bigint
);
-- An authorization request that waits for a person, and what came of it: a code that works once.
create table authorizations (
    id              text    not null primary key,
    client_id       text    not null references clients (id) on delete cascade,
    -- checked, as JSON
    request         text    not null,
    created_at      bigint not null,
    -- the first look at a request that the client has pushed
    opened_at       bigint,
    expires_at      bigint not null,
    -- allowed or denied
    outcome         text,
    decided_at      bigint,
    user_id         text references users (id) on delete cascade,
    session_id      text,
    epoch           bigint,
    -- the session that the code becomes
    grant_id        text,
    scope           text,
    code_hash       text unique,
    code_expires_at bigint,
    exchanged_at    bigint
);
create index authorizations_expiry on authorizations (expires_at);
create index authorizations_client on authorizations (client_id);
create index authorizations_user on authorizations (user_id);
-- What a person lets a client do, at each resource; its name is empty for what is about the person alone.
create table consents (
    user_id       text    not null references users (id) on delete cascade,
    client_id     text    not null references clients (id) on delete cascade,
    resource      text    not null,
    scope         text    not null,
    settings_hash text    not null,
    granted_at    bigint not null,
    used_at       bigint not null,
    primary key (user_id, client_id, resource)
);
create index consents_client on consents (client_id);
create index consents_use on consents (used_at);
-- What a grant of another client is for, as JSON; null for our own sessions.
alter table sessions add column grant_of text;
create index sessions_client on sessions (client_id, id) where parent_id is not null;
