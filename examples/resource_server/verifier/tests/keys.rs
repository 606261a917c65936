//! The selection of verifying keys, and the times of fetching them.

use futures::FutureExt;

use super::{
    super::keys::{FETCH_EVERY, KEYS_LAST, KEYS_LAST_UNFETCHED, read_key, read_set},
    *,
};

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
    issuer.seen.publish(Some(json!({ "keys": [jwk] })));
    issuer.key = key;
    let header = HEADER.replace(r#""k""#, r#""new""#);
    let new = issuer.sign(&header, &issuer.claims.to_string());
    assert_eq!(issuer.verify(&new).await.err(), Some(Refused("unknown kid")), "asked a moment ago");
    issuer.verifier.0.keys.grow_older(FETCH_EVERY).await;
    issuer.verify(&new).await.expect("the new key");
    assert_eq!(issuer.verify(&old).await.err(), Some(Refused("unknown kid")), "the key is retired");
    assert_eq!(issuer.seen.jwks.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn who_hangs_up_does_not_end_the_fetch() {
    let issuer = Issuer::start().await;
    let good = issuer.good();
    let hung_up = issuer.verify(&good).now_or_never();
    assert!(hung_up.is_none(), "it waits for the keys");
    issuer.verify(&good).await.expect("good");
    assert_eq!(issuer.seen.jwks.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn keys_outlive_an_outage_of_hours_not_of_a_day() {
    let issuer = Issuer::start().await;
    let good = issuer.good();
    let keys = &issuer.verifier.0.keys;
    issuer.verify(&good).await.expect("good");

    let set = issuer.seen.publish(None);
    keys.grow_older(KEYS_LAST_UNFETCHED - KEYS_LAST).await;
    issuer.verify(&good).await.expect("in an outage of hours");
    keys.grow_older(KEYS_LAST).await;
    assert_eq!(issuer.verify(&good).await.err(), Some(Unavailable));
    assert_eq!(issuer.seen.jwks.load(Ordering::SeqCst), 3, "it was asked each time");
    assert_eq!(issuer.verify(&good).await.err(), Some(Unavailable), "asked a moment ago");

    issuer.seen.publish(set);
    keys.grow_older(FETCH_EVERY).await;
    issuer.verify(&good).await.expect("the outage is over");
}
