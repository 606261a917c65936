-- Flows that a mail takes part in: SHA-256 of the secret of its link, another than that of the asker.
alter table flows add column link_hash text;
create unique index flows_link on flows (link_hash) where link_hash is not null;

-- Who showed that the address is its account's: holder, operator. Addresses that were confirmed before are the operator's.
alter table user_emails add column verified_by text;
update user_emails set verified_by = 'operator' where verified_at is not null;
