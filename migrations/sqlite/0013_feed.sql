-- Lines of the feed are read again, and forgotten, in order of their time. `expires_at` is for the version before.
drop index revocations_expiry;
drop index revocations_recent;
create index revocations_recent on revocations (created_at, seq);

-- Sessions are forgotten some time after they ended; those without a refresh token sooner.
drop index sessions_over;
create index sessions_ended on sessions (kind, coalesce(revoked_at, expires_at));
