-- The ring that a key belongs to for good: 'own' signs access tokens of our own client, each other one signs for other
-- clients with the algorithm of its name. The private part is sealed for its ring.
alter table signing_keys add column ring text not null default 'own';
