-- A grant of another client is a session with the session that it came from. It ends with that one, unless it is offline.
-- No foreign key: an offline grant stays when its parent is forgotten.
alter table sessions add column parent_id text;
-- When the person let it outlive its parent, in Unix seconds.
alter table sessions add column offline_at integer;
create index sessions_parent on sessions (parent_id) where parent_id is not null;
