//! Verifies Vestibule's access tokens in another service; copy this file and its folder into yours.
//!
//! jsonwebtoken checks the signature; this file adds what it leaves open (RFC 8725, RFC 9068): the size,
//! `typ`, the header's members, one algorithm per key, typed claims, a maximum life, and revocation.
//!
//! It needs base64, jsonwebtoken (`aws_lc_rs`), reqwest (`rustls`, `json`), serde, serde_json, thiserror
//! and tokio.

mod keys;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Validation;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use tokio::{sync::OnceCell, time::Instant};

use keys::Keys;

/// The longest token that is looked at, in bytes.
const MAX_BYTES: usize = 8 * 1024;
/// Accepted difference between clocks, in seconds.
const LEEWAY: i64 = 5;
/// The longest `exp - iat`, in seconds: what Vestibule can be set to.
const MAX_LIFE: i64 = 86_400;
/// Time for which an answer about revocation is cached.
const ANSWERS_LAST: Duration = Duration::from_secs(1);

/// The claims of an access token that a resource server has a use for; all are typed, and required but for the last five.
///
/// Members that are not here are ignored; one of these named twice is refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer.
    pub iss: String,
    /// Audience: text, never a list.
    pub aud: String,
    /// The person: opaque, stable, never reused.
    pub sub: String,
    /// Expiry, Unix seconds.
    pub exp: i64,
    /// Issued at, Unix seconds.
    pub iat: i64,
    /// This token.
    pub jti: String,
    /// The session.
    pub sid: String,
    /// The client it was issued to.
    pub client_id: String,
    /// Permissions, separated by spaces.
    pub scope: String,
    /// Roles, by name.
    pub roles: Vec<String>,
    /// Not before, Unix seconds; Vestibule writes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// The username, if `VESTIBULE_TOKEN_CLAIMS` names it; so are the next three. It can change: know people by `sub`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// A verified address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The id in the app that the account came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Members of what the app keeps about the person.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub app_metadata: serde_json::Map<String, serde_json::Value>,
}

/// Why there are no claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// 401. The token is no good; why is for the log at most, never for the client.
    #[error("access token refused: {0}")]
    Refused(&'static str),
    /// 503. The token may be good, but Vestibule did not answer.
    #[error("Vestibule did not answer")]
    Unavailable,
}
use Error::{Refused, Unavailable};

/// Why there is no verifier.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The issuer or the address of its keys.
    #[error("{0}: not a URL")]
    NotAUrl(String),
    /// Likewise.
    #[error("{0}: expected https, or plain http on this machine (localhost, 127.0.0.1, [::1])")]
    Insecure(Url),
    /// Its TLS, that is.
    #[error("no HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// Whether to ask Vestibule if the token was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// No: after sign-out a token is good until it expires, ten minutes at most by default.
    WaitForExpiry,
    /// Yes: after sign-out a token is good for about two seconds at most: for one an answer is remembered, and a
    /// Vestibule of several processes takes up to another until each of them knows.
    Ask,
}

/// Verifies tokens of one issuer for one audience; clones share the keys.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    issuer: String,
    audience: String,
    http: reqwest::Client,
    keys: Keys,
    answers: Mutex<Answers>,
}

impl Verifier {
    /// A verifier that fetches the keys when it first needs them.
    pub fn new(issuer: &str, audience: &str, jwks_uri: &str) -> Result<Self, SetupError> {
        for url in [issuer, jwks_uri] {
            refuse_insecure(url)?;
        }
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            // Neither the keys nor the answer about a token are to come from elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self(Arc::new(Inner {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            keys: Keys::new(jwks_uri, http.clone()),
            http,
            answers: Mutex::new(Answers { since: Instant::now(), by_jti: HashMap::new() }),
        })))
    }

    /// The claims of a good token.
    pub async fn verify(&self, token: &str, revocation: Revocation) -> Result<Claims, Error> {
        if token.len() > MAX_BYTES {
            return Err(Refused("too long"));
        }
        let kid = kid(token)?;
        let key = self.0.keys.find(&kid).await?;

        let mut validation = Validation::new(key.algorithm);
        // Times, issuer and audience are checked below, by type and with the same leeway as Vestibule's.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation)
            .map_err(|_| Refused("signature or claims"))?
            .claims;
        let now = jsonwebtoken::get_current_timestamp().cast_signed();
        check(&claims, &self.0.issuer, &self.0.audience, now)?;

        // Last, so that only tokens that Vestibule signed are sent to it.
        if revocation == Revocation::Ask && !self.is_live(token, &claims.jti).await? {
            return Err(Refused("revoked"));
        }
        Ok(claims)
    }

    /// Whether a token that is otherwise good was not revoked; no answer is an error, never a yes.
    ///
    /// Requests with the same token meanwhile wait for the same answer.
    async fn is_live(&self, token: &str, jti: &str) -> Result<bool, Error> {
        let answer = self.0.answers.lock().unwrap_or_else(PoisonError::into_inner).of(jti);
        *answer.get_or_init(|| self.ask(token)).await
    }

    async fn ask(&self, token: &str) -> Result<bool, Error> {
        let url = format!("{}/api/v1/token", self.0.issuer);
        let response =
            self.0.http.get(url).bearer_auth(token).send().await.map_err(|_| Unavailable)?;
        match response.status() {
            reqwest::StatusCode::OK => Ok(true),
            reqwest::StatusCode::UNAUTHORIZED => Ok(false),
            _ => Err(Unavailable),
        }
    }
}

/// The answers asked for in this second; the next begins with none, which bounds their age and their number.
struct Answers {
    since: Instant,
    by_jti: HashMap<String, Arc<OnceCell<Result<bool, Error>>>>,
}

impl Answers {
    fn of(&mut self, jti: &str) -> Arc<OnceCell<Result<bool, Error>>> {
        if self.since.elapsed() >= ANSWERS_LAST {
            self.by_jti.clear();
            self.since = Instant::now();
        }
        Arc::clone(self.by_jti.entry(jti.to_owned()).or_default())
    }
}

/// Over plain http, anybody on the way could answer with keys of their own.
fn refuse_insecure(text: &str) -> Result<(), SetupError> {
    let url = Url::parse(text).map_err(|_| SetupError::NotAUrl(text.to_owned()))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback =
        host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback => Ok(()),
        _ => Err(SetupError::Insecure(url)),
    }
}

/// The `kid` of a header that Vestibule could have written.
fn kid(token: &str) -> Result<String, Error> {
    // No `crit`, `zip`, `b64`, `jwk`, `jku`, `x5u`, `x5c`, and no member twice. jsonwebtoken checks `alg`.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Header {
        #[serde(rename = "alg")]
        _alg: String,
        typ: String,
        kid: String,
    }
    let header = token.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| Refused("header"))?;
    let header: Header = serde_json::from_slice(&header).map_err(|_| Refused("header"))?;
    if header.typ.strip_prefix("application/").unwrap_or(&header.typ) != "at+jwt" {
        return Err(Refused("typ"));
    }
    Ok(header.kid)
}

fn check(claims: &Claims, issuer: &str, audience: &str, now: i64) -> Result<(), Error> {
    let life = claims.exp.checked_sub(claims.iat).ok_or(Refused("life"))?;
    let texts = [&claims.sub, &claims.jti, &claims.sid, &claims.client_id];
    match () {
        () if claims.iss != issuer => Err(Refused("iss")),
        () if claims.aud != audience => Err(Refused("aud")),
        () if claims.exp <= now - LEEWAY => Err(Refused("expired")),
        () if claims.iat > now + LEEWAY => Err(Refused("iat")),
        () if claims.nbf.is_some_and(|nbf| nbf > now + LEEWAY) => Err(Refused("nbf")),
        () if life <= 0 || life > MAX_LIFE => Err(Refused("life")),
        () if texts.iter().any(|text| text.is_empty()) => Err(Refused("empty claim")),
        () => Ok(()),
    }
}
