//! A ring of keys for each algorithm that signs for other clients, beside our own (S34, S47).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use vestibule::server::{
    App,
    secure::{jwt::LEEWAY, key_ring::KeyState, keys::KeyAlgorithm, secret::Secret},
    service::{
        follow,
        keys::{self, RingName},
    },
};

use super::{
    backup::command,
    keys::{ED25519_PEM, signed_with},
    support::*,
};

const DAY: i64 = 86_400;

fn states(app: &App, ring: RingName) -> Vec<KeyState> {
    keys::list(app).into_iter().filter(|line| line.ring == ring).map(|line| line.state).collect()
}

fn kids(app: &App, ring: RingName) -> Vec<String> {
    keys::list(app).into_iter().filter(|line| line.ring == ring).map(|line| line.kid).collect()
}

async fn set(router: &Router, query: &str) -> Vec<Value> {
    let path = format!("/.well-known/jwks.json{query}");
    let set = send(router, get(&path)).await.expect(200).json();
    set["keys"].as_array().expect("keys").clone()
}

both! {
    async fn no_ring_begins_before_it_is_needed(server: Server) {
        let token = server.user("ada").await;
        let (other, _) = server.again().await;
        keys::maintain(&other).await.expect("maintained");
        assert_eq!(server.sql("select ring from signing_keys").await, ["own"]);
        assert_eq!(set(&server.router, "?alg=RS256").await, Vec::<Value>::new());

        keys::begin(&server.app, RingName::Rs256).await.expect("begun");
        assert_eq!(states(&server.app, RingName::Rs256), [KeyState::Signing], "nobody knows a key before it");
        let published = set(&server.router, "").await;
        assert_eq!(published.len(), 2);
        assert_eq!((&published[0]["kid"], &published[1]["alg"]), (&json!(kid(&token)), &json!("RS256")));
        let modulus = URL_SAFE_NO_PAD.decode(published[1]["n"].as_str().expect("a modulus")).expect("base64url");
        assert_eq!(modulus.len() * 8, 3072);
        for private in ["d", "p", "q", "dp", "dq", "qi"] {
            assert!(published[1].get(private).is_none(), "{private}");
        }
        // Of one algorithm, for verifiers that fail at a key of another.
        assert_eq!(set(&server.router, "?alg=RS256").await, published[1..]);
        assert_eq!(set(&server.router, "?alg=EdDSA&x=1").await, published[..1]);
        assert_eq!(set(&server.router, "?alg=ES256").await, Vec::<Value>::new());
        for unknown in ["HS256", "rs256", "none", "RS256&alg=ES256"] {
            server.send(get(&format!("/.well-known/jwks.json?alg={unknown}"))).await.expect(422);
        }
        let tag = async |query: &str| {
            let reply = server.send(get(&format!("/.well-known/jwks.json{query}"))).await.expect(200);
            reply.header("etag").to_owned()
        };
        let tags = [tag("").await, tag("?alg=RS256").await, tag("?alg=EdDSA").await];
        assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2], "{tags:?}");

        // It has one already, here, in the other process and after a restart.
        let begun = kids(&server.app, RingName::Rs256);
        follow::all(&other).await.expect("the feed");
        let (restarted, router) = server.again().await;
        for app in [&server.app, &other, &restarted] {
            keys::begin(app, RingName::Rs256).await.expect("begun before");
            assert_eq!(kids(app, RingName::Rs256), begun);
        }
        // Our own tokens are signed as before.
        assert_eq!(kid(&server.login("ada").await), kid(&token));
        assert_eq!(status(&router, &token).await, 200);
    }

    async fn twenty_first_needs_at_once_make_one_key(server: Server) {
        let (other, _) = server.again().await;
        let needs = (0..20).map(|n| {
            let app = if n % 2 == 0 { server.app.clone() } else { other.clone() };
            tokio::spawn(async move { keys::begin(&app, RingName::Es256).await })
        });
        for need in futures::future::join_all(needs).await {
            need.expect("no panic").expect("begun");
        }
        for app in [&server.app, &other] {
            follow::all(app).await.expect("the feed");
            assert_eq!(states(app, RingName::Es256), [KeyState::Signing]);
        }
        assert_eq!(kids(&server.app, RingName::Es256), kids(&other, RingName::Es256));
        let events = server.sql("select details from audit_events where kind = 'key.publish'").await;
        assert_eq!(events.len(), 1, "{events:?}");
    }

    async fn each_ring_rotates_by_itself(server: Server) {
        server.register("ada").await;
        server.app.clock.advance(30 * DAY);
        keys::begin(&server.app, RingName::Es256).await.expect("begun");
        let first = kids(&server.app, RingName::Es256);
        // Our own is due first.
        server.app.clock.advance(60 * DAY - keys::PUBLISH_AHEAD);
        keys::maintain(&server.app).await.expect("maintained");
        assert_eq!(states(&server.app, RingName::Own), [KeyState::Next, KeyState::Signing]);
        assert_eq!(states(&server.app, RingName::Es256), [KeyState::Signing]);
        server.app.clock.advance(30 * DAY);
        keys::maintain(&server.app).await.expect("maintained");
        assert_eq!(states(&server.app, RingName::Own), [KeyState::Signing], "the one before is over");
        assert_eq!(states(&server.app, RingName::Es256), [KeyState::Next, KeyState::Signing]);
        // Tokens for others may live for an hour, so the key before verifies for that long.
        server.app.clock.advance(keys::PUBLISH_AHEAD);
        assert_eq!(states(&server.app, RingName::Es256), [KeyState::Signing, KeyState::Verifying]);
        server.app.clock.advance(keys::TOKEN_LIFE_OF_OTHERS + 2 * LEEWAY);
        assert_eq!(set(&server.router, "?alg=ES256").await.len(), 2);
        server.app.clock.advance(1);
        assert_eq!(set(&server.router, "?alg=ES256").await.len(), 1);
        keys::maintain(&server.app).await.expect("maintained");
        let retired = server.sql("select kid from signing_keys where ring = 'ES256' and retired_at is not null").await;
        assert_eq!(retired, first);
    }

    async fn the_operator_changes_one_ring_alone(server: Server) {
        let own = kid(&server.user("ada").await);
        keys::rotate(&server.app, Agent::Operator, RingName::Es256, false).await.expect("the first");
        let first = kids(&server.app, RingName::Es256);
        keys::rotate(&server.app, Agent::Operator, RingName::Es256, false).await.expect("rotated");
        assert_eq!(states(&server.app, RingName::Es256), [KeyState::Next, KeyState::Signing]);
        let next = kids(&server.app, RingName::Es256).remove(0);
        // A retired key is followed by the next one of its ring, then by a new one of its ring.
        keys::retire(&server.app, Agent::Operator, &first[0]).await.expect("retired");
        server.app.clock.advance(2);
        assert_eq!(kids(&server.app, RingName::Es256), [next.as_str()]);
        keys::retire(&server.app, Agent::Operator, &next).await.expect("retired");
        server.app.clock.advance(2);
        assert_eq!(states(&server.app, RingName::Es256), [KeyState::Signing]);
        assert!(![&first[0], &next].contains(&&kids(&server.app, RingName::Es256)[0]));
        assert_eq!(kid(&server.login("ada").await), own);

        let pem = Secret::new(ED25519_PEM);
        for (ring, why) in [(RingName::Rs256, "ring RS256 has keys of RS256 alone"), (RingName::Es256, "ring ES256")] {
            let refused = keys::import(&server.app, Agent::Operator, ring, &pem, true).await.expect_err("another algorithm");
            assert!(refused.to_string().contains(why), "{refused}");
        }
        keys::import(&server.app, Agent::Operator, RingName::EdDsa, &pem, true).await.expect("imported");
        assert_eq!(states(&server.app, RingName::EdDsa), [KeyState::Signing]);
        let twice = keys::import(&server.app, Agent::Operator, RingName::Own, &pem, true).await;
        assert!(twice.is_err(), "a key belongs to one ring");
        assert_eq!(set(&server.router, "?alg=EdDSA").await.len(), 2);
    }

    async fn the_command_line_names_rings(server: Server) {
        let run = |arguments: &[&str]| Said::by(command(&server).args(arguments));
        let said = run(&["keys", "rotate", "--ring", "ES256"]).fine();
        assert_eq!(said.lines().filter(|line| line.ends_with(", for other clients")).count(), 1, "{said}");
        let own = run(&["keys", "list", "--ring", "own"]).fine();
        assert!(own.lines().count() == 1 && own.contains("EdDSA"), "{own}");
        let others = run(&["keys", "list", "--ring", "ES256", "--json"]).fine();
        let line: Value = serde_json::from_str(others.trim()).expect("one line of JSON");
        assert_eq!((&line["ring"], &line["algorithm"]), (&json!("ES256"), &json!("ES256")));
        let refused = command(&server).args(["keys", "rotate", "--ring", "HS256"]).output().expect("it runs");
        let refused = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.contains("expected own, RS256, ES256 or EdDSA"), "{refused}");
    }

    async fn a_token_of_another_ring_is_none_of_ours(server: Server) {
        let token = server.user("ada").await;
        for ring in [RingName::Es256, RingName::EdDsa] {
            keys::begin(&server.app, ring).await.expect("begun");
            let forge = Forge::of_ring(&server, &token, ring).await;
            assert_eq!(status(&server.router, &forge.sign(&forge.header, &forge.claims)).await, 401, "{ring}");
        }
        assert_eq!(status(&server.router, &token).await, 200);
        // A writer of the database moves no key into our ring: it is sealed for its own.
        server.sql("update signing_keys set ring = 'own' where algorithm = 'ES256'").await;
        server.sql("update signing_keys set ring = 'RS256' where ring = 'EdDSA'").await;
        let log = Log::start();
        let (app, router) = server.again().await;
        assert_eq!(log.end().matches("a signing key cannot be read and is left out").count(), 2);
        assert_eq!(kids(&app, RingName::Own), [kid(&token)]);
        assert_eq!(jwks(&router).await.len(), 1);
        assert_eq!(status(&router, &token).await, 200);
    }

    async fn a_shared_secret_signs_for_nobody_else(server: Server) {
        assert_eq!(RingName::for_others(KeyAlgorithm::Hs256), None);
        let (app, router) = server.again_with(signed_with("HS256")).await;
        server.app.clock.advance(keys::PUBLISH_AHEAD + 1);
        keys::begin(&app, RingName::Es256).await.expect("begun");
        let algorithms: Vec<_> = set(&router, "").await.iter().map(|key| key["alg"].clone()).collect();
        assert_eq!(algorithms, ["EdDSA", "ES256"], "our own key of before, and the ring for others");
        let refused = keys::begin(&app, RingName::Own).await;
        assert!(refused.is_ok(), "our own began with the first start");
    }
}
