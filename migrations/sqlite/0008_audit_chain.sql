-- Places in the chain are given by the sealer, in the order in which it finds the events.
alter table audit_events add column chain_pos integer;
create unique index audit_events_chain on audit_events (chain_pos);
create index audit_events_unsealed on audit_events (seq) where chain_pos is null;

-- Where the chain begins (after what retention has cut) and where it ends, under a MAC.
create table audit_chain (
    slot      integer not null primary key check (slot = 1),
    cut_pos   integer not null,
    cut_hash  text   not null,
    head_pos  integer not null,
    head_hash text   not null,
    mac       text   not null
) strict;

-- Triggers, in this database's words: events are added, sealed once, and deleted after the cut has moved past them.
-- `insert or replace` and `update or replace` delete without asking the third one.
create trigger audit_events_added before insert on audit_events
when new.chain_pos is not null or new.chain_hash is not null
    or exists (select 1 from audit_events where seq = new.seq)
begin
    select raise(abort, 'audit events are only added');
end;
create trigger audit_events_sealed before update on audit_events
when old.chain_pos is not null or new.chain_pos is null or new.chain_hash is null
    or exists (select 1 from audit_events where chain_pos = new.chain_pos)
    or old.seq is distinct from new.seq or old.at_ms is distinct from new.at_ms
    or old.kind is distinct from new.kind or old.outcome is distinct from new.outcome
    or old.actor is distinct from new.actor or old.subject is distinct from new.subject
    or old.client_ip is distinct from new.client_ip or old.user_agent is distinct from new.user_agent
    or old.details is distinct from new.details
begin
    select raise(abort, 'audit events are never changed');
end;
create trigger audit_events_cut before delete on audit_events
when old.chain_pos is null or not exists (select 1 from audit_chain where cut_pos >= old.chain_pos)
begin
    select raise(abort, 'audit events are deleted by retention only');
end;
create trigger audit_chain_forward before update on audit_chain
when new.slot <> old.slot or new.cut_pos < old.cut_pos or new.head_pos < old.head_pos or new.cut_pos > new.head_pos
begin
    select raise(abort, 'the audit chain goes forward only');
end;
create trigger audit_chain_kept before delete on audit_chain
begin
    select raise(abort, 'the audit chain has a head for ever');
end;
