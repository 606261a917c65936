//! The public keys.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::headers::{ETag, HeaderMapExt, IfNoneMatch};

use serde::Serialize;
use utoipa::ToSchema;

use crate::server::{
    App,
    service::keys::{JWKS_MAX_AGE, published},
};

/// A set of public keys (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct JwkSet {
    /// The keys that verify access tokens; none where they are signed with a shared secret.
    pub keys: Vec<Jwk>,
}

/// A public key, with the numbers of its kind (RFC 7518 section 6, RFC 8037).
#[derive(Serialize, ToSchema)]
pub struct Jwk {
    /// The family of algorithms: `OKP`, `EC` or `RSA`.
    pub kty: String,
    /// The name that the header of a token has.
    pub kid: String,
    /// The algorithm: `EdDSA`, `ES256` or `RS256`.
    pub alg: String,
    /// Always `sig`.
    #[serde(rename = "use")]
    pub purpose: String,
    /// The curve, of `OKP` and `EC`: `Ed25519` or `P-256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// The point on the curve, or its first coordinate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// The second coordinate, of `EC`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// The modulus, of `RSA`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// The exponent, of `RSA`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
}

/// `GET /.well-known/jwks.json` (RFC 7517 section 5); 304 for who has it already.
pub async fn jwks(State(app): State<App>, headers: HeaderMap) -> Response {
    let (set, version) = published(&app);
    let etag: Option<ETag> = format!("\"{version}\"").parse().ok();
    let known = headers.typed_get::<IfNoneMatch>();
    let is_known =
        known.zip(etag.as_ref()).is_some_and(|(known, etag)| !known.precondition_passes(etag));
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Json(set).into_response(),
    };
    let sent = response.headers_mut();
    if let Ok(value) = format!("public, max-age={JWKS_MAX_AGE}").parse() {
        sent.insert(header::CACHE_CONTROL, value);
    }
    if let Some(etag) = etag {
        sent.typed_insert(etag);
    }
    response
}
