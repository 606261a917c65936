//! Several senders, and processes that are killed: none sends what another sends, and nothing that was written is lost.

use std::path::Path;

use serde_json::json;
use vestibule::server::service::mail;

use super::outbox::write;
use crate::support::*;

both! {
    /// Two apps on one database send two thousand mails: each once.
    async fn two_senders_send_no_mail_twice(server: Server) {
        let smtp = SmtpServer::start().await;
        let (one, _) = server.again_with(|flags| smtp.flags(flags)).await;
        let (two, _) = server.again_with(|flags| smtp.flags(flags)).await;
        for n in 0..2_000_u32 {
            write(&one, Box::leak(format!("user{n}@example.org").into_boxed_str()), false).await;
        }
        // More than the thousand of an hour.
        server.app.clock.advance(1);
        let sending = [&one, &two].map(|app| async move {
            for _ in 0..4 {
                mail::send(app).await.expect("a turn");
            }
        });
        futures::future::join_all(sending).await;
        let first = smtp.taken().len();
        // A tenth of the hour is kept for what goes first.
        assert!((900..910).contains(&first), "{first}");
        while !server.sql("select id from outbox where state <> 'sent' limit 1").await.is_empty() {
            server.app.clock.advance(3_601);
            let sending = [&one, &two].map(mail::send);
            futures::future::join_all(sending).await.into_iter().for_each(|turn| turn.expect("a turn"));
        }
        let mut to: Vec<_> = smtp.messages().into_iter().map(|message| message.to).collect();
        assert_eq!(to.len(), 2_000);
        to.sort();
        to.dedup();
        assert_eq!(to.len(), 2_000, "twice");
        let attempts = server.sql("select distinct cast(attempts as text) from outbox").await;
        assert_eq!(attempts, ["1"]);
    }
}

/// What a test does to the database of a process on SQLite.
async fn sql(folder: &Path, statement: &'static str) -> Vec<String> {
    use sqlx::{Connection, SqliteConnection, query_scalar};

    let url = format!("sqlite://{}", folder.join("data/vestibule.db").display());
    let mut connection = SqliteConnection::connect(&url).await.expect("SQLite");
    let rows = query_scalar(statement).fetch_all(&mut connection).await.expect("a statement");
    connection.close().await.expect("closed");
    rows
}

/// A process with mails to a server, and somebody with a confirmed address.
async fn process(folder: &Path, smtp: &SmtpServer) -> Process {
    let variables = smtp.variables();
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Process::start(folder, &variables).await
}

async fn asked(url: &str, body: serde_json::Value, status: u16) -> serde_json::Value {
    let client = reqwest::Client::new();
    let answer = client.post(url).json(&body).send().await.expect("an answer");
    assert_eq!(answer.status(), status);
    answer.json().await.expect("JSON")
}

/// A process to whose account somebody has signed in, which writes a mail.
async fn process_with_a_mail(folder: &Path, smtp: &SmtpServer) -> Process {
    let process = process(folder, smtp).await;
    let body = json!({ "username": "ada", "password": PASSWORD });
    asked(&format!("{}/api/v1/register", process.url), body, 201).await;
    // Confirmed by an import: no mail asks for it.
    sql(
        folder,
        "insert into user_emails (id, user_id, address, address_canonical, created_at, verified_at)
         select 'imported', id, 'ada@example.org', 'ada@example.org', 1, 1 from users",
    )
    .await;
    let login = json!({ "identifier": "ada", "password": PASSWORD });
    asked(&format!("{}/api/v1/login", process.url), login, 200).await;
    process
}

/// Waits until the server has heard so many messages.
async fn heard(smtp: &SmtpServer, count: usize) {
    until(|| smtp.messages().len() >= count).await;
}

/// kill -9 between the commit of a change and its mail: the next start sends it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_before_sending_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let smtp = SmtpServer::start().await;
    // It greets nobody until the gate is open.
    smtp.will(&[(At::Connected, Does::Waits)]);
    let first = process_with_a_mail(folder.path(), &smtp).await;
    until(|| smtp.is_done()).await;
    first.tell(rustix::process::Signal::KILL);
    drop(first);
    assert_eq!(smtp.messages().len(), 0);
    assert_eq!(sql(folder.path(), "select state from outbox").await, ["sending"]);
    // Its lease would run for two minutes.
    sql(folder.path(), "update outbox set next_at = 0").await;
    let second = process(folder.path(), &smtp).await;
    heard(&smtp, 1).await;
    until_sent(folder.path()).await;
    assert_eq!(smtp.messages().len(), 1);
    drop(second);
}

async fn until_sent(folder: &Path) {
    let sent = async {
        while sql(folder, "select state from outbox").await != ["sent"] {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(WITHIN, sent).await.expect("sent in time");
}

/// kill -9 after the final dot and before the note of it: the one window in which a mail comes twice, as the same message.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_after_the_dot_sends_the_same_message_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let smtp = SmtpServer::start().await;
    smtp.will(&[(At::Text, Does::Waits)]);
    let first = process_with_a_mail(folder.path(), &smtp).await;
    heard(&smtp, 1).await;
    first.tell(rustix::process::Signal::KILL);
    drop(first);
    sql(folder.path(), "update outbox set next_at = 0").await;
    let second = process(folder.path(), &smtp).await;
    heard(&smtp, 2).await;
    until_sent(folder.path()).await;
    let messages = smtp.messages();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0].header("Message-ID"), messages[1].header("Message-ID"));
    assert_eq!(sql(folder.path(), "select cast(attempts as text) from outbox").await, ["2"]);
    drop(second);
}
