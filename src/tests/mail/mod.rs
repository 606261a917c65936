//! Mails: what is written with a change, what is sent, and what comes of it.

mod connections;
mod failures;
mod inbox;
mod notices;
mod outbox;
mod processes;
mod refusals;
mod settings;
mod shown;
mod smtp;
mod words;

use serde_json::json;
use vestibule::server::{App, mail::Kept, service::mail};

use super::support::*;

/// Registers somebody with a confirmed address, NAME@example.org; answers the id.
pub(super) async fn confirmed(server: &Server, name: &str) -> String {
    let email = format!("{name}@example.org");
    let body = json!({ "username": name, "password": PASSWORD, "email": email });
    let id = server.send(post("/api/v1/register").json(body)).await.expect(201).json();
    server.sql("update user_emails set verified_at = created_at where verified_at is null").await;
    // The mail that would have confirmed it is nobody's business here.
    server.sql("delete from outbox where kind = 'verify_address'").await;
    id["id"].as_str().expect("an id").to_owned()
}

/// Runs the sender until it has sent all that is due: its first turn sends one mail, to find out whether it may.
pub(super) async fn deliver(app: &App) {
    for _ in 0..2 {
        mail::send(app).await.expect("a turn");
    }
}

/// The mails in the inbox of a process, the oldest first.
pub(super) async fn delivered(app: &App) -> Vec<Kept> {
    deliver(app).await;
    let mut mails = app.mail.mailer().and_then(|mailer| mailer.inbox()).expect("an inbox").all();
    mails.reverse();
    mails
}

/// The subjects in the inbox.
pub(super) async fn subjects(app: &App) -> Vec<String> {
    delivered(app).await.into_iter().map(|kept| kept.mail.content.subject).collect()
}
