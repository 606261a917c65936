-- What the app keeps about a person and they cannot write: a JSON object. `metadata` is the person's own.
alter table users add column app_metadata text not null default '{}';
