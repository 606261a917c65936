//! The verifier against an issuer of ours, which counts what it is asked.

mod keys;
mod revocation;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use aws_lc_rs::{
    encoding::AsDer,
    signature::{Ed25519KeyPair, KeyPair},
};
use axum::{Json, Router, http::StatusCode, routing::get};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::*;

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9";

/// Signs, serves its keys, and answers about revocation.
struct Issuer {
    verifier: Verifier,
    key: EncodingKey,
    seen: Arc<Seen>,
    claims: Value,
}

#[derive(Default)]
struct Seen {
    jwks: AtomicUsize,
    token: AtomicUsize,
    revoked: AtomicBool,
    /// Without one, that route fails.
    set: Mutex<Option<Value>>,
}

/// A key pair and its JWK of the kid `k`.
fn new_key() -> (EncodingKey, Value) {
    let pair = Ed25519KeyPair::generate().expect("a key");
    let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).expect("PKCS#8");
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    let jwk = json!({
        "kty": "OKP", "crv": "Ed25519", "x": x, "kid": "k", "alg": "EdDSA", "use": "sig",
    });
    (EncodingKey::from_ed_der(der.as_ref()), jwk)
}

impl Issuer {
    async fn start() -> Self {
        let (key, jwk) = new_key();
        let seen = Arc::new(Seen::default());
        seen.publish(Some(json!({ "keys": [jwk] })));
        let (for_jwks, for_token) = (Arc::clone(&seen), Arc::clone(&seen));
        let jwks = async move || {
            for_jwks.jwks.fetch_add(1, Ordering::SeqCst);
            let set = for_jwks.set.lock().expect("the set").clone();
            set.map(Json).ok_or(StatusCode::BAD_GATEWAY)
        };
        let token = async move || {
            for_token.token.fetch_add(1, Ordering::SeqCst);
            if for_token.revoked.load(Ordering::SeqCst) {
                StatusCode::UNAUTHORIZED
            } else {
                StatusCode::OK
            }
        };
        let router = Router::new().route("/jwks", get(jwks)).route("/api/v1/token", get(token));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let verifier = Verifier::new(&url, "notes", &format!("{url}/jwks")).expect("a verifier");
        let now = jsonwebtoken::get_current_timestamp();
        let claims = json!({
            "iss": url, "aud": "notes", "sub": "s", "exp": now + 600, "iat": now - 60, "jti": "j", "sid": "d",
            "client_id": "c", "scope": "", "roles": [],
        });
        Self { verifier, key, seen, claims }
    }

    fn sign(&self, header: &str, claims: &str) -> String {
        let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let message = format!("{}.{}", b64(header.as_bytes()), b64(claims.as_bytes()));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, Algorithm::EdDSA)
            .expect("signed");
        format!("{message}.{signature}")
    }

    fn good(&self) -> String {
        self.sign(HEADER, &self.claims.to_string())
    }

    fn with_claim(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[name] = value;
        self.sign(HEADER, &claims.to_string())
    }

    async fn verify(&self, token: &str) -> Result<Claims, Error> {
        self.verifier.verify(token, Revocation::WaitForExpiry).await
    }
}

impl Seen {
    /// Serves this set instead of another, which it returns.
    fn publish(&self, set: Option<Value>) -> Option<Value> {
        std::mem::replace(&mut *self.set.lock().expect("the set"), set)
    }
}

const HEADER: &str = r#"{"alg":"EdDSA","typ":"at+jwt","kid":"k"}"#;

#[tokio::test]
async fn headers() {
    let issuer = Issuer::start().await;
    let claims = issuer.claims.to_string();
    issuer.verify(&issuer.good()).await.expect("good");
    for header in [
        r#"{"alg":"EdDSA","typ":"JWT","kid":"k"}"#,
        r#"{"alg":"EdDSA","typ":null,"kid":"k"}"#,
        r#"{"alg":"EdDSA","kid":"k"}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt"}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt","kid":7}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt","kid":"other"}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt","kid":"k","kid":"k"}"#,
        r#"{"alg":"none","typ":"at+jwt","kid":"k"}"#,
        r#"{"alg":"HS256","typ":"at+jwt","kid":"k"}"#,
        r#"{"alg":"ES256","typ":"at+jwt","kid":"k"}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt","kid":"k","crit":[]}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt","kid":"k","zip":"DEF"}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt","kid":"k","jwk":{}}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt","kid":"k","jku":"http://127.0.0.1:9"}"#,
        r#"{"alg":"EdDSA","typ":"at+jwt","kid":"k","x5u":"http://127.0.0.1:9"}"#,
        "[]",
        "",
    ] {
        let refused = issuer.verify(&issuer.sign(header, &claims)).await.err();
        assert!(matches!(refused, Some(Refused(_))), "{header}: {refused:?}");
    }
}

#[tokio::test]
async fn claims_that_a_setting_adds() {
    let issuer = Issuer::start().await;
    let bare = issuer.verify(&issuer.good()).await.expect("good");
    assert!(bare.external_id.is_none() && bare.app_metadata.is_empty());
    let token = issuer.with_claim("app_metadata", json!({ "plan": "pro", "seats": [1, 2.5] }));
    let claims = issuer.verify(&token).await.expect("good");
    assert_eq!(claims.app_metadata["plan"], "pro");
    assert_eq!(claims.app_metadata["seats"], json!([1, 2.5]));
    let claims = issuer.verify(&issuer.with_claim("external_id", json!("7"))).await.expect("good");
    assert_eq!(claims.external_id.as_deref(), Some("7"));
    // One that this verifier does not know.
    issuer.verify(&issuer.with_claim("later", json!({ "a": [] }))).await.expect("good");
    let refused = issuer.verify(&issuer.with_claim("external_id", json!(7))).await.err();
    assert!(matches!(refused, Some(Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn claims_and_spelling() {
    let issuer = Issuer::start().await;
    let now = jsonwebtoken::get_current_timestamp().cast_signed();
    let good = issuer.good();
    let twice = format!(r#"{{"sub":"x",{}"#, &issuer.claims.to_string()[1..]);
    let mut tokens = vec![
        String::new(),
        "..".into(),
        format!("{good}="),
        format!("{good} "),
        format!("{good}.a"),
        format!("a.{good}"),
        good[..good.len() - 4].to_owned(),
        issuer.sign(HEADER, &twice),
        issuer.sign(HEADER, "[]"),
        issuer.with_claim("padding", json!("x".repeat(MAX_BYTES))),
    ];
    for name in ["iss", "aud", "sub", "exp", "iat", "jti", "sid", "client_id"] {
        for value in [json!(null), json!(""), json!(["notes"]), json!({}), json!(true), json!(1.5)]
        {
            tokens.push(issuer.with_claim(name, value));
        }
    }
    for (name, value) in [
        ("iss", json!("http://127.0.0.1:9")),
        ("aud", json!("other")),
        ("exp", json!(now - LEEWAY)),
        ("exp", json!(now + MAX_LIFE + 60)),
        ("exp", json!(u64::MAX)),
        ("exp", json!(i64::MIN)),
        ("iat", json!(now + 60)),
        ("nbf", json!(now + 60)),
        ("nbf", json!("1")),
        ("scope", json!(null)),
        ("roles", json!("admin")),
    ] {
        tokens.push(issuer.with_claim(name, value));
    }
    for token in tokens {
        let refused = issuer.verify(&token).await.err();
        assert!(matches!(refused, Some(Refused(_))), "{token}: {refused:?}");
    }
    issuer
        .verify(&issuer.with_claim("exp", json!(now - LEEWAY + 2)))
        .await
        .expect("within the leeway");
}

#[test]
fn plain_http_is_for_this_machine() {
    let made = |issuer: &str, jwks: &str| Verifier::new(issuer, "notes", jwks).map(|_| ());
    let (near, far) = ("http://localhost:3000", "https://id.example.com");
    for good in [near, far, "http://127.0.0.1:3000", "http://127.8.9.1", "http://[::1]:3000"] {
        made(good, &format!("{good}/jwks")).expect(good);
        made(far, good).expect(good);
    }
    for bad in [
        "http://id.example.com",
        "HTTP://id.example.com",
        "http://192.168.0.2:3000",
        "http://0.0.0.0:3000",
        "http://[::ffff:192.168.0.2]",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost@id.example.com",
        "file:///etc/keys.json",
        "localhost:3000",
    ] {
        for refused in [made(bad, far), made(far, bad), made(bad, bad), made(near, bad)] {
            assert!(matches!(refused, Err(SetupError::Insecure(_))), "{bad}: {refused:?}");
        }
    }
    assert!(matches!(made("id.example.com", far), Err(SetupError::NotAUrl(_))));
}
