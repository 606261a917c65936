//! Clients and resources, as operators and administrators make and change them.

mod api;
mod apply;
mod command;
mod kept;

use http::Method;
use serde_json::{Value, json};

use super::support::*;

/// The command with the installation of a server.
fn run(server: &Server, args: &[&str]) -> Said {
    Said::by(super::backup::command(server).args(args))
}

fn api(method: Method, path: &str, body: Value, token: &str) -> Request {
    send_json(method, path, body).bearer(token)
}

fn grafana() -> Value {
    json!({
        "id": "grafana",
        "settings": {
            "kind": "web",
            "name": "Grafana",
            "redirect_uris": ["https://grafana.example.com/login"],
            "roles": ["admin"],
        },
    })
}

fn orders() -> Value {
    json!({
        "uri": "https://api.example.com/v1",
        "settings": { "name": "Orders", "scopes": { "orders:read": "See your orders" } },
    })
}

/// The path of a resource: its URI is one segment.
fn of_resource(uri: &str) -> String {
    let uri: String = url::form_urlencoded::byte_serialize(uri.as_bytes()).collect();
    format!("/api/v1/resources/{uri}")
}
