//! Starts and stops: what first ones make, what later ones do not forget (S18, S22), what a stop does not lose.

use std::path::Path;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use vestibule::server::{App, db::Db};

use super::{database::migrations, support::*};

/// Wrong passwords in a row, at most, of a session or of all devices (S22).
const LONG: usize = 100;
/// The same before one has to wait.
const BURST: usize = 10;

both_with! { |flags| flags.access_token_ttl = Some("86400".into());
    /// S18: a stolen session has a hundred wrong passwords, however often the process starts anew: ten at each start.
    async fn wrong_proofs_are_counted_over_restarts(server: Server) {
        let token = server.user("ada").await;
        let prove = |password: &str| {
            post("/api/v1/me/reauthenticate").bearer(&token).json(json!({ "password": password }))
        };
        let mut tried = Vec::new();
        for _ in 0..LONG / BURST + 2 {
            let (_, router) = server.again().await;
            let mut failures = 0;
            for _ in 0..BURST + 1 {
                let reply = send(&router, prove("wrong horse battery")).await;
                failures += usize::from(reply.status == 401);
            }
            tried.push(failures);
        }
        let mut expected = vec![BURST; LONG / BURST];
        expected.extend([0, 0]);
        assert_eq!(tried, expected);
        let (_, router) = server.again().await;
        send(&router, prove(PASSWORD)).await.expect_problem(429, "too_many_requests");
    }
}

both! {
    async fn first_starts_at_once(server: Server) {
        if let Db::Postgres(_) = server.app.db {
            for statement in ["drop schema public cascade", "create schema public"] {
                server.sql(statement).await;
            }
        }
        let starts = (0..4).map(|n| {
            let mut flags = server.flags.clone();
            let folder = |name: String| Some(server.folder().join(name).display().to_string());
            flags.data_dir = folder("fresh".into());
            if let Db::Sqlite { .. } = server.app.db {
                flags.database_url = None;
            } else {
                // On machines of their own, without a lock in common.
                flags.data_dir = folder(format!("fresh{n}"));
                flags.secret_file = Some(server.folder().join("secret.key").display().to_string());
            }
            tokio::spawn(async move {
                let config = vestibule::server::config::Config::load(&flags, None).expect("settings");
                let site = vestibule::server::site::find();
                vestibule::server::App::open(config, Default::default(), site).await
            })
        });
        let mut apps = Vec::new();
        for start in futures::future::join_all(starts).await {
            apps.push(start.expect("ran").expect("opened"));
        }
        // All have one secret, sign with one key, and each migration was run once.
        let secret = |app: &App| aws_lc_rs::hmac::sign(&app.secret.mac_key("test"), b"x").as_ref().to_vec();
        let kid = |app: &App| app.tokens.keys.ring(vestibule::server::service::keys::RingName::Own).signing(app.clock.now_s()).map(|key| key.key.verifying().kid.clone());
        for app in &apps[1..] {
            assert_eq!(secret(app), secret(&apps[0]));
            assert_eq!(kid(app), kid(&apps[0]));
        }
        let count = async |statement: &'static str| -> i64 {
            match &apps[0].db {
                Db::Sqlite { read, .. } => sqlx::query_scalar(statement).fetch_one(&read.requests).await,
                Db::Postgres(pool) => sqlx::query_scalar(statement).fetch_one(&**pool).await,
            }.expect("a count")
        };
        assert_eq!(count("select count(*) from signing_keys").await, 1);
        let files = migrations("sqlite").len() as i64;
        assert_eq!(count("select count(*) from _sqlx_migrations").await, files);
        assert_eq!(count("select count(distinct version) from _sqlx_migrations where success").await, files);
    }

    /// S22: so have all devices of a person together; beyond that they are strangers.
    async fn failures_of_devices_are_counted_over_restarts(server: Server) {
        server.register("ada").await;
        let right = [("identifier", "ada"), ("password", PASSWORD)];
        let arrived = server.send(form("/login", &right)).await.expect(303);
        let device = arrived.cookie("vestibule_device_3000").expect("a known device");
        let wrong = [("identifier", "ada"), ("password", "wrong horse battery")];
        let mut tried = Vec::new();
        for _ in 0..LONG / BURST + 1 {
            let (_, router) = server.again().await;
            let mut failures = 0;
            for _ in 0..ACCOUNT_BURST + 1 {
                let reply = send(&router, form("/login", &wrong).cookie(&device)).await;
                failures += usize::from(reply.status == 401);
            }
            tried.push(failures);
        }
        let mut expected = vec![BURST; LONG / BURST];
        expected.push(ACCOUNT_BURST);
        assert_eq!(tried, expected);
    }
}

/// SIGTERM: a request that is under way is answered and what it writes is kept; then the process ends, without error.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_finishes_what_is_under_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start(folder.path(), &[]).await;
    let host = process.url.trim_start_matches("http://").to_owned();
    let body = json!({ "username": "ada", "password": PASSWORD }).to_string();
    let mut busy =
        TcpStream::connect(host.replace("localhost", "127.0.0.1")).await.expect("connected");
    let head = format!(
        "POST /api/v1/register HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
         expect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len(),
    );
    busy.write_all(head.as_bytes()).await.expect("sent");
    // It asks for the body once a handler reads it.
    let mut asked = [0; 25];
    timeout(WITHIN, busy.read_exact(&mut asked)).await.expect("in time").expect("asked");
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    process.ask_to_stop();
    until(|| said(folder.path()).contains("stopping")).await;
    busy.write_all(body.as_bytes()).await.expect("sent");
    let answer = String::from_utf8(said_until_end(&mut busy).await).expect("text");
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert!(process.has_ended().await, "{}", said(folder.path()));

    let again = Process::start(folder.path(), &[]).await;
    let login = reqwest::Client::new().post(format!("{}/api/v1/login", again.url));
    let login = login.header("content-type", "application/json").body(body).send().await;
    assert_eq!(login.expect("answered").status(), 200);
}

fn said(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("log")).expect("a log")
}
