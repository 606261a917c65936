//! The public keys.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::headers::{ETag, HeaderMapExt, IfNoneMatch};

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::server::{
    App,
    http::{body::query, oauth, reply::ProblemDetails},
    service::keys::{JWKS_MAX_AGE, KeyAlgorithm, published},
};

/// The selection of the keys.
#[derive(Deserialize, IntoParams)]
pub struct KeysQuery {
    /// Only the keys of this algorithm: some verifiers fail at a kind of key that they do not know.
    #[param(inline)]
    pub alg: Option<PublicAlgorithm>,
}

/// An algorithm of public keys.
#[derive(Clone, Copy, Deserialize, ToSchema)]
pub enum PublicAlgorithm {
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// ECDSA on P-256.
    #[serde(rename = "ES256")]
    Es256,
    /// RSA.
    #[serde(rename = "RS256")]
    Rs256,
}

impl From<PublicAlgorithm> for KeyAlgorithm {
    fn from(algorithm: PublicAlgorithm) -> Self {
        match algorithm {
            PublicAlgorithm::EdDsa => Self::EdDsa,
            PublicAlgorithm::Es256 => Self::Es256,
            PublicAlgorithm::Rs256 => Self::Rs256,
        }
    }
}

/// A set of public keys (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct JwkSet {
    /// The keys that verify tokens of this service; those of our own access tokens first, unless they are signed with a
    /// shared secret.
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

/// `GET /.well-known/jwks.json?alg=` (RFC 7517 section 5); 304 for who has it already.
pub async fn jwks(
    State(app): State<App>,
    params: Result<Query<KeysQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ProblemDetails> {
    let KeysQuery { alg } = query(params)?;
    let (set, version) = published(&app, alg.map(Into::into));
    let etag: Option<ETag> = format!("\"{version}\"").parse().ok();
    let known = headers.typed_get::<IfNoneMatch>();
    let is_known =
        known.zip(etag.as_ref()).is_some_and(|(known, etag)| !known.precondition_passes(etag));
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Json(set).into_response(),
    };
    oauth::open(&mut response);
    let sent = response.headers_mut();
    if let Ok(value) = format!("public, max-age={JWKS_MAX_AGE}").parse() {
        sent.insert(header::CACHE_CONTROL, value);
    }
    if let Some(etag) = etag {
        sent.typed_insert(etag);
    }
    Ok(response)
}
