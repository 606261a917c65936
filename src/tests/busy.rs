//! A database that is busy: pages are read while something is written, and nobody waits without end.

use std::time::Duration;

use futures::FutureExt;
use sqlx::{Acquire, Executor};
use tokio::{sync::oneshot, time::timeout};
use vestibule::server::db::{Db, DbError, instance};

use super::support::*;

both! {
    /// A unit of work that takes long holds up those who write, and none who read.
    async fn pages_are_read_while_the_writer_is_busy(server: Server) {
        let token = server.user("ada").await;
        let cookie = server.browser("ada").await;
        let (began, begun) = oneshot::channel();
        let (open, gate) = oneshot::channel::<()>();
        let db = server.app.db.clone();
        let held = tokio::spawn(async move {
            db.write(move |tx| async move {
                instance::set_once(tx, "held", "x").await?;
                began.send(()).expect("somebody waits");
                gate.await.expect("opened");
                Ok::<(), DbError>(())
            }.boxed()).await
        });
        timeout(WITHIN, begun).await.expect("in time").expect("begun");
        let page = |path: &str| get(path).header("accept", "text/html").cookie(&cookie);
        let reads = async {
            for path in account_pages() {
                assert!(server.send(page(path)).await.expect(200).text.contains("ada"), "{path}");
            }
            server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
            server.send(get("/api/v1/me/sessions").bearer(&token)).await.expect(200);
            server.send(get("/readyz")).await.expect(200);
        };
        timeout(WITHIN, reads).await.expect("they wait for nobody");
        assert_eq!(instance::get(&server.app.db, "held").await.expect("read"), None, "it was under way");
        open.send(()).expect("somebody waits");
        held.await.expect("ran").expect("written");
        assert_eq!(instance::get(&server.app.db, "held").await.expect("read").as_deref(), Some("x"));
    }
}

/// A statement that PostgreSQL gives up is an outage: 503, and the connection is good for the next one.
mod a_statement_that_takes_too_long {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        let token = server.user("ada").await;
        let Db::Postgres(pool) = &server.app.db else { panic!("PostgreSQL") };
        for name in ["statement_timeout", "idle_in_transaction_session_timeout"] {
            let asked = sqlx::query_scalar("select current_setting($1)").bind(name);
            let time: String = asked.fetch_one(&**pool).await.expect("a setting");
            assert_eq!(time, "20s", "{name}");
        }
        // The same, sooner.
        let mut all = Vec::new();
        for _ in 0..pool.options().get_max_connections() {
            let mut connection = pool.acquire().await.expect("a connection");
            connection.execute("set statement_timeout = '100ms'").await.expect("set");
            all.push(connection);
        }
        let mut other = all.pop().expect("one");
        drop(all);
        other.execute("set statement_timeout = 0").await.expect("set");
        let mut lock = other.begin().await.expect("begun");
        lock.execute("lock table users in access exclusive mode").await.expect("locked");
        let me = || server.send(get("/api/v1/me").bearer(&token));
        for _ in 0..3 {
            let refused = timeout(Duration::from_secs(20), me()).await.expect("it is given up");
            let refused = refused.expect_problem(503, "unavailable");
            assert!(!refused.header("retry-after").is_empty());
        }
        lock.rollback().await.expect("free again");
        me().await.expect(200);
    }
}
