//! The verifier against an issuer of ours, which counts what it is asked.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use aws_lc_rs::{
    encoding::AsDer,
    signature::{Ed25519KeyPair, KeyPair},
};
use axum::{Json, Router, http::StatusCode, routing::get};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::{
    keys::{read_key, read_set},
    *,
};

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
    set: Mutex<Value>,
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
        seen.publish(json!({ "keys": [jwk] }));
        let (for_jwks, for_token) = (Arc::clone(&seen), Arc::clone(&seen));
        let jwks = async move || {
            for_jwks.jwks.fetch_add(1, Ordering::SeqCst);
            Json(for_jwks.set.lock().expect("the set").clone())
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
    fn publish(&self, set: Value) {
        *self.set.lock().expect("the set") = set;
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
fn keys_that_may_not_verify() {
    let (_, good) = new_key();
    let with = |name: &str, value: Value| {
        let mut jwk = good.clone();
        jwk[name] = value;
        jwk
    };
    assert!(read_key(&good).is_some());
    assert!(read_key(&with("key_ops", json!(["verify"]))).is_some());
    for (name, value) in [
        ("use", json!("enc")),
        ("use", json!(null)),
        ("use", json!(["sig"])),
        ("key_ops", json!(["encrypt"])),
        ("key_ops", json!(["sign"])),
        ("key_ops", json!(["verify", "deriveKey"])),
        ("key_ops", json!([])),
        ("key_ops", json!("verify")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("alg", json!(null)),
        ("kty", json!("oct")),
        ("crv", json!("X25519")),
        ("kid", json!(7)),
        ("x", json!("!")),
        ("d", json!("AAAA")),
    ] {
        assert!(read_key(&with(name, value.clone())).is_none(), "{name} = {value}");
    }
    // One that is refused does not spoil the others; one kid for two keys does.
    let set = json!({ "keys": [with("use", json!("enc")), good, 7] });
    assert_eq!(read_set(&set).map(|keys| keys.len()), Some(1));
    assert!(read_set(&json!({ "keys": [good, good] })).is_none());
    assert!(read_set(&json!([])).is_none());
}

#[tokio::test]
async fn a_flood_of_unknown_kids_fetches_once() {
    let issuer = Issuer::start().await;
    let claims = issuer.claims.to_string();
    let mut flood = tokio::task::JoinSet::new();
    for n in 0..1000 {
        let header = format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{n}"}}"#);
        let (token, verifier) = (issuer.sign(&header, &claims), issuer.verifier.clone());
        flood.spawn(async move { verifier.verify(&token, Revocation::Ask).await.err() });
    }
    for refused in flood.join_all().await {
        assert_eq!(refused, Some(Refused("unknown kid")));
    }
    issuer.verify(&issuer.good()).await.expect("good");
    assert_eq!(issuer.seen.jwks.load(Ordering::SeqCst), 1);
    // Nor does anything that is not signed reach Vestibule's other route.
    assert_eq!(issuer.seen.token.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn rotation() {
    let mut issuer = Issuer::start().await;
    let old = issuer.good();
    issuer.verify(&old).await.expect("good");
    let (key, mut jwk) = new_key();
    jwk["kid"] = json!("new");
    issuer.seen.publish(json!({ "keys": [jwk] }));
    issuer.key = key;
    let header = HEADER.replace(r#""k""#, r#""new""#);
    let new = issuer.sign(&header, &issuer.claims.to_string());
    assert_eq!(issuer.verify(&new).await.err(), Some(Refused("unknown kid")), "asked a moment ago");
    issuer.verifier.0.keys.forget_when().await;
    issuer.verify(&new).await.expect("the new key");
    assert_eq!(issuer.verify(&old).await.err(), Some(Refused("unknown kid")), "the key is retired");
    assert_eq!(issuer.seen.jwks.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn who_hangs_up_does_not_end_the_fetch() {
    let issuer = Issuer::start().await;
    let good = issuer.good();
    let hung_up = tokio::time::timeout(Duration::ZERO, issuer.verify(&good)).await;
    assert!(hung_up.is_err());
    issuer.verify(&good).await.expect("good");
    assert_eq!(issuer.seen.jwks.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn revocation() {
    let issuer = Issuer::start().await;
    let (good, ask) = (issuer.good(), Revocation::Ask);
    for _ in 0..100 {
        issuer.verifier.verify(&good, ask).await.expect("live");
    }
    assert!(issuer.seen.token.load(Ordering::SeqCst) <= 2, "the answer is remembered");
    issuer.seen.revoked.store(true, Ordering::SeqCst);
    tokio::time::sleep(ANSWERS_LAST).await;
    let refused = issuer.verifier.verify(&good, ask).await.err();
    assert_eq!(refused, Some(Refused("revoked")));
    issuer.verify(&good).await.expect("who does not ask is not told");
}

#[tokio::test]
async fn no_answer_is_no_yes() {
    // Nobody listens on port 9.
    let nowhere = "http://127.0.0.1:9";
    let issuer = Issuer::start().await;
    let no_keys = Verifier::new(nowhere, "notes", nowhere).expect("a verifier");
    let no_keys = no_keys.verify(&issuer.good(), Revocation::WaitForExpiry).await.err();
    assert_eq!(no_keys, Some(Unavailable));

    let jwks = format!("{}/jwks", issuer.verifier.0.issuer);
    let no_answer = Verifier::new(nowhere, "notes", &jwks).expect("a verifier");
    let token = issuer.with_claim("iss", json!(nowhere));
    no_answer.verify(&token, Revocation::WaitForExpiry).await.expect("good");
    assert_eq!(no_answer.verify(&token, Revocation::Ask).await.err(), Some(Unavailable));
}
