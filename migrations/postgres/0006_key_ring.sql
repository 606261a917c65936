-- From when on a key signs (it is published before that), and which key follows it.
alter table signing_keys add column active_at bigint not null default 0;
alter table signing_keys add column successor text;
update signing_keys set active_at = created_at;
