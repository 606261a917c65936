//! What a restart does not forget (S18, S22), and what a stop does not lose.

use std::path::Path;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::support::*;

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
    /// S22: so have all devices of a person together; beyond that they are strangers.
    async fn failures_of_devices_are_counted_over_restarts(server: Server) {
        server.register("ada").await;
        let right = [("identifier", "ada"), ("password", PASSWORD)];
        let arrived = server.send(form("/login", &right)).await.expect(303);
        let device = arrived.cookie("vestibule_device").expect("a known device");
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
