//! Settings that demand a confirmed address: an account opens nothing before it (S9, S80).

mod alike;
mod api;
mod later;
mod pages;

use serde_json::json;
use vestibule::server::{App, config::Flags, service::register};

use super::{mail::delivered, support::*};

/// The setting that demands it.
fn required(flags: &mut Flags) {
    flags.verified = Some("required".into());
}

fn address_of(name: &str) -> String {
    format!("{name}@example.org")
}

/// Registers somebody with an address, which gets a mail.
async fn newcomer(server: &Server, name: &str) {
    let body = json!({ "username": name, "password": PASSWORD, "email": address_of(name) });
    server.send(post("/api/v1/register").json(body)).await.expect(201);
}

/// An account of an operator's, without an address.
async fn of_operator(server: &Server, name: &str) {
    let form = vestibule::model::RegisterForm {
        username: Some(name.into()),
        password: Some(PASSWORD.into()),
        ..Default::default()
    };
    register::by_operator(&server.app, Agent::Operator, form, false).await.expect("created");
}

fn first(name: &str) -> Request {
    post("/api/v1/login")
        .json(json!({ "identifier": name, "password": PASSWORD, "session": "token" }))
}

/// The first step of a sign-in that waits for the address; answers the secret of its flow.
async fn waiting(server: &Server, name: &str) -> String {
    let refused = server.send(first(name)).await.expect_problem(401, "address_unverified").json();
    assert_eq!(refused["expires_in"], 3_600);
    refused["flow"].as_str().expect("a secret").to_owned()
}

fn send_to(flow: &str, address: Option<&str>) -> Request {
    let body = match address {
        Some(address) => json!({ "flow": flow, "address": address }),
        None => json!({ "flow": flow }),
    };
    post("/api/v1/login/address").json(body)
}

fn give(flow: &str, code: &str) -> Request {
    let body = json!({ "flow": flow, "code": code });
    send_json(http::Method::PUT, "/api/v1/login/address", body)
}

/// What the newest mail to an address carries: the path of its link, and its code.
async fn mailed(app: &App, address: &str) -> (String, String) {
    let mails = delivered(app).await;
    let mail = mails.iter().rev().find(|kept| kept.mail.to.to_string() == address);
    let content = &mail.expect("a mail").mail.content;
    assert_eq!(content.subject, "Confirm your address for Vestibule");
    let link = content.links.first().expect("a link").strip_prefix(ORIGIN).expect("our address");
    (link.to_owned(), content.codes.first().expect("a code").clone())
}

/// Another code than this.
fn wrong(code: &str) -> &'static str {
    if code.replace(' ', "") == "12345678" { "87654321" } else { "12345678" }
}

const CONFIRMED: &str = "select address from user_emails where verified_at is not null";
const SESSIONS: &str = "select id from sessions";
