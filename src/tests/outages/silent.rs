//! Connections that fall silent while PostgreSQL answers others.

use vestibule::server::{
    jobs::{BackgroundJobs, table},
    service::follow,
};

use super::{super::support::*, ONE_PATIENCE, Relay, all_answer, timeout};

/// All connections are lost at once: each purpose has others within one patience.
mod lost {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let relay = Relay::start().await;
        let database = relay.url();
        let server =
            Server::with(Backend::Sqlite, |flags| flags.database_url = Some(database)).await;
        let token = server.user("ada").await;
        all_answer(&server, &token, 8).await;
        follow::all(&server.app).await.expect("followed");
        // What was cut off has not kept the only connection of the feed, also where it was just coming back to its pool.
        for _ in 0..3 {
            follow::revocations(&server.app).await.expect("the feed");
            relay.lose();
            let feed = async { while follow::revocations(&server.app).await.is_err() {} };
            timeout(ONE_PATIENCE, feed).await.expect("the feed is read within one patience");
        }
        let ready = timeout(ONE_PATIENCE, async {
            while server.send(get("/readyz")).await.status != 200 {}
        });
        ready.await.expect("ready within one patience");
        all_answer(&server, &token, 8).await;
        server.login("ada").await;
        // So do jobs.
        let jobs = BackgroundJobs::start(&server.app, table(None));
        let successes = || {
            let jobs = server.app.jobs.all();
            let seal = jobs.iter().find(|job| job.spec.name == "audit-seal");
            seal.map_or(0, |job| job.last().successes)
        };
        until(|| successes() > 0).await;
        let before = successes();
        relay.lose();
        until(|| successes() > before + 1).await;
        timeout(ONE_PATIENCE * 3, jobs.end()).await.expect("all ended");
        all_answer(&server, &token, 8).await;
    }
}

/// A key ring that cannot be read keeps no revocation from being read.
mod keys_that_wait {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        let line = "insert into revocations (kind, subject, not_before, created_at, expires_at)
            values ('keys', '', 0, 1767225600, 1767229999)";
        server.sql(line).await;
        follow::revocations(&server.app).await.expect("read");
        let lock = server.lock("signing_keys").await;
        let app = server.app.clone();
        let keys = tokio::spawn(async move { follow::keys(&app).await });
        server.until_locked_out("1").await;
        let read = timeout(ONE_PATIENCE / 3, follow::revocations(&server.app)).await;
        read.expect("at once").expect("read");
        lock.free().await;
        keys.await.expect("ran").expect("read");
    }
}
