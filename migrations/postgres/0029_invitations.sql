-- Invitations by operators and administrators. The link is a flow, whose reader makes the account. Unix seconds.
create table invitations (
    id                text    not null primary key,
    flow_id           text    not null,
    address           text    not null,
    address_canonical text    not null,
    -- names of roles, separated by spaces
    roles             text    not null,
    -- the administrator's account; null for the command line
    invited_by        text references users (id) on delete cascade,
    created_at        bigint not null,
    expires_at        bigint not null,
    revoked_at        bigint,
    accepted_at       bigint,
    -- the account that it became
    user_id           text references users (id) on delete cascade
);
create index invitations_expires_at on invitations (expires_at);
create index invitations_address on invitations (address_canonical);
-- one is open for each address
create unique index invitations_open on invitations (address_canonical) where accepted_at is null and revoked_at is null;
create index invitations_flow on invitations (flow_id);
create index invitations_maker on invitations (invited_by);
create index invitations_user on invitations (user_id);
