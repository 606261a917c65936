-- Triggers, in this database's words: the head is put there once, with the instance secret. `insert or replace`
-- would delete it without asking the trigger that keeps it.
create trigger audit_chain_begun before insert on audit_chain
when exists (select 1 from audit_chain)
begin
    select raise(abort, 'the audit chain has a head for ever');
end;
