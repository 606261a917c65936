//! Addresses: the mail that confirms one, and who can confirm it (S2, S9).

mod confirm;
mod pages;
mod races;
mod refuse;
mod remove;
mod sending;

use serde_json::{Value, json};
use vestibule::server::App;

use super::{
    mail::{deliver, delivered},
    support::*,
};

/// Registers somebody with an address; answers the access token.
async fn newcomer(server: &Server, name: &str, address: &str) -> String {
    let body = json!({ "username": name, "password": PASSWORD, "email": address });
    server.send(post("/api/v1/register").json(body)).await.expect(201);
    server.login(name).await
}

/// What the newest mail carries: the path of its link, and its code.
async fn newest(app: &App) -> (String, String) {
    let mails = delivered(app).await;
    let content = &mails.last().expect("a mail").mail.content;
    assert_eq!(content.subject, "Confirm your address for Vestibule");
    let link = content.links.first().expect("a link").strip_prefix(ORIGIN).expect("our address");
    (link.to_owned(), content.codes.first().expect("a code").clone())
}

/// The addresses of an account.
async fn addresses(server: &Server, token: &str) -> Vec<Value> {
    let listed = server.send(get("/api/v1/me/addresses").bearer(token)).await.expect(200).json();
    listed["addresses"].as_array().expect("addresses").clone()
}

/// The path of the confirmation of the first address.
async fn verification(server: &Server, token: &str) -> String {
    let listed = addresses(server, token).await;
    format!("/api/v1/me/verifications/{}", listed[0]["id"].as_str().expect("an id"))
}

async fn give(server: &Server, token: &str, code: &str) -> Reply {
    let path = verification(server, token).await;
    server.send(send_json(http::Method::PUT, &path, json!({ "code": code })).bearer(token)).await
}

fn is_confirmed(address: &Value) -> bool {
    !address["verified_at"].is_null()
}
