-- What happened, written in the transaction of the change; a sealer chains the rows later.
create table audit_events (
    seq        integer not null primary key autoincrement,
    at_ms      integer not null,
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
) strict;
create index audit_events_subject on audit_events (subject, seq);
