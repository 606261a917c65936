//! Tokens for clients of others: access tokens (RFC 9068) and ID tokens (OpenID Connect Core section 2).
//!
//! They have types of their own, and none of them is one of our own access tokens: those name our own client, and are signed by
//! another ring.

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    CryptoError,
    jwt::{self, LEEWAY, MAX_BYTES, Refused},
    keys::{KeyAlgorithm, SigningKey, VerifyingKey},
};

/// The type of an ID token.
const ID_TOKEN: &str = "JWT";

/// The claims of an access token for another client. Those without an account are of a program that acts for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientClaims {
    /// Issuer: the public URL.
    pub iss: String,
    /// The one resource that it opens.
    pub aud: String,
    /// The person, as this client knows them; `client:` and the client for a program that acts for itself.
    pub sub: String,
    /// The client.
    pub client_id: String,
    /// Expiry, in Unix seconds.
    pub exp: i64,
    /// Time of issue, in Unix seconds.
    pub iat: i64,
    /// Id of this token.
    pub jti: String,
    /// Words, separated by spaces.
    pub scope: String,
    /// The grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Time of authentication, in Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// Assurance level, such as `aal1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// Names of the roles, where the scope has `roles`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
}

impl ClientClaims {
    /// Whether the scope has a word.
    pub fn allows(&self, word: &str) -> bool {
        self.scope.split(' ').any(|granted| granted == word)
    }
}

/// The claims of an ID token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IdClaims {
    /// Issuer: the public URL.
    pub iss: String,
    /// The person, as this client knows them.
    pub sub: String,
    /// The client.
    pub aud: String,
    /// Expiry, in Unix seconds.
    pub exp: i64,
    /// Time of issue, in Unix seconds.
    pub iat: i64,
    /// Time of authentication, in Unix seconds.
    pub auth_time: i64,
    /// The grant.
    pub sid: String,
    /// What the request had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Assurance level, such as `aal1`.
    pub acr: String,
    /// Authentication methods (RFC 8176).
    pub amr: Vec<String>,
    /// Half of the hash of the access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// Profile and address, for a client that never asks for them.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// Signs an access token.
///
/// # Errors
/// Fails if the signature cannot be made.
pub fn sign(key: &SigningKey, claims: &ClientClaims) -> Result<String, CryptoError> {
    jwt::sign_as(jwt::TYPE, key, claims)
}

/// Signs an ID token.
///
/// # Errors
/// Fails if the signature cannot be made.
pub fn sign_id(key: &SigningKey, claims: &IdClaims) -> Result<String, CryptoError> {
    jwt::sign_as(ID_TOKEN, key, claims)
}

/// Verifies an access token for another client at a time, in Unix seconds; `find` has the keys of the rings for others.
///
/// # Errors
/// Returns the first check that failed.
pub fn verify(
    find: impl Fn(&str) -> Option<VerifyingKey>,
    (issuer, max_life): (&str, i64),
    now_s: i64,
    token: &str,
) -> Result<ClientClaims, Refused> {
    let payload = signed(find, jwt::TYPE, token)?;
    let claims: ClientClaims =
        serde_json::from_value(Value::Object(payload)).map_err(|_| Refused("claims"))?;
    let life = claims.exp.checked_sub(claims.iat).ok_or(Refused("life"))?;
    let faults = [
        (claims.iss != issuer, "iss"),
        (claims.exp <= now_s.saturating_sub(LEEWAY), "expired"),
        (claims.iat > now_s.saturating_add(LEEWAY), "iat"),
        (life <= 0 || life > max_life, "life"),
        (claims.jti.is_empty() || claims.client_id.is_empty(), "empty claim"),
    ];
    match faults.into_iter().find(|(is_wrong, _)| *is_wrong) {
        Some((_, claim)) => Err(Refused(claim)),
        None => Ok(claims),
    }
}

/// Reads an ID token that we have signed, expired or not: a hint about a person (OpenID Connect Core section 3.1.2.1).
///
/// # Errors
/// Returns the first check that failed.
pub fn hint(
    find: impl Fn(&str) -> Option<VerifyingKey>,
    issuer: &str,
    token: &str,
) -> Result<IdClaims, Refused> {
    let payload = signed(find, ID_TOKEN, token)?;
    let claims: IdClaims =
        serde_json::from_value(Value::Object(payload)).map_err(|_| Refused("claims"))?;
    if claims.iss != issuer {
        return Err(Refused("iss"));
    }
    Ok(claims)
}

/// The left half of the hash of a token, of the hash of the algorithm (OpenID Connect Core section 3.1.3.6); SHA-512 is that of Ed25519.
pub fn half_hash(algorithm: KeyAlgorithm, token: &str) -> String {
    let hash = match algorithm {
        KeyAlgorithm::EdDsa => digest::digest(&digest::SHA512, token.as_bytes()),
        _ => digest::digest(&digest::SHA256, token.as_bytes()),
    };
    let bytes = hash.as_ref();
    URL_SAFE_NO_PAD.encode(&bytes[..bytes.len() / 2])
}

/// The payload of a token of a type, if one of the keys has signed it.
fn signed(
    find: impl Fn(&str) -> Option<VerifyingKey>,
    typ: &str,
    token: &str,
) -> Result<Map<String, Value>, Refused> {
    if token.len() > MAX_BYTES {
        return Err(Refused("too long"));
    }
    let header = jwt::header(token)?;
    if !jwt::is_type(&header, typ) {
        return Err(Refused("typ"));
    }
    let kid = header.get("kid").and_then(Value::as_str).ok_or(Refused("kid"))?;
    let key = find(kid).ok_or(Refused(UNKNOWN_KEY))?;
    if !jwt::is_signed(&key, &header, token) {
        return Err(Refused("signature"));
    }
    jwt::payload(token)
}

/// The reason of a refusal of a token whose key is gone.
pub const UNKNOWN_KEY: &str = "unknown kid";
