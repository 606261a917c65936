//! Background work has connections of its own: however long it takes, requests and the feed go on.

use futures::future::join_all;
use vestibule::server::{
    db::{admins, instance, known_sources},
    service::{accounts::AccountChange, follow},
};

use super::{super::support::*, all_answer};

mod reports {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        let token = server.user("ada").await;
        let lock = server.lock("known_sources").await;
        // More of them than there are connections for it, and none can go on.
        let app = server.app.clone();
        let waiting = async |app: vestibule::server::App| {
            known_sources::seen_at(&app.db, "none", "none").await
        };
        let reports: Vec<_> = (0..20).map(|_| tokio::spawn(waiting(app.clone()))).collect();
        server.until_locked_out("2").await;
        all_answer(&server, &token, 16).await;
        follow::revocations(&server.app).await.expect("the feed is read");
        lock.free().await;
        for report in join_all(reports).await {
            assert_eq!(report.expect("ran").expect("read"), None);
        }
        server.change("ada", AccountChange::Disable).await;
    }
}

/// A request may wait for no report, and a report for no request.
mod requests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        let token = server.user("ada").await;
        let vestibule::server::db::Db::Postgres(pool) = &server.app.db else {
            panic!("PostgreSQL")
        };
        let mut all = Vec::new();
        for _ in 0..pool.options().get_max_connections() {
            all.push(pool.acquire().await.expect("a connection"));
        }
        instance::get(&server.app.db, "none").await.expect("read");
        follow::revocations(&server.app).await.expect("the feed is read");
        server.app.db.write(|tx| Box::pin(admins::one_is_enabled(tx))).await.expect("written");
        // All are in use: that is said, and nothing of connecting.
        let log = Log::start();
        server.send(get("/api/v1/users")).await.expect(401);
        // First on this thread: where another says a line first, this log never hears of it.
        server.send(get("/api/v1/me").bearer(&token)).await.expect_problem(503, "unavailable");
        let refused = server.send(right("ada")).await.expect_problem(503, "unavailable");
        assert!(!refused.header("retry-after").is_empty());
        let (said, most) = (log.end(), pool.options().get_max_connections());
        let reason = format!("all of its {most} connections are in use");
        assert!(said.contains("PostgreSQL at ") && said.contains(&reason), "{said}");
        drop(all);
    }
}

/// A right password opens a session also where it cannot be noted from where it came.
mod notes {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        server.register("ada").await;
        let lock = server.lock("known_sources").await;
        server.send(right("ada")).await.expect(200);
        lock.free().await;
    }
}
