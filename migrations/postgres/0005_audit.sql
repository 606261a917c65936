-- What happened, written in the transaction of the change; a sealer chains the rows later.
create table audit_events (
    seq        bigint generated always as identity primary key,
    at_ms      bigint not null,
    kind       text   not null,
    outcome    text   not null,
    actor      text,
    subject    text,
    client_ip  text,
    user_agent text,
    -- a JSON object with no secrets
    details    text   not null,
    -- null until sealed
    chain_hash text
);
create index audit_events_subject on audit_events (subject, seq);
