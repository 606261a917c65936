//! Units of work keep their promises.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures::{FutureExt, future::BoxFuture};
use vestibule::server::db::{Db, DbError, instance, users};

use super::support::*;

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

/// A change of one statement, which violates a constraint where it is to fail.
async fn change(db: &Db, name: &'static str, fail: bool) -> Result<(), DbError> {
    db.change(move |tx| {
        async move {
            match fail {
                true => users::grant(tx, "nobody", name, 0).await.map(drop),
                false => instance::put(tx, name, "x").await,
            }
        }
        .boxed()
    })
    .await
}

/// Holds the writer until all of these wait, so that they share a batch.
async fn together(
    db: &Db,
    units: Vec<BoxFuture<'_, Result<(), DbError>>>,
) -> Vec<Result<(), DbError>> {
    let gate = Arc::new(tokio::sync::Notify::new());
    let inside = gate.clone();
    let held = db.write(move |_| {
        async move {
            inside.notified().await;
            Ok::<(), DbError>(())
        }
        .boxed()
    });
    let release = async {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        gate.notify_one();
    };
    let units = futures::future::join_all(units);
    let (held, units, ()) = futures::future::join3(held, units, release).await;
    assert!(held.is_ok());
    units
}

both! {
    async fn a_failing_unit_undoes_itself_alone(server: Server) {
        let db = &server.app.db;
        let units = together(db, vec![
            set(db, "one", false).boxed(), set(db, "two", true).boxed(),
            set(db, "three", false).boxed(), set(db, "four", true).boxed(),
        ]).await;
        assert_eq!(units.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, false]);
        for (name, kept) in [("one", true), ("two", false), ("three", true), ("four", false)] {
            assert_eq!(instance::get(db, name).await.expect("read").is_some(), kept, "{name}");
        }
    }

    /// Between units of several statements, in every order.
    async fn a_change_of_one_statement_fails_alone(server: Server) {
        let db = &server.app.db;
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        for first in 0..16_u32 {
            server.sql("delete from instance where length(name) = 1 returning name").await;
            let is_single = |at: usize| first >> (at % 4) & 1 == 0;
            let fails = |at: usize| at % 3 == 1;
            let units = names.iter().enumerate().map(|(at, name)| match is_single(at) {
                true => change(db, name, fails(at)).boxed(),
                false => set(db, name, fails(at)).boxed(),
            });
            let outcomes = together(db, units.collect()).await;
            for (at, name) in names.iter().enumerate() {
                assert_eq!(outcomes[at].is_ok(), !fails(at), "{first} {name}");
                assert_eq!(instance::get(db, name).await.expect("read").is_some(), !fails(at), "{first} {name}");
            }
        }
    }

    async fn a_change_that_swallows_a_failure_fails(server: Server) {
        let swallowed = server.app.db.change(|tx| {
            async move {
                drop(users::grant(tx, "nobody", "admin", 0).await);
                Ok(())
            }.boxed()
        }).await;
        assert!(matches!(swallowed, Err(DbError::Swallowed(_))), "{swallowed:?}");
    }

    async fn a_second_statement_needs_a_unit_of_work(server: Server) {
        let db = &server.app.db;
        let changed = db.change(|tx| {
            async move {
                instance::put(tx, "first", "x").await?;
                instance::put(tx, "second", "x").await
            }.boxed()
        }).await;
        assert!(changed.is_err());
        assert_eq!(instance::get(db, "second").await.expect("read"), None);
        change(db, "after", false).await.expect("the database is used on");
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
                users::grant(tx, "nobody", "admin", 0).await?;
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
                drop(users::grant(tx, "nobody", "admin", 0).await);
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
}

/// Always false, in a way that the compiler does not see.
fn tx_is_a_tx(_: &vestibule::server::db::Tx<'_>) -> bool {
    std::hint::black_box(false)
}
