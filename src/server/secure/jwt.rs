//! Access tokens: JWT (RFC 7519) of the profile `at+jwt` (RFC 9068), signed and strictly verified.
//!
//! jsonwebtoken checks the signature; this module adds the checks that it leaves open (RFC 8725):
//! size, `typ`, `crit`, one algorithm per key, unique members, typed claims, a maximum lifetime,
//! and our own clock.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Header;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use super::strict_json::is_common;
use super::{
    CryptoError,
    key_ring::KeyRing,
    keys::{SigningKey, VerifyingKey},
    strict_json::UniqueObject,
};
use crate::model::{SessionId, UserId};

/// Maximum length of an accepted token, in bytes (S44).
pub const MAX_BYTES: usize = 8 * 1024;
/// Accepted difference between clocks, in seconds (S41).
pub const LEEWAY: i64 = 5;
/// The media type of access tokens (RFC 9068 section 2.1).
pub(super) const TYPE: &str = "at+jwt";

/// The claims of an access token; all are required and typed (RFC 9068 section 2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Claims {
    /// Issuer: the public URL.
    pub iss: String,
    /// Audience.
    pub aud: String,
    /// Subject: the account.
    pub sub: UserId,
    /// Expiry, in Unix seconds.
    pub exp: i64,
    /// Time of issue, in Unix seconds.
    pub iat: i64,
    /// Id of this token.
    pub jti: String,
    /// Session of the token.
    pub sid: SessionId,
    /// Client that it was issued to; ours is `vestibule`.
    pub client_id: String,
    /// Permissions, separated by spaces (RFC 8693 section 4.2).
    pub scope: String,
    /// Names of the roles.
    pub roles: Vec<String>,
    /// Time of the last authentication, in Unix seconds.
    pub auth_time: i64,
    /// Authentication methods (RFC 8176); empty in tokens of earlier versions.
    #[serde(default)]
    pub amr: Vec<String>,
    /// Authentication context class (RFC 9068 section 2.2.1), such as `aal1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// Private claim: the session's generation, so that a token's first use marks its refresh token
    /// as used.
    #[serde(rename = "gen")]
    pub generation: i64,
    /// Private claim: the account's epoch. It grows with each change that revokes issued tokens:
    /// password, roles, disabling, enabling.
    pub epoch: i64,
    /// The username, where the setting `token_claims` names it; so are the next three.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// A verified address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The id in the app that the account came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Members of what the app keeps about the person.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub app_metadata: Map<String, Value>,
}

impl Claims {
    /// Whether the scope has this permission.
    pub fn allows(&self, permission: &str) -> bool {
        self.scope.split(' ').any(|granted| granted == permission)
    }
}

/// The properties that a verifier requires of every token.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Required issuer.
    pub issuer: String,
    /// Required audience.
    pub audience: String,
    /// Maximum of `exp - iat`, in seconds.
    pub max_life: i64,
}

/// A token that was valid when it was verified.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Its claims.
    pub claims: Arc<Claims>,
    /// Id of the key that signed it.
    pub kid: String,
}

impl Verified {
    /// Whether it is still valid: it has not expired, and its key is not retired.
    pub fn holds(&self, keys: &KeyRing, now_s: i64) -> bool {
        !is_expired(&self.claims, now_s) && keys.find(&self.kid, now_s).is_some()
    }
}

/// The reason of a refusal, which is for the log and never for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("access token refused: {0}")]
pub struct Refused(pub &'static str);

/// Signs claims with a key.
///
/// # Errors
/// Fails if the signature cannot be made.
pub fn sign(key: &SigningKey, claims: &Claims) -> Result<String, CryptoError> {
    sign_as(TYPE, key, claims)
}

/// Signs the claims of a token of a type.
pub(super) fn sign_as(
    typ: &str,
    key: &SigningKey,
    claims: &impl Serialize,
) -> Result<String, CryptoError> {
    let VerifyingKey { kid, algorithm, .. } = key.verifying();
    let mut header = Header::new(algorithm.jose());
    header.typ = Some(typ.into());
    header.kid = Some(kid.clone());
    jsonwebtoken::encode(&header, claims, key.encoding()).map_err(|_| CryptoError("signing"))
}

/// Verifies a token at a time (Unix seconds).
///
/// # Errors
/// Returns the first check that failed.
pub fn verify(
    keys: &KeyRing,
    expected: &Expected,
    now_s: i64,
    token: &str,
) -> Result<Verified, Refused> {
    if token.len() > MAX_BYTES {
        return Err(Refused("too long"));
    }
    let header = header(token)?;
    if !is_type(&header, TYPE) {
        return Err(Refused("typ"));
    }
    let kid = header.get("kid").and_then(Value::as_str).ok_or(Refused("kid"))?;
    let key = keys.find(kid, now_s).ok_or(Refused("unknown kid"))?;

    if !is_signed(key, &header, token) {
        return Err(Refused("signature"));
    }
    let payload = payload(token)?;
    if payload.get("nbf").is_some_and(|nbf| nbf.as_i64().is_none_or(|nbf| nbf > now_s + LEEWAY)) {
        return Err(Refused("nbf"));
    }
    let claims: Claims =
        serde_json::from_value(Value::Object(payload)).map_err(|_| Refused("claims"))?;
    check(&claims, expected, now_s)?;
    Ok(Verified { claims: Arc::new(claims), kid: key.kid.clone() })
}

/// Whether a token is a compact JWS in canonical spelling, with the key's algorithm and a valid
/// signature.
///
/// [`verify`] checks this before it reads the claims.
pub fn signature_holds(key: &VerifyingKey, token: &str) -> bool {
    header(token).is_ok_and(|header| is_signed(key, &header, token))
}

pub(super) fn is_signed(key: &VerifyingKey, header: &Map<String, Value>, token: &str) -> bool {
    header.get("alg").and_then(Value::as_str) == Some(key.algorithm.as_str())
        && token
            .rsplit_once('.')
            .is_some_and(|(message, signature)| key.verifies(message.as_bytes(), signature))
}

/// Whether a header names a type, with or without `application/` before it.
pub(super) fn is_type(header: &Map<String, Value>, wanted: &str) -> bool {
    let typ = header.get("typ").and_then(Value::as_str);
    typ.is_some_and(|typ| typ.strip_prefix("application/").unwrap_or(typ) == wanted)
}

pub(super) fn payload(token: &str) -> Result<Map<String, Value>, Refused> {
    let refused = Refused("payload");
    let payload = token.split('.').nth(1).ok_or(refused)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| refused)?;
    serde_json::from_slice(&payload).map(|UniqueObject(payload)| payload).map_err(|_| refused)
}

/// The header, if Vestibule could have written it.
pub(super) fn header(token: &str) -> Result<Map<String, Value>, Refused> {
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Refused("not three parts"));
    };
    // Canonical base64url without padding: every token has exactly one spelling (S43).
    for part in [payload, signature] {
        URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused("base64url"))?;
    }
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| Refused("base64url"))?;
    let UniqueObject(header) =
        serde_json::from_slice(&header).map_err(|_| Refused("header is not an object"))?;
    if !header.keys().all(|name| matches!(name.as_str(), "alg" | "typ" | "kid")) {
        // `crit`, `zip`, `jwk`, `jku`, `x5u`, `x5c`, `b64`: Vestibule never writes these.
        return Err(Refused("header member"));
    }
    Ok(header)
}

fn is_expired(claims: &Claims, now_s: i64) -> bool {
    claims.exp <= now_s.saturating_sub(LEEWAY)
}

fn check(claims: &Claims, expected: &Expected, now_s: i64) -> Result<(), Refused> {
    let life = claims.exp.checked_sub(claims.iat).ok_or(Refused("life"))?;
    let texts = [&claims.jti, &claims.client_id];
    let faults = [
        (claims.iss != expected.issuer, "iss"),
        (claims.aud != expected.audience, "aud"),
        (is_expired(claims, now_s), "expired"),
        (claims.iat > now_s.saturating_add(LEEWAY), "iat"),
        (life <= 0 || life > expected.max_life, "life"),
        (texts.iter().any(|text| text.is_empty()), "empty claim"),
        (claims.sub.as_str().is_empty() || claims.sid.as_str().is_empty(), "empty claim"),
    ];
    match faults.into_iter().find(|(is_wrong, _)| *is_wrong) {
        Some((_, claim)) => Err(Refused(claim)),
        None => Ok(()),
    }
}
