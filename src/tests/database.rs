//! One schema on two databases, and units of work that keep their promises.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures::FutureExt;
use sqlx::Row;
use vestibule::server::db::{Db, DbError, instance};

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
async fn sqlite_columns(db: &Db) -> BTreeSet<String> {
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

async fn postgres_columns(db: &Db) -> BTreeSet<String> {
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

async fn set(db: &Db, name: &'static str, fail: bool) -> Result<(), DbError> {
    db.write(move |tx| {
        async move {
            instance::set_once(tx, name, "x").await?;
            if fail { Err(DbError::Panicked) } else { Ok(()) }
        }
        .boxed()
    })
    .await
}

both! {
    async fn a_failing_unit_undoes_itself_alone(server: Server) {
        let db = &server.app.db;
        // The writer is held until all four wait, so that they share a batch.
        let gate = Arc::new(tokio::sync::Notify::new());
        let inside = gate.clone();
        let held = db.write(move |_| async move { inside.notified().await; Ok::<(), DbError>(()) }.boxed());
        let release = async {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            gate.notify_one();
        };
        let units = futures::future::join_all([
            set(db, "one", false), set(db, "two", true), set(db, "three", false), set(db, "four", true),
        ]);
        let (held, units, ()) = futures::future::join3(held, units, release).await;
        assert!(held.is_ok());
        assert_eq!(units.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, false]);
        for (name, kept) in [("one", true), ("two", false), ("three", true), ("four", false)] {
            assert_eq!(instance::get(db, name).await.expect("read").is_some(), kept, "{name}");
        }
    }

    async fn a_panic_fails_its_unit_alone(server: Server) {
        let db = &server.app.db;
        let panicking = db.write(|tx| {
            async move {
                instance::set_once(tx, "panicked", "x").await?;
                assert!(tx_is_a_tx(tx), "this unit panics");
                Ok::<(), DbError>(())
            }.boxed()
        });
        let (panicked, fine) = futures::future::join(panicking, set(db, "fine", false)).await;
        assert!(matches!(panicked, Err(DbError::Panicked)) && fine.is_ok());
        assert_eq!(instance::get(db, "panicked").await.expect("read"), None);
        set(db, "after", false).await.expect("the writer lives");
    }

    async fn a_unit_runs_to_its_end_without_its_caller(server: Server) {
        let db = server.app.db.clone();
        let (reached, release) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
        let gates = Arc::new((reached, release));
        let (inside, done) = (gates.clone(), Arc::new(AtomicBool::new(false)));
        let finished = done.clone();
        let principal = tokio::spawn(async move {
            db.write(move |tx| {
                async move {
                    inside.0.notify_one();
                    inside.1.notified().await;
                    instance::set_once(tx, "alone", "x").await?;
                    finished.store(true, Ordering::SeqCst);
                    Ok::<(), DbError>(())
                }.boxed()
            }).await
        });
        gates.0.notified().await;
        principal.abort();
        assert!(principal.await.is_err_and(|error| error.is_cancelled()));
        gates.1.notify_one();
        // The next unit of SQLite's one writer comes after it; PostgreSQL's wait for the same row.
        until(|| done.load(Ordering::SeqCst)).await;
        set(&server.app.db, "alone", false).await.expect("written");
        assert_eq!(instance::get(&server.app.db, "alone").await.expect("read").as_deref(), Some("x"));
    }

    async fn a_unit_that_breaks_a_constraint_leaves_the_others(server: Server) {
        let db = &server.app.db;
        let orphan = db.write(|tx| {
            async move {
                vestibule::server::db::users::grant(tx, "nobody", "admin", 0).await?;
                Ok::<(), DbError>(())
            }.boxed()
        });
        let (orphan, fine) = futures::future::join(orphan, set(db, "fine", false)).await;
        assert!(orphan.is_err() && fine.is_ok());
    }

    async fn a_unit_that_swallows_a_failure_keeps_nothing(server: Server) {
        let db = &server.app.db;
        let swallowed = db.write(|tx| {
            async move {
                instance::set_once(tx, "swallowed", "x").await?;
                drop(vestibule::server::db::users::grant(tx, "nobody", "admin", 0).await);
                Ok::<(), DbError>(())
            }.boxed()
        }).await;
        assert!(swallowed.is_err());
        assert_eq!(instance::get(db, "swallowed").await.expect("read"), None);
    }

    async fn closing_finishes_what_is_queued(server: Server) {
        let db = server.app.db.clone();
        let names: Vec<&'static str> = vec!["a", "b", "c", "d", "e"];
        let queued: Vec<_> = names.iter().map(|name| Box::pin(set(&db, name, false))).collect();
        // First come, first served: the units are queued before the close.
        let (units, ()) = futures::future::join(futures::future::join_all(queued), db.close()).await;
        if let Db::Sqlite { .. } = db {
            assert!(units.iter().all(Result::is_ok), "{units:?}");
            assert!(!server.folder().join("test.db-wal").exists(), "the log is folded into the file");
        }
        assert!(set(&db, "late", false).await.is_err());
    }

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

/// Always false, in a way that the compiler does not see.
fn tx_is_a_tx(_: &vestibule::server::db::Tx<'_>) -> bool {
    std::hint::black_box(false)
}
