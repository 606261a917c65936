-- Triggers, in this database's words: the head is put there once, with the instance secret.
create function audit_begin() returns trigger language plpgsql as $$
begin
    if exists (select 1 from audit_chain) then
        raise exception 'the audit chain has a head for ever';
    end if;
    return new;
end
$$;
create trigger audit_chain_begun before insert on audit_chain for each row
execute function audit_begin();

-- They fire whatever session_replication_role says. A logical replica disables them: its first copy brings sealed
-- events.
alter table audit_events enable always trigger audit_events_added;
alter table audit_events enable always trigger audit_events_sealed;
alter table audit_events enable always trigger audit_events_cut;
alter table audit_events enable always trigger audit_events_whole;
alter table audit_chain enable always trigger audit_chain_begun;
alter table audit_chain enable always trigger audit_chain_forward;
alter table audit_chain enable always trigger audit_chain_kept;
alter table audit_chain enable always trigger audit_chain_whole;
