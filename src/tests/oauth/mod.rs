//! The provider: programs of others sign people in here.

mod apps;
mod codes;
mod conformance;
mod consent;
mod doctor;
mod endpoints;
mod logout;
mod machines;
mod paths;
mod proofs;
mod redirects;
mod refresh;
mod roles;

use std::sync::Arc;

use serde_json::{Value, json};
use vestibule::server::service::clients::{
    self, ClientKind, ClientSettings, Consent, ResourceSettings, Signature,
};

use crate::support::*;

/// Verifier and challenge of RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// Where the client of most tests gets its answers.
pub(crate) const CALLBACK: &str = "https://app.example/callback";
/// The API for which it gets tokens.
pub(crate) const API: &str = "https://api.example.com";

/// A client with its secret.
#[derive(Clone)]
pub(crate) struct Registered {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// A web app with a secret.
pub(crate) fn web() -> ClientSettings {
    ClientSettings {
        redirect_uris: vec![CALLBACK.into()],
        // Keys of RSA take seconds to make; one test has them.
        id_token_alg: Signature::Es256,
        ..ClientSettings::new(ClientKind::Web, "Grafana")
    }
}

/// Makes a client as `vestibule client create` does.
pub(crate) async fn make(server: &Server, id: &str, settings: ClientSettings) -> Registered {
    clients::create(&server.app, Agent::Operator, id, &settings, None).await.expect("a client");
    let secret = match settings.is_confidential() {
        true => {
            let made = clients::add_secret(&server.app, Agent::Operator, id, None, None).await;
            made.expect("a secret").secret.expose().to_owned()
        }
        false => String::new(),
    };
    Registered { id: id.to_owned(), secret }
}

/// Gives a client other settings.
pub(crate) async fn change(server: &Server, id: &str, change: impl FnOnce(&mut ClientSettings)) {
    let mut settings =
        Arc::clone(server.app.clients.now().client(id).expect("a client")).settings.clone();
    change(&mut settings);
    clients::edit(&server.app, Agent::Operator, id, &settings, None).await.expect("changed");
}

/// An API with two words.
pub(crate) async fn resource(server: &Server) {
    let settings = ResourceSettings {
        name: "Orders".into(),
        scopes: [("orders:read", "See your orders"), ("orders:write", "Place orders")]
            .map(|(word, words)| (word.to_owned(), words.to_owned()))
            .into(),
        alg: Signature::Es256,
        token_life: None,
        introspectors: Vec::new(),
    };
    let made = clients::create_resource(&server.app, Agent::Operator, API, &settings, None).await;
    made.expect("a resource");
}

/// The usual parameters of a request of a client, with others in their place; an empty value leaves one out.
pub(crate) fn asking(id: &str, others: &[(&str, &str)]) -> String {
    let usual = [
        ("client_id", id),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid profile email"),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in usual {
        if !others.iter().any(|(other, _)| *other == name) {
            query.append_pair(name, value);
        }
    }
    for (name, value) in others.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    format!("/oauth/authorize?{}", query.finish())
}

/// A page as a browser opens it.
pub(crate) fn open(path: &str, cookie: &str) -> Request {
    get(path).header("accept", "text/html").cookie(cookie)
}

/// The parameters of the address to which a browser is sent: by a redirect, or by a page that goes on by itself.
pub(crate) fn sent_to(reply: &Reply) -> (String, Vec<(String, String)>) {
    let address = match reply.status.as_u16() {
        303 => reply.header("location").to_owned(),
        200 => reply.header("refresh").trim_start_matches("0; url=").to_owned(),
        other => panic!("{other}: {}", reply.text),
    };
    let (place, query) = address.split_once('?').unwrap_or((&address, ""));
    let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    (place.to_owned(), pairs)
}

/// One of them.
pub(crate) fn told(reply: &Reply, name: &str) -> Option<String> {
    let mut pairs = sent_to(reply).1.into_iter().filter(|(found, _)| found == name);
    let first = pairs.next().map(|(_, value)| value);
    assert_eq!(pairs.next(), None, "{name} stands twice");
    first
}

/// A form of a page, by its action: the menu has one of its own.
pub(crate) fn of_form(page: &Reply, action: &str) -> String {
    let page = page.page();
    let (_, rest) = page
        .split_once(&format!(r#"action="{action}""#))
        .unwrap_or_else(|| panic!("no {action}: {page}"));
    rest.split("</form>").next().unwrap_or_default().to_owned()
}

/// Answers the question of a page.
pub(crate) async fn answer(server: &Server, page: &Reply, cookie: &str, answer: &str) -> Reply {
    let text = of_form(page, "/oauth/consent");
    let (client, uri) = (hidden(&text, "client_id"), hidden(&text, "request_uri"));
    let token = hidden(&text, "form_token");
    let fields = [
        ("client_id", client.as_str()),
        ("request_uri", uri.as_str()),
        ("form_token", token.as_str()),
        ("answer", answer),
    ];
    server.send(form("/oauth/consent", &fields).cookie(cookie)).await
}

/// The code that a person gives a client.
pub(crate) async fn code(
    server: &Server,
    id: &str,
    cookie: &str,
    others: &[(&str, &str)],
) -> String {
    let asked = server.send(open(&asking(id, others), cookie)).await;
    let reply = match asked.text.contains("/oauth/consent") {
        true => answer(server, &asked, cookie, "allow").await.expect(200),
        false => asked,
    };
    told(&reply, "code").unwrap_or_else(|| panic!("no code: {:?}", sent_to(&reply)))
}

/// A form as a program sends it.
pub(crate) fn call(path: &str, fields: &[(&str, &str)]) -> Request {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    post(path).header("content-type", "application/x-www-form-urlencoded").body(body)
}

/// The header of a client with its secret.
pub(crate) fn basic(client: &Registered) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    format!("Basic {}", STANDARD.encode(format!("{}:{}", client.id, client.secret)))
}

/// A request at an endpoint, by a client that shows who it is.
pub(crate) fn by(client: &Registered, path: &str, fields: &[(&str, &str)]) -> Request {
    match client.secret.is_empty() {
        true => {
            let mut fields = fields.to_vec();
            fields.push(("client_id", &client.id));
            call(path, &fields)
        }
        false => call(path, fields).header("authorization", &basic(client)),
    }
}

/// The exchange of a code.
pub(crate) fn exchange(client: &Registered, code: &str) -> Request {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    by(client, "/oauth/token", &fields)
}

/// The tokens of a person in whose name a client acts.
pub(crate) async fn tokens(
    server: &Server,
    client: &Registered,
    cookie: &str,
    others: &[(&str, &str)],
) -> Value {
    let code = code(server, &client.id, cookie, others).await;
    server.send(exchange(client, &code)).await.expect(200).json()
}

/// One of an answer's texts.
pub(crate) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// The refresh of a token.
pub(crate) fn next(client: &Registered, token: &str) -> Request {
    by(client, "/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)])
}

/// Whether a token is active, as its client is told.
pub(crate) async fn is_active(
    router: &crate::support::Router,
    client: &Registered,
    token: &str,
) -> bool {
    let request = by(client, "/oauth/introspect", &[("token", token)]);
    let told = send(router, request).await.expect(200).json();
    if told["active"] == json!(false) {
        assert_eq!(told, json!({ "active": false }));
    }
    told["active"] == json!(true)
}

/// The error of an endpoint.
#[track_caller]
pub(crate) fn refused(reply: Reply, status: u16, error: &str) {
    let reply = reply.expect(status);
    assert_eq!(reply.json()["error"], error, "{}", reply.text);
    assert!(!reply.text.contains("\"code\""), "no problem of ours: {}", reply.text);
}

/// A client of the operator's own, about which nobody is asked.
pub(crate) fn own() -> ClientSettings {
    ClientSettings { consent: Consent::Skip, ..web() }
}
