-- Keys that sign access tokens. The private part is sealed with the instance secret.
create table signing_keys (
    kid            text   not null primary key,
    algorithm      text   not null,
    private_sealed text   not null,
    created_at     integer not null,
    retired_at     integer
) strict;
