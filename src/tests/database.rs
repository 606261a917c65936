//! One schema on two databases.

use std::{collections::BTreeSet, fs, path::Path};

use sqlx::Row;
use vestibule::server::db::Db;

use super::support::*;

/// From here to its end a migration is in the words of one database.
const TRIGGERS: &str = "-- Triggers, in this database's words";

pub(super) fn migrations(database: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("migrations")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(path).expect("text"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names =
        |database| migrations(database).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("sqlite"), names("postgres"));
    // The texts are the same up to the names of types and what each database adds to a table.
    let plain = |database| {
        migrations(database)
            .into_iter()
            .map(|(_, text)| {
                let common = text.split(TRIGGERS).next().unwrap_or_default();
                common
                    .replace("integer not null primary key autoincrement", "identity")
                    .replace("bigint generated always as identity primary key", "identity")
                    .replace("bigint", "integer")
                    .replace(") strict;", ");")
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(plain("sqlite"), plain("postgres"));
    // Triggers have the same names; nothing truncates in SQLite.
    let triggers = |database| {
        let texts = migrations(database)
            .into_iter()
            .filter_map(|(_, text)| Some(text.split_once(TRIGGERS)?.1.to_owned()));
        let names = texts.flat_map(|text| {
            let named = text.split("create trigger ").skip(1).map(str::to_owned);
            named.filter_map(|rest| Some(rest.split(' ').next()?.to_owned())).collect::<Vec<_>>()
        });
        names.filter(|name| !name.ends_with("_whole")).collect::<BTreeSet<_>>()
    };
    assert_eq!(triggers("sqlite"), triggers("postgres"));
    assert!(!triggers("sqlite").is_empty());
}

/// `table.column type nullable` of a SQLite schema.
pub(super) async fn sqlite_columns(db: &Db) -> BTreeSet<String> {
    let Db::Sqlite { read, .. } = db else { panic!("SQLite") };
    let rows = sqlx::query(
        "select m.name, p.name as column_name, lower(p.type) as type, p.\"notnull\" as required
         from sqlite_master m join pragma_table_info(m.name) p
         where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like '_sqlx%'",
    );
    let rows = rows.fetch_all(&read.requests).await.expect("the schema");
    let line = |row: sqlx::sqlite::SqliteRow| {
        let (table, column, kind) =
            (row.get::<String, _>(0), row.get::<String, _>(1), row.get::<String, _>(2));
        let kind = kind.replace("integer", "bigint");
        format!("{table}.{column} {kind} {}", row.get::<i64, _>(3) == 1)
    };
    rows.into_iter().map(line).collect()
}

pub(super) async fn postgres_columns(db: &Db) -> BTreeSet<String> {
    let Db::Postgres(pool) = db else { panic!("PostgreSQL") };
    let rows = sqlx::query(
        "select table_name::text, column_name::text, data_type::text, is_nullable::text
         from information_schema.columns where table_schema = 'public' and table_name not like '\\_sqlx%'",
    );
    let rows = rows.fetch_all(&**pool).await.expect("the schema");
    let line = |row: sqlx::postgres::PgRow| {
        let text = |n: usize| row.get::<String, _>(n);
        format!("{}.{} {} {}", text(0), text(1), text(2), text(3) == "NO")
    };
    rows.into_iter().map(line).collect()
}

mod column_contract {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn postgres() {
        let sqlite = sqlite_columns(&Server::new(Backend::Sqlite).await.app.db).await;
        let postgres = postgres_columns(&Server::new(Backend::Postgres).await.app.db).await;
        assert_eq!(sqlite, postgres);
        assert!(sqlite.len() > 40, "{}", sqlite.len());
        for column in &sqlite {
            let kind = column.split(' ').nth(1);
            assert!(matches!(kind, Some("text" | "bigint")), "{column}");
        }
    }
}

both! {
    async fn the_data_is_for_its_owner_alone(server: Server) {
        use std::os::unix::fs::PermissionsExt;

        let mode = |name: &str| {
            let metadata = fs::metadata(server.folder().join(name)).expect(name);
            metadata.permissions().mode() & 0o077
        };
        assert_eq!(mode("secret.key"), 0);
        if let Db::Sqlite { .. } = server.app.db {
            assert_eq!((mode("test.db"), mode("test.db-wal")), (0, 0));
        }
    }

    async fn reads_cannot_write(server: Server) {
        if let Db::Sqlite { read, .. } = &server.app.db {
            let refused = sqlx::query("delete from instance").execute(&read.requests).await;
            assert!(refused.is_err_and(|error| error.to_string().contains("readonly")));
        }
    }
}

both! {
    /// Without one, the erasure of an account would read all rows of a table, and so would the file of its owner.
    async fn rows_of_an_account_are_found_by_an_index(server: Server) {
        let without = match server.app.db {
            Db::Sqlite { .. } => {
                "select m.name || '.' || f.\"from\" from sqlite_master m join pragma_foreign_key_list(m.name) f
                 where m.type = 'table' and f.\"table\" = 'users' and not exists
                     (select 1 from pragma_index_list(m.name) i join pragma_index_info(i.name) c
                      where i.partial = 0 and c.seqno = 0 and c.name = f.\"from\")"
            }
            Db::Postgres(_) => {
                "select cast(cast(c.conrelid as regclass) as text) || '.' || a.attname
                 from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
                 where c.contype = 'f' and c.confrelid = cast('users' as regclass) and not exists
                     (select 1 from pg_index i
                      where i.indrelid = c.conrelid and i.indpred is null and i.indkey[0] = c.conkey[1])"
            }
        };
        assert_eq!(server.sql(without).await, Vec::<String>::new());
    }
}
