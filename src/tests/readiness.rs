//! Readiness: a line for each check, and 503 while the process cannot read, write or know who was signed out.

use futures::FutureExt;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use tokio::{sync::oneshot, time::timeout};
use vestibule::server::db::{DbError, instance};

use super::support::*;

/// For how long an answer of the database counts, in seconds.
const FRESH: i64 = 3;
/// After how long without an answer it is taken to be away.
const SILENT: i64 = 10;

both! {
    async fn a_line_for_each_check(server: Server) {
        let ready = server.send(get("/readyz")).await.expect(200);
        assert_eq!(ready.text, "ok database\nok writing\nok revocations\nok mail-sender\n");
        assert_eq!(ready.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(server.send(get("/healthz")).await.expect(200).text, "ok");
        let left = server.sql("select name from instance where name like 'probe%'").await;
        assert!(left.is_empty(), "{left:?}");
    }

    async fn the_database_is_asked_once_in_a_while(server: Server) {
        server.send(get("/readyz")).await.expect(200);
        server.app.db.close().await;
        server.send(get("/readyz")).await.expect(200);
        server.app.clock.advance(FRESH);
        let away = server.send(get("/readyz")).await.expect(503).text;
        assert!(away.contains("FAULT database: it cannot be read"), "{away}");
        assert!(away.contains("FAULT writing: nothing can be written"), "{away}");
        server.send(get("/healthz")).await.expect(200);
    }
}

/// A writer that is busy answers late, and is no fault before it is silent for long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_that_hangs_is_reported() {
    let server = Server::new(Backend::Sqlite).await;
    let (began, begun) = oneshot::channel();
    let (open, gate) = oneshot::channel::<()>();
    let db = server.app.db.clone();
    let held = tokio::spawn(async move {
        db.write(move |tx| {
            async move {
                instance::set_once(tx, "held", "x").await?;
                began.send(()).expect("somebody waits");
                gate.await.expect("opened");
                Ok::<(), DbError>(())
            }
            .boxed()
        })
        .await
    });
    timeout(WITHIN, begun).await.expect("in time").expect("begun");
    server.send(get("/readyz")).await.expect(200);
    server.app.clock.advance(SILENT + 1);
    let silent = server.send(get("/readyz")).await.expect(503).text;
    assert!(silent.contains("ok database\nFAULT writing: no answer for 11 s\n"), "{silent}");
    open.send(()).expect("somebody waits");
    held.await.expect("ran").expect("written");
    let probed = async {
        while server.send(get("/readyz")).await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    timeout(WITHIN, probed).await.expect("in time");
}

/// A standby, or a server that an operator made read-only: an outage, not a bug.
mod a_database_that_is_read_only {
    use super::*;

    /// Changes the setting for new connections, and ends the others.
    async fn set(server: &Server, read_only: &str) {
        let url = server.url();
        let options: PgConnectOptions = url.parse().expect("an address");
        let options = options.options([("default_transaction_read_only", "off")]);
        let mut connection = PgConnection::connect_with(&options).await.expect("PostgreSQL");
        let name = sqlx::query_scalar("select current_database()");
        let name: String = name.fetch_one(&mut connection).await.expect("a name");
        let set = format!("alter database {name} set default_transaction_read_only = {read_only}");
        connection.execute(AssertSqlSafe(set)).await.expect("set");
        let end = "select pg_terminate_backend(pid) from pg_stat_activity
                   where datname = current_database() and pid <> pg_backend_pid()";
        connection.execute(end).await.expect("ended");
        connection.close().await.expect("closed");
    }

    /// Asks again until readiness has this status: connections that were ended may be met first.
    async fn becomes(server: &Server, status: u16) -> String {
        for _ in 0..50 {
            server.app.clock.advance(FRESH);
            let reply = server.send(get("/readyz")).await;
            if reply.status == status {
                return reply.text;
            }
        }
        panic!("/readyz never is {status}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        server.register("ada").await;
        set(&server, "on").await;
        let mut said = becomes(&server, 503).await;
        while said.contains("FAULT database") {
            said = becomes(&server, 503).await;
        }
        assert!(said.contains("ok database\nFAULT writing: nothing can be written"), "{said}");
        server.send(right("ada")).await.expect_problem(503, "unavailable");
        set(&server, "off").await;
        becomes(&server, 200).await;
        server.login("ada").await;
    }
}

/// Where nothing can be written nobody can sign in, and readiness says so; it recovers by itself.
mod writing_is_impossible {
    use std::{path::Path, process::Stdio};

    use sqlx::SqliteConnection;
    use tempfile::TempDir;

    use super::*;

    async fn register(process: &Process, name: &str) -> u16 {
        let body = serde_json::json!({ "username": name, "password": PASSWORD });
        let url = format!("{}/api/v1/register", process.url);
        let sent = reqwest::Client::new().post(url).json(&body).send().await;
        sent.expect("an answer").status().as_u16()
    }

    /// Registers people until that fails for want of the database.
    async fn register_until_refused(process: &Process) {
        for n in 0..10_000 {
            match register(process, &format!("person{n}")).await {
                201 => {}
                status => return assert_eq!(status, 503),
            }
        }
        panic!("everything can be written");
    }

    /// Readiness names what is impossible, and nothing else.
    async fn is_told(process: &Process) {
        process.answers("/readyz", 503).await;
        let ready = reqwest::get(format!("{}/readyz", process.url)).await.expect("an answer");
        let ready = ready.text().await.expect("text");
        assert!(ready.contains("ok database\nFAULT writing: nothing can be written"), "{ready}");
        assert!(ready.contains("ok feed\n") && ready.contains("ok revocations\n"), "{ready}");
        process.answers("/healthz", 200).await;
    }

    async fn is_over(process: Process) {
        process.becomes_ready().await;
        assert_eq!(register(&process, "grace").await, 201);
        process.ask_to_stop();
        assert!(process.has_ended().await);
    }

    async fn start(folder: &TempDir) -> Process {
        let process = Process::start_unheard(folder.path(), &[], Stdio::null()).await;
        assert_eq!(register(&process, "ada").await, 201);
        process
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_disk_is_full() {
        let folder = tempfile::tempdir().expect("a folder");
        // Where that is not allowed, the next test has the same by other means.
        let Some(disk) = Disk::of(&folder.path().join("data"), "8M") else { return };
        let process = start(&folder).await;
        disk.fill();
        register_until_refused(&process).await;
        is_told(&process).await;
        disk.free();
        is_over(process).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn files_are_as_large_as_they_may_be() {
        let folder = tempfile::tempdir().expect("a folder");
        let process = start(&folder).await;
        process.allow_files_of(Some(0));
        assert_eq!(register(&process, "grace").await, 503);
        is_told(&process).await;
        process.allow_files_of(None);
        is_over(process).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn another_program_keeps_the_database_locked() {
        let folder = tempfile::tempdir().expect("a folder");
        let process = start(&folder).await;
        let mut other = lock(&folder.path().join("data/vestibule.db")).await;
        is_told(&process).await;
        other.execute("rollback").await.expect("free again");
        is_over(process).await;
    }

    /// Writes from outside, without an end.
    async fn lock(file: &Path) -> SqliteConnection {
        let url = format!("sqlite://{}", file.display());
        let mut other = SqliteConnection::connect(&url).await.expect("SQLite");
        other.execute("begin immediate").await.expect("locked");
        other
    }
}

/// A request waits for a store of limits that is away once, and not at each limit.
mod a_store_of_limits_that_is_away_is_waited_for_once {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut relay = Relay::start().await;
        let url = relay.url();
        let settings = [("VESTIBULE_DATABASE_URL", url.as_str()), ("VESTIBULE_LIMITS", "database")];
        let process = Process::start(folder.path(), &settings).await;
        let client = reqwest::Client::new();
        let send = async |path: &str| {
            let body = serde_json::json!({ "username": "ada", "password": PASSWORD });
            let url = format!("{}{path}", process.url);
            client.post(url).json(&body).send().await.expect("an answer").status().as_u16()
        };
        assert_eq!(send("/api/v1/register").await, 201);
        assert_eq!(send("/api/v1/login").await, 200);
        relay.cut();
        let log = || std::fs::read_to_string(folder.path().join("log")).expect("a log");
        let waited = async {
            // A connection may be met that broke, and fails at once.
            while !log().contains("in the shared store error=no answer in time") {
                assert_eq!(send("/api/v1/login").await, 503);
            }
        };
        timeout(WITHIN, waited).await.expect("in time");
        let asked = log().matches("in the shared store").count();
        assert_eq!(send("/api/v1/register").await, 503);
        assert_eq!(log().matches("in the shared store").count(), asked, "it is left alone");
        relay.mend();
        process.becomes_ready().await;
        assert_eq!(send("/api/v1/login").await, 200);
    }
}
