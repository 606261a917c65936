-- The role of Vestibule, which owns its database and nothing else: run once by the image of PostgreSQL, in psql.
\getenv password DATABASE_PASSWORD
create role vestibule login password :'password';
create database vestibule owner vestibule;
