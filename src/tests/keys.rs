//! Signing keys: four algorithms, import, secrets of one's own, and what others can fetch (S34, S35, S45, S50,
//! S104).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use vestibule::server::{
    config::{Config, Flags},
    secure::{jwt::LEEWAY, secret::Secret},
    service::keys,
};

use super::support::*;

const SECRET: &str = "a secret of the operator's own, long enough";
/// RFC 8410 section 10.3.
pub(super) const ED25519_PEM: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";

pub(super) fn signed_with(algorithm: &'static str) -> impl Fn(&mut Flags) {
    move |flags| {
        flags.signing_algorithm = Some(algorithm.into());
        flags.jwt_secret = (algorithm == "HS256").then(|| SECRET.into());
    }
}

async fn login(router: &Router) -> String {
    let body = serde_json::json!({ "username": "ada", "password": PASSWORD });
    let reply = send(router, post("/api/v1/login").json(body)).await.expect(200).json();
    reply["access_token"].as_str().expect("a token").to_owned()
}

both! {
    async fn each_of_four_algorithms(server: Server) {
        server.register("ada").await;
        let mut older = vec![login(&server.router).await];
        for algorithm in ["ES256", "RS256", "HS256", "EdDSA"] {
            // On the same database: the operator has changed the setting and started again.
            let (app, router) = server.again_with(signed_with(algorithm)).await;
            server.app.clock.advance(keys::PUBLISH_AHEAD + 1);
            let token = login(&router).await;
            assert_eq!(part(&token, 0)["alg"], algorithm);
            assert_eq!(status(&router, &token).await, 200, "{algorithm}");
            let forge = Forge::new(&server, &token).await;
            assert_eq!(status(&router, &forge.sign(&forge.header, &forge.claims)).await, 200, "{algorithm}");
            for other in ["EdDSA", "ES256", "RS256", "HS256", "HS512", "PS256", "ES384", "none"] {
                if other == algorithm {
                    continue;
                }
                // Signed again, so that only the name of the algorithm is wrong (S35).
                let other_alg = forge.with_header("alg", other.into());
                assert_eq!(status(&router, &other_alg).await, 401, "{other}");
            }
            let (signed, signature) = token.rsplit_once('.').expect("parts");
            let mut bytes = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
            bytes[10] ^= 1;
            assert_eq!(status(&router, &format!("{signed}.{}", b64(&bytes))).await, 401, "{algorithm}");
            let published = jwks(&router).await;
            for jwk in &published {
                for private in ["d", "k", "p", "q", "dp", "dq", "qi", "oth"] {
                    assert!(jwk.get(private).is_none(), "{private} in {jwk}");
                }
                assert_eq!(jwk["use"], "sig");
            }
            assert_eq!(published.iter().any(|jwk| jwk["kid"] == kid(&token).as_str()), algorithm != "HS256");
            // What other keys signed goes on until it dies.
            let last = older.last().expect("one");
            let is_alive = part(last, 1)["exp"].as_i64() > Some(app.clock.now_s() - 5);
            assert_eq!(status(&router, last).await == 200, is_alive);
            older.push(token);
        }
    }

    async fn a_key_of_ones_own(server: Server) {
        server.register("ada").await;
        let pem = |text: &str| Secret::new(text);
        keys::import(&server.app, Agent::Operator, keys::RingName::Own, &pem(ED25519_PEM), true).await.expect("imported");
        server.app.clock.advance(2);
        let token = server.login("ada").await;
        // RFC 8037 appendix A.2 and A.3 have another key; this is the thumbprint of RFC 8410's.
        let jwk = jwks(&server.router).await.remove(0);
        assert_eq!(jwk["x"], "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE");
        assert_eq!(jwk["kid"], kid(&token).as_str());
        assert!(keys::import(&server.app, Agent::Operator, keys::RingName::Own, &pem(ED25519_PEM), true).await.is_err(), "twice");
        for bad in ["", "nonsense", &ED25519_PEM.replace("MC4C", "MC4D"), "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n"] {
            assert!(keys::import(&server.app, Agent::Operator, keys::RingName::Own, &pem(bad), true).await.is_err(), "{bad}");
        }
        keys::retire(&server.app, Agent::Operator, &kid(&token)).await.expect("retired");
        assert!(keys::import(&server.app, Agent::Operator, keys::RingName::Own, &pem(ED25519_PEM), true).await.is_err(), "retired for good");
        server.app.clock.advance(2);
        assert_eq!(status(&server.router, &server.login("ada").await).await, 200);
    }

    async fn hs256_with_the_operators_secret(server: Server) {
        server.register("ada").await;
        let (app, router) = server.again_with(signed_with("HS256")).await;
        server.app.clock.advance(2);
        let token = login(&router).await;
        // As the Flask tutorials verify it.
        let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
        validation.validate_exp = false;
        validation.set_audience(&[ORIGIN]);
        let key = jsonwebtoken::DecodingKey::from_secret(SECRET.as_bytes());
        let read = jsonwebtoken::decode::<Value>(&token, &key, &validation).expect("verified");
        assert_eq!(read.claims, part(&token, 1));
        for refused in [keys::rotate(&app, Agent::Operator, keys::RingName::Own, true).await, keys::retire(&app, Agent::Operator, &kid(&token)).await] {
            assert!(refused.expect_err("the operator's").to_string().contains("VESTIBULE_JWT_SECRET"));
        }
        // Another secret: the old tokens live on, new ones are of the new secret.
        let forge = Forge::new(&server, &token).await;
        let replaced = |flags: &mut Flags| {
            signed_with("HS256")(flags);
            flags.jwt_secret = Some("quite another secret, and as long as that".into());
        };
        let log = Log::start();
        let (app, router) = server.again_with(replaced).await;
        let log = log.end();
        let advice = format!("run vestibule keys retire {} now if it leaked", kid(&token));
        assert!(log.contains(&advice), "{log}");
        assert_eq!(status(&router, &token).await, 200);
        server.app.clock.advance(2);
        let other = login(&router).await;
        assert!(jsonwebtoken::decode::<Value>(&other, &key, &validation).is_err());
        assert_eq!(status(&router, &other).await, 200);
        // Somebody who knows the old secret can sign while tokens of it may be alive, and no longer.
        let forged = |now: i64| {
            let mut claims = forge.claims.clone();
            (claims["iat"], claims["exp"]) = (now.into(), (now + 600).into());
            forge.sign(&forge.header, &claims)
        };
        server.app.clock.advance(600 + 2 * LEEWAY);
        assert_eq!(status(&router, &forged(app.clock.now_s())).await, 200);
        server.app.clock.advance(1);
        assert_eq!(status(&router, &forged(app.clock.now_s())).await, 401);
        assert_eq!(status(&router, &login(&router).await).await, 200);
        let log = Log::start();
        drop(server.again_with(replaced).await);
        assert!(!log.end().contains("leaked"));
    }

    async fn a_leaked_secret_is_retired_at_once(server: Server) {
        server.register("ada").await;
        let (_, router) = server.again_with(signed_with("HS256")).await;
        server.app.clock.advance(2);
        let token = login(&router).await;
        let (app, router) = server.again_with(|flags| {
            signed_with("HS256")(flags);
            flags.jwt_secret = Some("quite another secret, and as long as that".into());
        }).await;
        // In the seconds in which the old one still signs, too.
        keys::retire(&app, Agent::Operator, &kid(&token)).await.expect("retired");
        assert_eq!(status(&router, &token).await, 401);
        let fresh = login(&router).await;
        assert_ne!(kid(&fresh), kid(&token));
        assert_eq!(status(&router, &fresh).await, 200);
    }

    async fn a_secret_that_comes_back(server: Server) {
        server.register("ada").await;
        let secret = |secret: &'static str| move |flags: &mut Flags| {
            signed_with("HS256")(flags);
            flags.jwt_secret = Some(secret.into());
        };
        let (a, b) = (SECRET, "quite another secret, and as long as that");
        let mut kids = Vec::new();
        for one in [a, b, a] {
            let (_, router) = server.again_with(secret(one)).await;
            server.app.clock.advance(2);
            kids.push(kid(&login(&router).await));
        }
        assert_eq!(kids[0], kids[2]);
        assert_ne!(kids[0], kids[1]);
        // Back to keys of our own, which rotate again.
        let (app, router) = server.again_with(signed_with("ES256")).await;
        server.app.clock.advance(keys::PUBLISH_AHEAD + 2);
        assert_eq!(part(&login(&router).await, 0)["alg"], "ES256");
        keys::rotate(&app, Agent::Operator, keys::RingName::Own, true).await.expect("rotated");
        let other = keys::import(&app, Agent::Operator, keys::RingName::Own, &Secret::new(ED25519_PEM), false).await.expect_err("refused");
        assert!(other.to_string().contains("signs with ES256"), "{other}");
    }

    async fn the_key_set_can_be_cached(server: Server) {
        let first = server.send(get("/.well-known/jwks.json")).await.expect(200);
        assert_eq!(first.header("cache-control"), "public, max-age=300");
        let etag = first.header("etag").to_owned();
        let ask = |etag: &str| server.send(get("/.well-known/jwks.json").header("if-none-match", etag));
        let again = ask(&etag).await.expect(304);
        assert_eq!((again.text.as_str(), again.header("etag")), ("", etag.as_str()));
        ask(&format!("\"other\", {etag}")).await.expect(304);
        keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, false).await.expect("rotated");
        assert_ne!(ask(&etag).await.expect(200).header("etag"), etag);
    }

    async fn s45_the_twin_of_a_signature_dies_with_the_session(server: Server) {
        server.register("ada").await;
        let (_, router) = server.again_with(signed_with("ES256")).await;
        server.app.clock.advance(keys::PUBLISH_AHEAD);
        let token = login(&router).await;
        let (signed, signature) = token.rsplit_once('.').expect("parts");
        let bytes = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        let twin = format!("{signed}.{}", b64(twin(&bytes)));
        assert_eq!(status(&router, &twin).await, 200, "the twin verifies, as mathematics has it");
        send(&router, post("/api/v1/logout").bearer(&token)).await.expect(204);
        assert_eq!(status(&router, &token).await, 401);
        assert_eq!(status(&router, &twin).await, 401);
    }
}

/// An ECDSA signature's twin: r, n − s (SEC 1 section 4.1.4).
fn twin(signature: &[u8]) -> Vec<u8> {
    const N: &str = "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE";
    let n = URL_SAFE_NO_PAD.decode(N).expect("base64url");
    let (r, s) = signature.split_at(32);
    [r, &minus(&n, s)].concat()
}

#[test]
fn s104_secrets_of_hs256() {
    let load = |algorithm: &str, secret: Option<&str>| {
        let flags = Flags {
            signing_algorithm: Some(algorithm.into()),
            jwt_secret: secret.map(Into::into),
            ..Flags::default()
        };
        Config::load(&flags, None).map(drop).map_err(|error| error.to_string())
    };
    for (secret, why) in [
        (None, "VESTIBULE_JWT_SECRET: HS256 needs a secret of at least 32 random bytes"),
        (Some("short"), "shorter than 32"),
        (Some("your_secret_key_here your_secret_key_here"), "placeholder"),
        (Some("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "placeholder"),
    ] {
        let refused = load("HS256", secret).expect_err("refused");
        assert!(refused.contains(why), "{refused}");
    }
    assert!(load("EdDSA", Some(SECRET)).expect_err("refused").contains("only HS256"));
    assert!(load("RS512", None).expect_err("refused").contains("EdDSA, ES256, RS256 or HS256"));
    assert_eq!(load("HS256", Some(SECRET)), Ok(()));
}
