//! Signing keys over time: four algorithms, rotation, retirement, import, and what others can fetch (S34
//! to S37, S45, S47, S50).

use axum::Router;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use vestibule::server::{
    App,
    config::{Config, Flags},
    secure::{key_ring::KeyState, secret::Secret},
    service::{keys, revocation},
};

use super::support::*;

const DAY: i64 = 86_400;
const SECRET: &str = "a secret of the operator's own, long enough";
/// RFC 8410 section 10.3.
const ED25519_PEM: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";

fn signed_with(algorithm: &'static str) -> impl Fn(&mut Flags) {
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

async fn status(router: &Router, token: &str) -> u16 {
    send(router, get("/api/v1/token").bearer(token)).await.status.as_u16()
}

async fn jwks(router: &Router) -> Vec<Value> {
    let set = send(router, get("/.well-known/jwks.json")).await.expect(200).json();
    set["keys"].as_array().expect("keys").clone()
}

fn kid(token: &str) -> String {
    part(token, 0)["kid"].as_str().expect("a kid").to_owned()
}

fn states(app: &App) -> Vec<KeyState> {
    keys::list(app).into_iter().map(|line| line.state).collect()
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
            for other in ["EdDSA", "ES256", "RS256", "HS256", "HS512", "PS256", "ES384", "none"] {
                if other == algorithm {
                    continue;
                }
                let mut header = part(&token, 0);
                header["alg"] = other.into();
                let (_, rest) = token.split_once('.').expect("parts");
                let other_alg = format!("{}.{rest}", b64(header.to_string()));
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
            let is_alive = part(last, 1)["exp"].as_i64() > Some(app.clock.now() - 5);
            assert_eq!(status(&router, last).await == 200, is_alive);
            older.push(token);
        }
    }

    async fn s47_the_next_key_is_published_before_it_signs(server: Server) {
        let first = server.user("ada").await;
        keys::rotate(&server.app, false).await.expect("rotated");
        assert_eq!(states(&server.app), [KeyState::Next, KeyState::Signing]);
        assert_eq!(jwks(&server.router).await.len(), 2);
        let again = keys::rotate(&server.app, false).await.map_err(|error| error.to_string());
        assert!(again.expect_err("one is enough").contains("published already"));
        server.app.clock.advance(keys::PUBLISH_AHEAD - 1);
        assert_eq!(kid(&server.login("ada").await), kid(&first));
        server.app.clock.advance(1);
        let second = server.login("ada").await;
        assert_ne!(kid(&second), kid(&first));
        assert_eq!(states(&server.app), [KeyState::Signing, KeyState::Verifying]);
        // The old key verifies until the last token that any process can have made with it has died.
        let forge = Forge::new(&server, &first).await;
        let late = |now: i64| {
            let mut claims = forge.claims.clone();
            claims["iat"] = now.into();
            claims["exp"] = (now + 600).into();
            forge.sign(&forge.header, &claims)
        };
        server.app.clock.advance(DAY);
        assert_eq!(status(&server.router, &late(server.app.clock.now())).await, 200);
        server.app.clock.advance(60);
        assert_eq!(status(&server.router, &late(server.app.clock.now())).await, 401);
        assert_eq!(jwks(&server.router).await.len(), 1);
    }

    async fn keys_rotate_by_themselves(server: Server) {
        server.register("ada").await;
        let (other, _) = server.again().await;
        let first = server.login("ada").await;
        server.app.clock.advance(90 * DAY - keys::PUBLISH_AHEAD - 1);
        keys::tend(&server.app).await.expect("tended");
        assert_eq!(states(&server.app), [KeyState::Signing]);
        server.app.clock.advance(1);
        // Two processes at the same moment make one key.
        let (here, there) = futures::future::join(keys::tend(&server.app), keys::tend(&other)).await;
        here.and(there).expect("tended");
        revocation::follow(&server.app).await.expect("the feed");
        assert_eq!(states(&server.app), [KeyState::Next, KeyState::Signing]);
        server.app.clock.advance(keys::PUBLISH_AHEAD);
        assert_ne!(kid(&server.login("ada").await), kid(&first));
        keys::tend(&server.app).await.expect("tended");
        assert_eq!(states(&server.app), [KeyState::Signing, KeyState::Verifying]);
    }

    async fn a_retired_key_opens_nothing_at_once(server: Server) {
        let token = server.user("ada").await;
        let (other, router) = server.again().await;
        for router in [&server.router, &router] {
            assert_eq!(status(router, &token).await, 200);
        }
        assert!(keys::retire(&server.app, "nothing").await.is_err());
        keys::retire(&server.app, &kid(&token)).await.expect("retired");
        assert_eq!(status(&server.router, &token).await, 401);
        revocation::follow(&other).await.expect("the feed");
        assert_eq!(status(&router, &token).await, 401);
        // Another key signs, known to both.
        server.app.clock.advance(1);
        let fresh = server.login("ada").await;
        assert_eq!(status(&router, &fresh).await, 200);
        assert_eq!(jwks(&router).await.len(), 1);

        // With a next key published, that one takes over.
        keys::rotate(&server.app, false).await.expect("rotated");
        let next = keys::list(&server.app).remove(0).kid;
        keys::retire(&server.app, &kid(&fresh)).await.expect("retired");
        server.app.clock.advance(1);
        assert_eq!(kid(&server.login("ada").await), next);
        // And a key to come can be called off.
        keys::rotate(&server.app, false).await.expect("rotated");
        let next = keys::list(&server.app).remove(0).kid;
        keys::retire(&server.app, &next).await.expect("retired");
        keys::rotate(&server.app, true).await.expect("rotated");
        server.app.clock.advance(1);
        assert_ne!(kid(&server.login("ada").await), next);
    }

    async fn a_key_of_ones_own(server: Server) {
        server.register("ada").await;
        let pem = |text: &str| Secret::new(text);
        keys::import(&server.app, &pem(ED25519_PEM), true).await.expect("imported");
        server.app.clock.advance(1);
        let token = server.login("ada").await;
        // RFC 8037 appendix A.2 and A.3 have another key; this is the thumbprint of RFC 8410's.
        let jwk = jwks(&server.router).await.remove(0);
        assert_eq!(jwk["x"], "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE");
        assert_eq!(jwk["kid"], kid(&token).as_str());
        assert!(keys::import(&server.app, &pem(ED25519_PEM), true).await.is_err(), "twice");
        for bad in ["", "nonsense", &ED25519_PEM.replace("MC4C", "MC4D"), "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n"] {
            assert!(keys::import(&server.app, &pem(bad), true).await.is_err(), "{bad}");
        }
        keys::retire(&server.app, &kid(&token)).await.expect("retired");
        assert!(keys::import(&server.app, &pem(ED25519_PEM), true).await.is_err(), "retired for good");
        server.app.clock.advance(1);
        assert_eq!(status(&server.router, &server.login("ada").await).await, 200);
    }

    async fn hs256_with_the_operators_secret(server: Server) {
        server.register("ada").await;
        let (app, router) = server.again_with(signed_with("HS256")).await;
        server.app.clock.advance(1);
        let token = login(&router).await;
        // As the articles verify it.
        let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
        validation.validate_exp = false;
        validation.set_audience(&[ORIGIN]);
        let key = jsonwebtoken::DecodingKey::from_secret(SECRET.as_bytes());
        let read = jsonwebtoken::decode::<Value>(&token, &key, &validation).expect("verified");
        assert_eq!(read.claims, part(&token, 1));
        for refused in [keys::rotate(&app, true).await, keys::retire(&app, &kid(&token)).await] {
            assert!(refused.expect_err("the operator's").to_string().contains("VESTIBULE_JWT_SECRET"));
        }
        // Another secret: the old tokens live on, new ones are of the new secret.
        let (_, router) = server.again_with(|flags| {
            signed_with("HS256")(flags);
            flags.jwt_secret = Some("quite another secret, and as long as that".into());
        }).await;
        assert_eq!(status(&router, &token).await, 200);
        server.app.clock.advance(1);
        let other = login(&router).await;
        assert!(jsonwebtoken::decode::<Value>(&other, &key, &validation).is_err());
        assert_eq!(status(&router, &other).await, 200);
    }

    async fn the_key_set_can_be_cached(server: Server) {
        let first = server.send(get("/.well-known/jwks.json")).await.expect(200);
        assert_eq!(first.header("cache-control"), "public, max-age=300");
        let etag = first.header("etag").to_owned();
        let ask = |etag: &str| server.send(get("/.well-known/jwks.json").header("if-none-match", etag));
        let again = ask(&etag).await.expect(304);
        assert_eq!((again.text.as_str(), again.header("etag")), ("", etag.as_str()));
        ask(&format!("\"other\", {etag}")).await.expect(304);
        keys::rotate(&server.app, false).await.expect("rotated");
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

/// An ECDSA signature's twin: r, n − s (FIPS 186-5).
fn twin(signature: &[u8]) -> Vec<u8> {
    const N: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let n: Vec<i16> = (0..32)
        .map(|i| i16::from_str_radix(&N[2 * i..2 * i + 2], 16).expect("hexadecimal"))
        .collect();
    let (r, s) = signature.split_at(32);
    let (mut difference, mut borrow) = (vec![0; 32], 0);
    for i in (0..32).rev() {
        let digit = n[i] - i16::from(s[i]) - borrow;
        borrow = i16::from(digit < 0);
        difference[i] = digit.rem_euclid(256) as u8;
    }
    [r, &difference].concat()
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
        (None, "needs VESTIBULE_JWT_SECRET"),
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
