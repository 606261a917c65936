//! Invitations by operators and administrators.

mod accept;
mod commands;
mod ends;

use http::Method;
use serde_json::{Value, json};
use vestibule::server::{
    config::Flags,
    service::{
        accounts::AccountChange,
        invitations::{self, NewInvitation},
        roles::Role,
    },
};

use super::{
    mail::{confirmed, delivered},
    support::*,
};

fn invite(address: &str, roles: &[&str]) -> Request {
    post("/api/v1/invitations").json(json!({ "email": address, "roles": roles }))
}

fn revoke(id: &str) -> Request {
    Request::new(Method::DELETE, &format!("/api/v1/invitations/{id}"))
}

/// The path of the link in the newest mail to an address.
async fn link(server: &Server, address: &str) -> String {
    let mails = delivered(&server.app).await;
    let mail = mails.iter().rev().find(|kept| kept.mail.to.to_string() == address);
    let content = &mail.expect("a mail").mail.content;
    assert_eq!((&*content.subject, content.codes.len()), ("Your invitation to Vestibule", 0));
    let link = content.links.first().expect("a link").strip_prefix(ORIGIN);
    link.expect("our address").to_owned()
}

/// A browser that has followed a link.
async fn followed(server: &Server, link: &str) -> Browser {
    let mut browser = Browser::new();
    let led = browser.open(server, link).await.expect(303);
    assert_eq!(led.header("location"), "/invite");
    browser
}

/// The link that the form of a page has; none where it has no form.
async fn drawn(server: &Server, browser: &mut Browser) -> String {
    let page = browser.open(server, "/invite").await;
    if page.status == 200 { hidden(&page.text, "link") } else { String::new() }
}

async fn accept(server: &Server, browser: &mut Browser, name: &str) -> Reply {
    let link = drawn(server, browser).await;
    with_link(server, browser, &link, name).await
}

async fn with_link(server: &Server, browser: &mut Browser, link: &str, name: &str) -> Reply {
    let fields = [("link", link), ("username", name), ("password", PASSWORD)];
    browser.post(server, "/invite", &fields).await
}

/// The states of all invitations, the newest first.
async fn states(server: &Server, admin: &str) -> Vec<String> {
    let listed = server.send(get("/api/v1/invitations").bearer(admin)).await.expect(200).json();
    let listed = listed["invitations"].as_array().expect("invitations").clone();
    listed.iter().map(|one| one["state"].as_str().expect("a state").to_owned()).collect()
}

/// An invitation of the command line.
async fn by_operator(server: &Server, address: &str, life: Option<i64>, print: bool) -> String {
    let new = NewInvitation {
        address: address.into(),
        roles: vec!["admin".into()],
        life,
        is_handed_on: print,
    };
    let made = invitations::make(&server.app, Agent::Operator, new).await.expect("made");
    match made.link {
        Some(link) => link.strip_prefix(ORIGIN).expect("our address").to_owned(),
        None => link(server, address).await,
    }
}

const PEOPLE: &str = "select username from users order by created_at, username";
