-- People. Times are Unix seconds; `epoch` grows whenever tokens already out must stop working.
create table users (
    id                 text   not null primary key,
    -- as typed, and as compared
    username           text   not null,
    username_canonical text   not null unique,
    display_name       text,
    -- a JSON object that the app owns
    metadata           text   not null,
    -- a PHC string; null for people who sign in by other means
    password_hash      text,
    -- set where the password was accepted below the policy (tutorial mode)
    password_weak_at   bigint,
    epoch              bigint not null,
    created_at         bigint not null,
    updated_at         bigint not null,
    disabled_at        bigint
);

-- Addresses. One is unique only once it is verified, so registering with it reveals nothing.
create table user_emails (
    id                text   not null primary key,
    user_id           text   not null references users (id) on delete cascade,
    address           text   not null,
    address_canonical text   not null,
    created_at        bigint not null,
    verified_at       bigint
);
create unique index user_emails_verified on user_emails (address_canonical) where verified_at is not null;
create index user_emails_user on user_emails (user_id);

create table user_roles (
    user_id    text   not null references users (id) on delete cascade,
    role       text   not null,
    granted_at bigint not null,
    primary key (user_id, role)
);
create index user_roles_role on user_roles (role);

-- The link that makes the first admin: one at a time, spent once, stored as a hash.
create table setup_link (
    slot       bigint not null primary key check (slot = 1),
    token_hash text   not null,
    created_at bigint not null,
    expires_at bigint not null,
    spent_at   bigint
);
