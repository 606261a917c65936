//! Passkeys: added, used to sign in and to confirm, and removed (S82).

mod add;
mod counters;
mod pages;
mod register;
mod remove;
mod restored;
mod second;
mod sign_in;

use http::Method;
use serde_json::{Value, json};

use super::support::*;

/// What an authenticator is asked for a new passkey.
async fn begin(server: &Server, token: &str) -> Value {
    let options = post("/api/v1/me/passkeys/options").bearer(token);
    server.send(options).await.expect(200).json()["public_key"].clone()
}

fn added(token: &str, credential: &Value) -> Request {
    post("/api/v1/me/passkeys").bearer(token).json(json!({ "credential": credential }))
}

/// Adds the passkey of an authenticator in a session; answers it.
async fn add(server: &Server, token: &str, authenticator: &mut Authenticator) -> Value {
    let options = begin(server, token).await;
    server.send(added(token, &authenticator.create(&options))).await.expect(201).json()
}

/// Registers somebody with a passkey; answers the token of the session that added it.
async fn owner(server: &Server, name: &str, authenticator: &mut Authenticator) -> String {
    let token = server.user(name).await;
    add(server, &token, authenticator).await;
    token
}

/// What a passkey is asked at a sign-in.
async fn asked(server: &Server) -> Value {
    server.send(post("/api/v1/login/passkey/options")).await.expect(200).json()
}

fn answer(asked: &Value, credential: &Value) -> Request {
    let ceremony = &asked["ceremony"];
    let body = json!({ "ceremony": ceremony, "credential": credential, "session": "token" });
    post("/api/v1/login/passkey").json(body)
}

/// A sign-in by a passkey.
async fn login(server: &Server, authenticator: &Authenticator) -> Reply {
    let asked = asked(server).await;
    server.send(answer(&asked, &authenticator.get(&asked["public_key"]))).await
}

/// The access token of an answer.
fn token(reply: &Reply) -> String {
    reply.json()["access_token"].as_str().expect("a token").to_owned()
}

/// The kinds of events about passkeys.
async fn events(server: &Server) -> Vec<String> {
    server.sql("select kind from audit_events where kind like 'passkey.%' order by seq").await
}
