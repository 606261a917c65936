-- Networks from which an account was signed in to; both names are keyed hashes.
create table known_sources (
    -- of a name that opens the account
    account text   not null,
    -- of that name and the network
    source  text   not null,
    -- the last sign-in from there, Unix seconds
    seen_at bigint not null,
    primary key (account, source)
);
create index known_sources_seen_at on known_sources (seen_at);
