use serde_json::Value;

use super::{
    client::get,
    forge::part,
    server::{Router, send},
};

/// How a guarded route answers a token.
pub(crate) async fn status(router: &Router, token: &str) -> u16 {
    send(router, get("/api/v1/token").bearer(token)).await.status.as_u16()
}

/// The public keys.
pub(crate) async fn jwks(router: &Router) -> Vec<Value> {
    let set = send(router, get("/.well-known/jwks.json")).await.expect(200).json();
    set["keys"].as_array().expect("keys").clone()
}

/// The key that a token names.
pub(crate) fn kid(token: &str) -> String {
    part(token, 0)["kid"].as_str().expect("a kid").to_owned()
}
