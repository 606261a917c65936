-- A person's list shows what is alive, and what was stolen; what is long over is forgotten.
drop index sessions_user;
create index sessions_alive on sessions (user_id, id) where revoked_at is null;
create index sessions_reuse on sessions (user_id, revoked_at) where revoked_reason = 'reuse';
create index sessions_over on sessions (expires_at);
