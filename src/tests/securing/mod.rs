//! Several addresses of an account, and what the owner of a mailbox does against a thief: undo the change of an address (S81), or close
//! the account (S32).

mod again;
mod change;
mod close;
mod doubt;
mod enabled;
mod primary;
mod races;
mod scanner;
mod undo;

use serde_json::json;
use vestibule::server::App;

use super::{
    factors::enrol_in,
    mail::{confirmed, delivered},
    support::*,
};

/// A password that the policy takes, other than that of the tests.
const OTHER: &str = "another horse battery";

/// Subjects of mails.
const REPLACED: &str = "The main address of your Vestibule account was changed";
const DROPPED: &str = "This address was removed from your Vestibule account";
const ADDED: &str = "This address was added to your Vestibule account";
const CHANGED: &str = "The addresses of your Vestibule account were changed";
const PASSWORD_RESET: &str = "Your Vestibule password was reset";
const TAKEN_OFF: &str = "This address was taken off a Vestibule account";
const CLOSED: &str = "Your Vestibule account needs a new password";
const RESET: &str = "Choose a new password for Vestibule";
const SIGNED_IN: &str = "New sign-in to your Vestibule account";

/// The mails of a subject: to whom, and the paths of their links of flows.
async fn mails(app: &App, subject: &str) -> Vec<(String, Vec<String>)> {
    let kept = delivered(app).await.into_iter();
    let of_subject = kept.filter(|kept| kept.mail.content.subject == subject);
    let paths = |links: &[String]| -> Vec<String> {
        let paths = links.iter().filter_map(|link| link.strip_prefix(ORIGIN));
        paths.filter(|path| path.starts_with("/go/")).map(str::to_owned).collect()
    };
    of_subject.map(|kept| (kept.mail.to.to_string(), paths(&kept.mail.content.links))).collect()
}

/// The link of the newest mail of a subject to an address.
pub(crate) async fn link(app: &App, subject: &str, to: &str) -> String {
    let mails = mails(app, subject).await;
    let found = mails.into_iter().rev().find(|(address, _)| address == to);
    let (_, links) = found.unwrap_or_else(|| panic!("no mail {subject:?} to {to}"));
    links.last().expect("a link").clone()
}

/// The code of the newest mail that confirms an address.
async fn code(app: &App, to: &str) -> String {
    let kept = delivered(app).await.into_iter().rev();
    let mut fitting =
        kept.filter(|kept| kept.mail.to.to_string() == to && !kept.mail.content.codes.is_empty());
    fitting.next().expect("a mail").mail.content.codes[0].clone()
}

fn set(address: &str) -> Request {
    post("/api/v1/me/addresses").json(json!({ "address": address }))
}

/// The path of the confirmation of the address that waits.
async fn verification(server: &Server, token: &str) -> String {
    let listed = server.send(get("/api/v1/me/addresses").bearer(token)).await.expect(200).json();
    let all = listed["addresses"].as_array().expect("addresses");
    let waits =
        all.iter().find(|address| address["verified_at"].is_null()).expect("one that waits");
    format!("/api/v1/me/verifications/{}", waits["id"].as_str().expect("an id"))
}

/// Confirms the address that waits; answers the reply.
async fn confirm(server: &Server, token: &str, to: &str) -> Reply {
    let body = json!({ "code": code(&server.app, to).await });
    let path = verification(server, token).await;
    server.send(send_json(http::Method::PUT, &path, body).bearer(token)).await
}

/// The new access token of a session that goes on under a new id.
fn renewed(reply: Reply) -> String {
    reply.expect(200).json()["access_token"].as_str().expect("a token").to_owned()
}

/// Confirms another address; answers the new access token.
async fn add(server: &Server, token: &str, to: &str) -> String {
    server.send(set(to).bearer(token)).await.expect(202);
    renewed(confirm(server, token, to).await)
}

/// The id of an address of an account.
async fn id_of(server: &Server, token: &str, address: &str) -> String {
    let listed = server.send(get("/api/v1/me/addresses").bearer(token)).await.expect(200).json();
    let all = listed["addresses"].as_array().expect("addresses");
    let found = all.iter().find(|known| known["address"] == address).expect("the address");
    found["id"].as_str().expect("an id").to_owned()
}

/// The request that makes an address the main one.
async fn promoting(server: &Server, token: &str, address: &str) -> Request {
    let path = format!("/api/v1/me/primary-address/{}", id_of(server, token, address).await);
    Request::new(http::Method::PUT, &path).bearer(token)
}

/// Makes an address the main one; answers the new access token.
async fn promote(server: &Server, token: &str, address: &str) -> String {
    renewed(server.send(promoting(server, token, address).await).await)
}

/// The request that removes an address.
async fn removing(server: &Server, token: &str, address: &str) -> Request {
    let path = format!("/api/v1/me/addresses/{}", id_of(server, token, address).await);
    Request::new(http::Method::DELETE, &path).bearer(token)
}

/// Removes an address; answers the new access token.
async fn remove(server: &Server, token: &str, address: &str) -> String {
    renewed(server.send(removing(server, token, address).await).await)
}

/// The main address of the account of a token.
async fn main_of(server: &Server, token: &str) -> String {
    let me = server.send(get("/api/v1/me").bearer(token)).await.expect(200).json();
    me["email"].as_str().expect("an address").to_owned()
}

/// Puts another address in place of the main one, in three acts; answers the new access token.
pub(crate) async fn change(server: &Server, token: &str, to: &str) -> String {
    let before = main_of(server, token).await;
    let token = add(server, token, to).await;
    let token = promote(server, &token, to).await;
    remove(server, &token, &before).await
}

/// Opens a link, and the page that it leads to; answers browser, path and page.
pub(crate) async fn open(server: &Server, link: &str) -> (Browser, String, Reply) {
    let mut browser = Browser::new();
    let led = browser.open(server, link).await.expect(303);
    let path = led.header("location").to_owned();
    let page = browser.open(server, &path).await;
    (browser, path, page)
}

/// Opens a link, ticks the box and presses the button.
pub(crate) async fn press(server: &Server, link: &str) -> Reply {
    let (mut browser, path, page) = open(server, link).await;
    let token = hidden(&page.expect(200).text, "link");
    browser.post(server, &path, &[("link", &token), ("sure", "yes")]).await
}

fn sign_in(name: &str, password: &str) -> Request {
    post("/api/v1/login").json(json!({ "identifier": name, "password": password }))
}

/// The addresses of all accounts, those that were removed in brackets.
async fn addresses(server: &Server) -> Vec<String> {
    let sql = "select case when undo_until is null then address else '(' || address || ')' end
               from user_emails order by address";
    server.sql(sql).await
}

/// Chooses a new password by the newest mail of a subject to an address.
async fn choose(server: &Server, subject: &str, to: &str, password: &str) {
    let link = link(&server.app, subject, to).await;
    let (mut browser, path, page) = open(server, &link).await;
    assert_eq!(path, "/reset");
    let token = hidden(&page.expect(200).text, "link");
    let fields = [("link", &*token), ("new_password", password)];
    browser.post(server, "/reset", &fields).await.expect(303);
}
