//! A passkey as the only factor.

use futures::future::join_all;
use vestibule::server::service::accounts::AccountChange;

use super::*;

both! {
    async fn a_passkey_signs_in_and_counts_as_two_factors(server: Server) {
        let mut it = Authenticator::new();
        owner(&server, "ada", &mut it).await;
        let signed_in = login(&server, &it).await.expect(200);
        let claims = part(&token(&signed_in), 1);
        assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["swk", "user", "mfa"]), &json!("aal2")));
        let mut key = Authenticator::hardware();
        owner(&server, "bob", &mut key).await;
        key.count += 1;
        let claims = part(&token(&login(&server, &key).await.expect(200)), 1);
        assert_eq!(claims["amr"], json!(["hwk", "user", "mfa"]));
        let uses = server.sql("select details from audit_events where kind = 'login' and details like '%passkey%'").await;
        assert_eq!(uses.len(), 2, "{uses:?}");
        let list = server.send(get("/api/v1/me/passkeys").bearer(&token(&signed_in))).await.expect(200).json();
        assert_eq!(list["passkeys"][0]["last_used_at"], server.app.clock.now_s());
    }

    /// What is asked is the same for everybody, and no row is written for it.
    async fn asking_tells_nothing_and_writes_nothing(server: Server) {
        owner(&server, "ada", &mut Authenticator::new()).await;
        let count = async || server.sql("select cast(count(*) as text) from audit_events union all select cast(count(*) as text) from flows union all select cast(count(*) as text) from spent_challenges").await;
        let before = count().await;
        let (one, other) = (asked(&server).await, asked(&server).await);
        assert_eq!(one["public_key"]["allowCredentials"], json!([]));
        assert_ne!(one["public_key"]["challenge"], other["public_key"]["challenge"]);
        assert_eq!(count().await, before);
    }

    /// An id that no column can hold is unknown like any other.
    async fn an_id_that_is_none_is_unknown(server: Server) {
        let mut it = Authenticator::new();
        owner(&server, "ada", &mut it).await;
        for id in ["\u{0}", "a\u{0}", "+/==", ""] {
            let asked = asked(&server).await;
            let mut wrong = it.get(&asked["public_key"]);
            wrong["id"] = json!(id);
            server.send(answer(&asked, &wrong)).await.expect(401);
        }
    }

    async fn s82_a_challenge_is_answered_once_and_within_five_minutes(server: Server) {
        let mut it = Authenticator::new();
        owner(&server, "ada", &mut it).await;
        let first = asked(&server).await;
        let right = it.get(&first["public_key"]);
        server.send(answer(&first, &right)).await.expect(200);
        server.send(answer(&first, &right)).await.expect_problem(410, "flow_over");
        // A wrong answer spends it as well.
        let second = asked(&server).await;
        let mut wrong = it.get(&second["public_key"]);
        wrong["response"]["signature"] = json!("MEUCIQ");
        server.send(answer(&second, &wrong)).await.expect_problem(401, "invalid_passkey");
        let right = it.get(&second["public_key"]);
        server.send(answer(&second, &right)).await.expect_problem(410, "flow_over");
        let late = asked(&server).await;
        server.app.clock.advance(299);
        server.send(answer(&late, &it.get(&late["public_key"]))).await.expect(200);
        let late = asked(&server).await;
        server.app.clock.advance(300);
        server.send(answer(&late, &it.get(&late["public_key"]))).await.expect_problem(410, "flow_over");
        for ceremony in ["", "AAAA", &late["ceremony"].as_str().expect("a text")[1..]] {
            let asked = json!({ "ceremony": ceremony });
            let right = it.get(&late["public_key"]);
            server.send(answer(&asked, &right)).await.expect_problem(410, "flow_over");
        }
    }

    async fn s82_one_of_twenty_answers_at_once_signs_in(server: Server) {
        let mut it = Authenticator::new();
        owner(&server, "ada", &mut it).await;
        let asked = asked(&server).await;
        let right = it.get(&asked["public_key"]);
        let (_, other) = server.again().await;
        let answers = (0..20).map(|n| {
            let request = answer(&asked, &right);
            send(if n % 2 == 0 { &server.router } else { &other }, request)
        });
        let answers = join_all(answers).await;
        let right = answers.iter().filter(|reply| reply.status == 200).count();
        assert_eq!(right, 1, "{answers:?}");
        assert!(answers.iter().all(|reply| reply.status == 200 || reply.status == 410), "{answers:?}");
    }

    async fn s82_wrong_answers_are_refused_and_recorded(server: Server) {
        let (mut it, mut other) = (Authenticator::new(), Authenticator::new());
        owner(&server, "ada", &mut it).await;
        owner(&server, "bob", &mut other).await;
        let theirs = other.handle.clone();
        let refused = async |credential: &dyn Fn(&Value) -> Value| {
            let asked = asked(&server).await;
            let credential = credential(&asked["public_key"]);
            server.send(answer(&asked, &credential)).await.expect_problem(401, "invalid_passkey");
        };
        it.origin = "https://localhost:3000".into();
        refused(&|asked| it.get(asked)).await;
        it.origin = ORIGIN.into();
        it.flags = 1;
        refused(&|asked| it.get(asked)).await;
        it.flags = VERIFIED;
        it.handle = theirs;
        refused(&|asked| it.get(asked)).await;
        it.handle = None;
        refused(&|asked| it.get(asked)).await;
        refused(&|asked| {
            let mut foreign = other.get(asked);
            foreign["id"] = json!(it.id());
            foreign
        })
        .await;
        refused(&|asked| {
            let mut rp = asked.clone();
            rp["rpId"] = json!("example.com");
            other.get(&rp)
        })
        .await;
        let unknown = login(&server, &Authenticator::new()).await;
        unknown.expect_problem(401, "passkey_unknown");
        let outcomes = server.sql("select outcome from audit_events where kind = 'login' and outcome <> 'success' order by seq").await;
        assert_eq!(outcomes, [vec!["wrong_passkey"; 6], vec!["unknown_passkey"]].concat());
        let blamed = server.sql("select distinct subject from audit_events where outcome = 'wrong_passkey'").await;
        assert_eq!(blamed.len(), 2);
    }

    async fn a_disabled_account_is_not_opened(server: Server) {
        let mut it = Authenticator::new();
        owner(&server, "ada", &mut it).await;
        server.change("ada", AccountChange::Disable).await;
        let asked = asked(&server).await;
        let right = it.get(&asked["public_key"]);
        server.send(answer(&asked, &right)).await.expect_problem(401, "invalid_passkey");
        let refused = server.sql("select outcome from audit_events where kind = 'login' and outcome <> 'success'").await;
        assert_eq!(refused, ["account_disabled"]);
        server.send(answer(&asked, &right)).await.expect_problem(410, "flow_over");
        server.change("ada", AccountChange::Enable).await;
        login(&server, &it).await.expect(200);
    }

    async fn a_leaving_account_is_offered_to_be_kept(server: Server) {
        let mut it = Authenticator::new();
        let ada = owner(&server, "ada", &mut it).await;
        let leave = post("/api/v1/me/deletion").bearer(&ada).json(json!({ "confirm": "ada" }));
        server.send(leave).await.expect(202);
        let offered = login(&server, &it).await.expect_problem(401, "account_leaving").json();
        let keep = post("/api/v1/login/keep").json(json!({ "flow": offered["flow"] }));
        server.send(keep).await.expect(204);
        login(&server, &it).await.expect(200);
    }

    /// Wrong answers keep nobody but their sender out, and guesses at the password keep no passkey out (keycloak#41476).
    async fn limits_are_of_the_source_alone(server: Server) {
        let mut it = Authenticator::new();
        owner(&server, "ada", &mut it).await;
        let from = "198.51.100.7";
        let mut refused = 0;
        for _ in 0..62 {
            let asked = asked(&server).await;
            let mut wrong = it.get(&asked["public_key"]);
            wrong["response"]["signature"] = json!("MEUCIQ");
            let reply = server.send(answer(&asked, &wrong).from(from)).await;
            refused += usize::from(reply.status == 429);
        }
        assert!(refused > 0);
        guess_until_refused(&server.router, "ada").await;
        login(&server, &it).await.expect(200);
    }

    async fn asking_is_limited_by_source(server: Server) {
        let ask = || post("/api/v1/login/passkey/options").from("198.51.100.8");
        let mut answered = 0;
        while answered <= 120 && server.send(ask()).await.status == 200 {
            answered += 1;
        }
        assert_eq!(answered, 120);
        server.send(ask()).await.expect_problem(429, "too_many_requests");
        asked(&server).await;
        server.app.clock.advance(1);
        server.send(ask()).await.expect(200);
    }

    async fn related_origins_are_told_and_taken(server: Server) {
        let told = server.send(get("/.well-known/webauthn")).await.expect(200).json();
        assert_eq!(told, json!({ "origins": [ORIGIN] }));
        let endpoints = server.send(get("/.well-known/passkey-endpoints")).await.expect(200).json();
        assert_eq!(endpoints["enroll"], format!("{ORIGIN}/account/passkeys"));
        let mut it = Authenticator::new();
        owner(&server, "ada", &mut it).await;
        let shop = "http://localhost:4000".to_owned();
        it.origin = shop.clone();
        login(&server, &it).await.expect_problem(401, "invalid_passkey");
        let (_, router) = server.again_with(|flags| flags.passkey_origins = Some(shop.clone())).await;
        let asked = send(&router, post("/api/v1/login/passkey/options")).await.expect(200).json();
        send(&router, answer(&asked, &it.get(&asked["public_key"]))).await.expect(200);
        let told = send(&router, get("/.well-known/webauthn")).await.expect(200).json();
        assert_eq!(told, json!({ "origins": [ORIGIN, shop] }));
    }
}
