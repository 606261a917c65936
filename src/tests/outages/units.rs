//! Units of work whose connection dies: undone or not known, and never done twice.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures::FutureExt;
use vestibule::server::db::{DbError, instance};

use super::{super::support::*, execute};

/// Sets a fact and counts how often that was begun.
async fn set(
    server: &Server,
    name: &'static str,
    begun: &Arc<AtomicUsize>,
) -> Result<String, DbError> {
    let begun = begun.clone();
    let unit = server.app.db.write(move |tx| {
        async move {
            begun.fetch_add(1, Ordering::Relaxed);
            instance::set_once(tx, name, "x").await
        }
        .boxed()
    });
    unit.await
}

/// Ends the connection that inserts a fact: in the middle of the unit, or when it is committed.
const DIE: &str = "create function die() returns trigger language plpgsql as $$
        begin
            perform pg_terminate_backend(pg_backend_pid());
            return new;
        end $$;";

mod gone_in_the_middle {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        let (database, begun) = (server.url().to_owned(), Arc::new(AtomicUsize::new(0)));
        let trigger =
            "create trigger die before insert on instance for each row execute function die()";
        execute(&database, &format!("{DIE} {trigger}")).await;
        let error = set(&server, "middle", &begun).await.expect_err("gone");
        assert!(error.is_unavailable(), "{error}");
        execute(&database, "drop trigger die on instance").await;
        assert_eq!(instance::get(&server.app.db, "middle").await.expect("read"), None);
        assert_eq!(begun.load(Ordering::Relaxed), 1);
        set(&server, "middle", &begun).await.expect("set");
    }
}

/// Whether a commit was made whose answer never came, nobody knows: it is not tried again.
mod gone_at_the_commit {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        let (database, begun) = (server.url().to_owned(), Arc::new(AtomicUsize::new(0)));
        let trigger =
            "create constraint trigger die after insert on instance deferrable initially deferred
            for each row execute function die()";
        execute(&database, &format!("{DIE} {trigger}")).await;
        let error = set(&server, "commit", &begun).await.expect_err("gone");
        assert!(error.is_unavailable(), "{error}");
        assert_eq!(begun.load(Ordering::Relaxed), 1);
        execute(&database, "drop trigger die on instance").await;
        set(&server, "commit", &begun).await.expect("set");
    }
}
