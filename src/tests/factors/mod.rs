//! Second factors: an authenticator app, recovery codes, and a sign-in in two steps (S82).

mod enrol;
mod leaving;
mod limits;
mod pages;
mod required;
mod sign_in;
mod trusted;

use http::Method;
use serde_json::{Value, json};

use super::support::*;

/// Somebody with an authenticator app.
pub(super) struct Enrolled {
    /// The seed of the app.
    secret: String,
    /// The recovery codes.
    codes: Vec<String>,
    /// The access token of the session that set the app up.
    pub(super) token: String,
}

impl Enrolled {
    /// The seed of the app.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    /// A recovery code.
    pub(super) fn recovery_code(&self) -> &str {
        &self.codes[0]
    }

    /// The code that the app shows now.
    fn code(&self, server: &Server) -> String {
        app_code(&self.secret, server.app.clock.now_s())
    }

    /// The next code: half a minute passes.
    fn next(&self, server: &Server) -> String {
        server.app.clock.advance(30);
        self.code(server)
    }
}

fn totp(method: Method, body: Value) -> Request {
    send_json(method, "/api/v1/me/totp", body)
}

/// Begins to set up an app; answers its seed.
async fn begin(server: &Server, token: &str) -> String {
    let begun = server.send(post("/api/v1/me/totp").bearer(token)).await.expect(201).json();
    begun["secret"].as_str().expect("a seed").to_owned()
}

/// Sets up an app in a session; the code of this half minute is used by it.
pub(super) async fn enrol_in(server: &Server, token: &str) -> Enrolled {
    let secret = begin(server, token).await;
    let code = app_code(&secret, server.app.clock.now_s());
    let confirm = totp(Method::PUT, json!({ "code": code })).bearer(token);
    let confirmed = server.send(confirm).await.expect(200).json();
    let codes = confirmed["recovery_codes"].as_array().expect("codes").iter();
    Enrolled {
        secret,
        codes: codes.map(|code| code.as_str().expect("a code").to_owned()).collect(),
        token: confirmed["access_token"].as_str().expect("a token").to_owned(),
    }
}

/// Registers somebody, and sets up an app.
async fn enrol(server: &Server, name: &str) -> Enrolled {
    server.register(name).await;
    let token = server.login(name).await;
    enrol_in(server, &token).await
}

fn first(name: &str) -> Request {
    let body = json!({ "identifier": name, "password": PASSWORD, "session": "token" });
    post("/api/v1/login").json(body)
}

/// The first step of a sign-in; answers the secret for the second.
async fn pending(server: &Server, name: &str) -> String {
    let refused = server.send(first(name)).await.expect_problem(401, "factor_required").json();
    refused["flow"].as_str().expect("a secret").to_owned()
}

fn second(flow: &str, code: &str) -> Request {
    post("/api/v1/login/factor").json(json!({ "flow": flow, "code": code }))
}

/// Signs in with a code; answers the tokens.
async fn sign_in(server: &Server, name: &str, code: &str) -> Value {
    let flow = pending(server, name).await;
    server.send(second(&flow, code)).await.expect(200).json()
}
