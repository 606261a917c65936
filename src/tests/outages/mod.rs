//! PostgreSQL restarted, killed, read-only, slow or away: an outage is 503 within one patience, and no more requests fail
//! than must.

mod kept_apart;
mod messages;
mod refusals;
mod silent;
mod units;

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, raw_sql};
use tokio::time::timeout;
use vestibule::server::service::follow;

use super::support::*;

/// Less than two patiences of five seconds, and enough for a slow machine.
const ONE_PATIENCE: Duration = Duration::from_secs(9);

/// Runs statements on a database behind the service's back.
async fn execute(url: &str, statements: &str) {
    let mut connection = PgConnection::connect(url).await.expect("PostgreSQL");
    let statements = raw_sql(AssertSqlSafe(statements.to_owned()));
    connection.execute(statements).await.expect("done");
}

/// Ends all connections of a server but the one that asks.
const KILL: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()";

/// A read and a write.
async fn all_answer(server: &Server, token: &str, count: usize) {
    let read = async || server.send(get("/api/v1/me").bearer(token)).await.expect(200);
    let rename = async |nth: usize| {
        let body = json!({ "metadata": { "n": nth } });
        let request = send_json(axum::http::Method::PATCH, "/api/v1/me", body).bearer(token);
        server.send(request).await.expect(200)
    };
    join_all((0..count).map(|_| read())).await;
    rename(count).await;
    read().await;
}

/// Connections that were ended while nobody used them fail no request, however many there are.
mod killed_while_idle {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        let token = server.user("ada").await;
        for count in [1, 8, 16, 2] {
            all_answer(&server, &token, count).await;
            execute(server.url(), KILL).await;
            all_answer(&server, &token, count).await;
            execute(server.url(), KILL).await;
            follow::all(&server.app).await.expect("read");
            server.login("ada").await;
        }
    }
}

/// A restart without an orderly end.
mod restarted {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let postgres = Postgres::start("");
        let database = postgres.url("postgres");
        let server =
            Server::with(Backend::Sqlite, |flags| flags.database_url = Some(database)).await;
        let token = server.user("ada").await;
        for count in [8, 1] {
            all_answer(&server, &token, 8).await;
            postgres.restart();
            all_answer(&server, &token, count).await;
        }
        // While it is away, a request waits for one patience, whatever it asks.
        let (app, router) = server.again_with(|flags| flags.limits = Some("database".into())).await;
        send(&router, right("ada")).await.expect(200);
        postgres.stop();
        for request in [
            right("ada"),
            post("/api/v1/register").json(json!({ "username": "bob", "password": PASSWORD })),
            form("/login", &[("identifier", "ada"), ("password", PASSWORD)]),
        ] {
            let log = Log::start();
            let reply = timeout(ONE_PATIENCE, send(&router, request)).await;
            let reply = reply.expect("answered within one patience").expect(503);
            assert!(!reply.header("retry-after").is_empty());
            let said = log.end();
            assert!(!said.contains(PASSWORD), "{said}");
        }
        let noticed = async { while send(&router, get("/readyz")).await.status != 503 {} };
        timeout(ONE_PATIENCE, noticed).await.expect("within one patience");
        // It comes back during requests: they wait for it. On a busy machine that takes longer than a patience, at times.
        for round in 1.. {
            let mut waiting = Box::pin(async {
                let requests = [get("/api/v1/me").bearer(&token), right("ada")];
                join_all(requests.map(|request| send(&router, request))).await
            });
            assert!(timeout(Duration::from_millis(100), &mut waiting).await.is_err(), "they wait");
            postgres.start_again();
            let replies: Vec<_> = waiting.await.iter().map(|reply| reply.status.as_u16()).collect();
            if replies == [200, 200] {
                break;
            }
            assert!(round < 5, "{replies:?}");
            postgres.stop();
        }
        app.db.close().await;
    }
}

/// A standby, or an operator's setting, is an outage and no bug of ours; what only reads goes on.
mod read_only {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        let token = server.user("ada").await;
        let set = async |how: &str| {
            let name = "select quote_ident(current_database())";
            let mut connection = PgConnection::connect(server.url()).await.expect("PostgreSQL");
            let name: String =
                sqlx::query_scalar(name).fetch_one(&mut connection).await.expect("it");
            let statement = format!("alter database {name} {how}");
            connection.execute("set default_transaction_read_only = off").await.expect("set");
            connection.execute(raw_sql(AssertSqlSafe(statement))).await.expect("set");
            connection.execute(KILL).await.expect("killed");
        };
        set("set default_transaction_read_only = on").await;
        for _ in 0..2 {
            let refused = server.send(right("ada")).await.expect_problem(503, "unavailable");
            assert!(!refused.header("retry-after").is_empty());
            server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
        }
        set("reset default_transaction_read_only").await;
        server.send(right("ada")).await.expect(200);
    }
}

/// What the server refuses for want of something, or because it stops, is an outage; a broken rule is our bug.
mod refusals_of_the_server {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        let token = server.user("ada").await;
        let database = server.url();
        execute(
            database,
            "create table refusal (code text);
             insert into refusal values ('53100');
             create function refuse() returns trigger language plpgsql as $$
                 begin
                     raise exception 'no' using errcode = (select code from refusal);
                 end $$;
             create trigger refuse before update on users for each row execute function refuse()",
        )
        .await;
        for (code, status) in [
            ("53100", 503),
            ("53200", 503),
            ("53300", 503),
            ("53400", 503),
            ("57014", 503),
            ("57P01", 503),
            ("57P02", 503),
            ("57P03", 503),
            ("25006", 503),
            ("40001", 503),
            ("40P01", 503),
            ("55P03", 503),
            ("58030", 503),
            ("XX001", 503),
            ("23514", 500),
            ("42501", 500),
        ] {
            execute(database, &format!("update refusal set code = '{code}'")).await;
            let body = json!({ "metadata": { "code": code } });
            let request = send_json(axum::http::Method::PATCH, "/api/v1/me", body).bearer(&token);
            let reply = server.send(request).await;
            assert_eq!(reply.status.as_u16(), status, "{code}: {}", reply.text);
            assert_eq!(reply.headers.contains_key("retry-after"), status == 503, "{code}");
        }
        execute(database, "drop trigger refuse on users").await;
        server.send(right("ada")).await.expect(200);
    }
}

/// A database that answers nothing: 503 within one patience, and a change that was not made is not made later.
mod slow {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        let token = server.user("ada").await;
        let lock = server.lock("users").await;
        let body = json!({ "metadata": { "late": true } });
        let change = send_json(axum::http::Method::PATCH, "/api/v1/me", body).bearer(&token);
        let requests = [change, right("ada"), get("/api/v1/me").bearer(&token)];
        let sent = requests.map(|request| timeout(ONE_PATIENCE, server.send(request)));
        for reply in join_all(sent).await {
            reply.expect("answered within one patience").expect_problem(503, "unavailable");
        }
        lock.free().await;
        let me = server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
        assert_eq!(me.json()["metadata"], json!({}));
        all_answer(&server, &token, 16).await;
    }
}
