//! Access tokens: JWT (RFC 7519) of the profile `at+jwt` (RFC 9068), signed and strictly verified.
//!
//! jsonwebtoken checks the signature; this file adds what it leaves open (RFC 8725): the size, `typ`,
//! `crit`, one algorithm per key, unique members, typed claims, a maximum life, and our own clock.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Header;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    CryptoError,
    key_ring::KeyRing,
    keys::{SigningKey, VerifyingKey},
    strict_json::UniqueObject,
};
use crate::model::{SessionId, UserId};

/// The longest token that is looked at, in bytes (S44).
pub const MAX_BYTES: usize = 8 * 1024;
/// How far clocks may differ, in seconds (S41).
pub const LEEWAY: i64 = 5;
/// The media type of access tokens (RFC 9068 section 2.1).
const TYPE: &str = "at+jwt";

/// The claims of an access token; all are required and typed (RFC 9068 section 2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer: the public URL.
    pub iss: String,
    /// Audience.
    pub aud: String,
    /// The person.
    pub sub: UserId,
    /// Expiry, Unix seconds.
    pub exp: i64,
    /// Issued at, Unix seconds.
    pub iat: i64,
    /// This token.
    pub jti: String,
    /// The session.
    pub sid: SessionId,
    /// The client it was issued to; ours is `vestibule`.
    pub client_id: String,
    /// Permissions, separated by spaces (RFC 8693 section 4.2).
    pub scope: String,
    /// Roles, by name.
    pub roles: Vec<String>,
    /// When the person last proved who they are, Unix seconds.
    pub auth_time: i64,
    /// Authentication methods (RFC 8176); empty in tokens of earlier versions.
    #[serde(default)]
    pub amr: Vec<String>,
    /// Authentication context class (RFC 9068 section 2.2.1), such as `aal1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// Private: the session's generation, so that a token's first use marks its refresh token as used.
    #[serde(rename = "gen")]
    pub generation: i64,
    /// Private: the account's epoch. It grows with each change that revokes issued tokens: password, roles, disabling,
    /// enabling.
    pub epoch: i64,
}

impl Claims {
    /// Whether the scope has this permission.
    pub fn allows(&self, permission: &str) -> bool {
        self.scope.split(' ').any(|granted| granted == permission)
    }
}

/// What a verifier expects of every token.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The issuer, exactly.
    pub issuer: String,
    /// The audience, exactly.
    pub audience: String,
    /// The longest `exp - iat`, in seconds.
    pub max_life: i64,
}

/// A token that was good when it was verified.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What it says.
    pub claims: Arc<Claims>,
    /// The key that it was signed with.
    pub kid: String,
}

impl Verified {
    /// Whether it still is: its time has not come, and its key has not been taken out of use.
    pub fn holds(&self, keys: &KeyRing, now: i64) -> bool {
        !is_expired(&self.claims, now) && keys.find(&self.kid, now).is_some()
    }
}

/// Refused; why is for the log at most, never for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("access token refused: {0}")]
pub struct Refused(pub &'static str);

/// Signs claims with a key.
pub fn sign(key: &SigningKey, claims: &Claims) -> Result<String, CryptoError> {
    let VerifyingKey { kid, algorithm, .. } = key.verifying();
    let mut header = Header::new(algorithm.jose());
    header.typ = Some(TYPE.into());
    header.kid = Some(kid.clone());
    jsonwebtoken::encode(&header, claims, key.encoding()).map_err(|_| CryptoError("signing"))
}

/// Verifies a token at a time (Unix seconds).
pub fn verify(
    keys: &KeyRing,
    expected: &Expected,
    now: i64,
    token: &str,
) -> Result<Verified, Refused> {
    if token.len() > MAX_BYTES {
        return Err(Refused("too long"));
    }
    let header = header(token)?;
    if !is_access_token(&header) {
        return Err(Refused("typ"));
    }
    let kid = header.get("kid").and_then(Value::as_str).ok_or(Refused("kid"))?;
    let key = keys.find(kid, now).ok_or(Refused("unknown kid"))?;

    if !is_signed(key, &header, token) {
        return Err(Refused("signature"));
    }
    let payload = payload(token)?;
    if payload.get("nbf").is_some_and(|nbf| nbf.as_i64().is_none_or(|nbf| nbf > now + LEEWAY)) {
        return Err(Refused("nbf"));
    }
    let claims: Claims =
        serde_json::from_value(Value::Object(payload)).map_err(|_| Refused("claims"))?;
    check(&claims, expected, now)?;
    Ok(Verified { claims: Arc::new(claims), kid: key.kid.clone() })
}

/// Whether a token is a compact JWS in its one spelling, by the key's algorithm, with its signature.
///
/// This is what [`verify`] asks of a token before it looks at what it says.
pub fn signature_holds(key: &VerifyingKey, token: &str) -> bool {
    header(token).is_ok_and(|header| is_signed(key, &header, token))
}

fn is_signed(key: &VerifyingKey, header: &Map<String, Value>, token: &str) -> bool {
    header.get("alg").and_then(Value::as_str) == Some(key.algorithm.as_str())
        && token
            .rsplit_once('.')
            .is_some_and(|(message, signature)| key.verifies(message.as_bytes(), signature))
}

fn is_access_token(header: &Map<String, Value>) -> bool {
    let typ = header.get("typ").and_then(Value::as_str);
    typ.is_some_and(|typ| typ.strip_prefix("application/").unwrap_or(typ) == TYPE)
}

fn payload(token: &str) -> Result<Map<String, Value>, Refused> {
    let refused = Refused("payload");
    let payload = token.split('.').nth(1).ok_or(refused)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| refused)?;
    serde_json::from_slice(&payload).map(|UniqueObject(payload)| payload).map_err(|_| refused)
}

/// The header, if it is one that we could have written.
fn header(token: &str) -> Result<Map<String, Value>, Refused> {
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
        // `crit`, `zip`, `jwk`, `jku`, `x5u`, `x5c`, `b64`: nothing we ever write.
        return Err(Refused("header member"));
    }
    Ok(header)
}

fn is_expired(claims: &Claims, now: i64) -> bool {
    claims.exp <= now.saturating_sub(LEEWAY)
}

fn check(claims: &Claims, expected: &Expected, now: i64) -> Result<(), Refused> {
    let life = claims.exp.checked_sub(claims.iat).ok_or(Refused("life"))?;
    let texts = [&claims.jti, &claims.client_id];
    let faults = [
        (claims.iss != expected.issuer, "iss"),
        (claims.aud != expected.audience, "aud"),
        (is_expired(claims, now), "expired"),
        (claims.iat > now.saturating_add(LEEWAY), "iat"),
        (life <= 0 || life > expected.max_life, "life"),
        (texts.iter().any(|text| text.is_empty()), "empty claim"),
        (claims.sub.as_str().is_empty() || claims.sid.as_str().is_empty(), "empty claim"),
    ];
    match faults.into_iter().find(|(is_wrong, _)| *is_wrong) {
        Some((_, claim)) => Err(Refused(claim)),
        None => Ok(()),
    }
}
