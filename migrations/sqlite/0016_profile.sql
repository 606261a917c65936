-- What else a person says of themselves: a JSON object of texts, by the names of the fields that the forms have.
alter table users add column profile text not null default '{}';
