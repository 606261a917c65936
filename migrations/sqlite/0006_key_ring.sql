-- From when on a key signs; it is published before that.
alter table signing_keys add column active_at integer not null default 0;
update signing_keys set active_at = created_at;
