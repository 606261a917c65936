-- Failed attempts of a source, by minute and by the account's hashed name.
create table source_failures (
    source   text   not null,
    minute   bigint not null,
    account  text   not null,
    failures bigint not null,
    primary key (source, minute, account)
);
create index source_failures_minute on source_failures (minute);

-- Sources that may not try.
create table source_blocks (
    source     text   not null primary key,
    -- failures or operator
    created_by text   not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index source_blocks_expires_at on source_blocks (expires_at);

-- Buckets of attempts that processes share; the key is a keyed hash.
create table attempt_buckets (
    key        text   not null primary key,
    -- when the bucket would be empty again, Unix milliseconds
    arrival_ms bigint not null
);
create index attempt_buckets_arrival_ms on attempt_buckets (arrival_ms);
