-- One row per fact about the instance: the check value of its secret, and when it was made.
create table instance (
    name  text not null primary key,
    value text not null
);
