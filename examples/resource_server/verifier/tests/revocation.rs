//! Asking Vestibule, and not hearing from it.

use super::*;

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
async fn who_comes_together_is_answered_together() {
    let issuer = Issuer::start().await;
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (token, verifier) = (issuer.good(), issuer.verifier.clone());
        crowd.spawn(async move { verifier.verify(&token, Revocation::Ask).await.is_ok() });
    }
    assert!(crowd.join_all().await.into_iter().all(|good| good));
    assert!(issuer.seen.token.load(Ordering::SeqCst) <= 2, "a second may have ended meanwhile");
}

#[tokio::test]
async fn no_answer_is_no_yes() {
    let issuer = Issuer::start().await;
    let no_keys = Verifier::new(NOWHERE, "notes", NOWHERE).expect("a verifier");
    let no_keys = no_keys.verify(&issuer.good(), Revocation::WaitForExpiry).await.err();
    assert_eq!(no_keys, Some(Unavailable));

    let jwks = format!("{}/jwks", issuer.verifier.0.issuer);
    let no_answer = Verifier::new(NOWHERE, "notes", &jwks).expect("a verifier");
    let token = issuer.with_claim("iss", json!(NOWHERE));
    no_answer.verify(&token, Revocation::WaitForExpiry).await.expect("good");
    assert_eq!(no_answer.verify(&token, Revocation::Ask).await.err(), Some(Unavailable));
}
