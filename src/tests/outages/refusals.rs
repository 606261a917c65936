//! Refusals while the database is away.

use vestibule::server::service::follow;

use super::{super::support::*, ONE_PATIENCE, timeout};

/// A refusal that cannot be recorded is answered within one patience; what cannot be answered without the database is
/// refused with the reason in the log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn within_one_patience() {
    let mut relay = Relay::start().await;
    let database = relay.url();
    let server = Server::with(Backend::Sqlite, |flags| flags.database_url = Some(database)).await;
    let token = server.user("ada").await;
    relay.cut();
    let refused = server.send(get("/api/v1/users").bearer(&token));
    let refused = timeout(ONE_PATIENCE, refused).await.expect("within one patience");
    refused.expect_problem(403, "forbidden");
    let log = Log::start();
    server.send(get("/api/v1/me").bearer(&token)).await.expect_problem(503, "unavailable");
    let said = log.end();
    assert!(said.contains("PostgreSQL at ") && said.contains("connection refused"), "{said}");
    let failed = follow::revocations(&server.app).await.expect_err("away").to_string();
    assert!(failed.contains("connection refused"), "{failed}");
    // What was tried behind the answer has ended too.
    server.app.background.close();
    server.app.background.wait().await;
    relay.mend();
    assert!(server.sql("select kind from audit_events where kind = 'access'").await.is_empty());
}
