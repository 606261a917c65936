//! Adding a passkey, and giving it a name.

use super::*;
use crate::mail::{confirmed, subjects};

both! {
    async fn a_passkey_is_added_with_the_name_of_its_authenticator(server: Server) {
        confirmed(&server, "ada").await;
        let ada = server.login("ada").await;
        let before = server.send(get("/api/v1/me/passkeys").bearer(&ada)).await.expect(200).json();
        assert_eq!((&before["rp_id"], &before["user_handle"]), (&json!("localhost"), &Value::Null));
        let mut it = Authenticator::new();
        it.aaguid = [0xea, 0x9b, 0x8d, 0x66, 0x4d, 0x01, 0x1d, 0x21, 0x3c, 0xe4, 0xb6, 0xb4, 0x8c, 0xb5, 0x75, 0xd4];
        let options = begin(&server, &ada).await;
        assert_eq!(options["rp"], json!({ "id": "localhost", "name": "Vestibule" }));
        assert_eq!((&options["user"]["name"], &options["attestation"]), (&json!("ada"), &json!("none")));
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        let new = server.send(added(&ada, &it.create(&options))).await.expect(201).json();
        assert_eq!(
            (&new["name"], &new["authenticator"], &new["syncs"], &new["works"]),
            (&json!("Google Password Manager"), &json!("Google Password Manager"), &json!(true), &json!(true))
        );
        let list = server.send(get("/api/v1/me/passkeys").bearer(&ada)).await.expect(200).json();
        assert_eq!(list["passkeys"][0]["credential_id"], it.id());
        assert_eq!(list["user_handle"].as_str(), it.handle.as_deref());
        // The authenticator is told which it has, with the transports that the standard knows.
        let again = begin(&server, &ada).await;
        assert_eq!(
            again["excludeCredentials"],
            json!([{ "type": "public-key", "id": it.id(), "transports": ["hybrid", "internal"] }])
        );
        assert_eq!(again["user"]["id"].as_str(), it.handle.as_deref());
        assert_eq!(events(&server).await, ["passkey.set"]);
        let subjects = subjects(&server.app).await;
        assert!(subjects.iter().any(|subject| subject.contains("passkey was added")), "{subjects:?}");
    }

    async fn one_answer_adds_one_passkey(server: Server) {
        let (ada, bob) = (server.user("ada").await, server.user("bob").await);
        let mut it = Authenticator::new();
        let nothing = server.send(added(&ada, &it.create(&begin(&server, &bob).await))).await;
        nothing.expect_problem(410, "flow_over");
        let options = begin(&server, &ada).await;
        let answer = it.create(&options);
        server.send(added(&ada, &answer)).await.expect(201);
        server.send(added(&ada, &answer)).await.expect_problem(410, "flow_over");
        // The same passkey once more, in this account and in another.
        for token in [&ada, &bob] {
            let options = begin(&server, token).await;
            let again = it.create(&options);
            server.send(added(token, &again)).await.expect_problem(409, "passkey_exists");
        }
        // An answer comes within five minutes.
        let options = begin(&server, &bob).await;
        let late = Authenticator::new().create(&options);
        server.app.clock.advance(300);
        server.send(added(&bob, &late)).await.expect_problem(410, "flow_over");
    }

    async fn a_wrong_answer_adds_none(server: Server) {
        let ada = server.user("ada").await;
        let options = begin(&server, &ada).await;
        let mut elsewhere = Authenticator::new();
        elsewhere.origin = "http://localhost:3001".into();
        let mut unverified = Authenticator::new();
        unverified.flags = 1;
        let mut absent = Authenticator::new();
        absent.flags = 4;
        let mut other = options.clone();
        other["challenge"] = json!("another");
        let mut rp = options.clone();
        rp["rp"]["id"] = json!("example.com");
        let mut id = Authenticator::new().create(&options);
        id["id"] = json!("AAAA");
        let mut cut = Authenticator::new().create(&options);
        cut["response"]["attestationObject"] = json!("o2NmbXQ");
        for (wrong, what) in [
            (elsewhere.create(&options), "another origin"),
            (unverified.create(&options), "not verified"),
            (absent.create(&options), "nobody there"),
            (Authenticator::new().create(&other), "another challenge"),
            (Authenticator::new().create(&rp), "another RP id"),
            (id, "another id"),
            (cut, "cut short"),
        ] {
            let refused = server.send(added(&ada, &wrong)).await.expect_problem(422, "invalid_input").json();
            assert_eq!(refused["errors"][0]["field"], "credential", "{what}");
        }
        assert_eq!(server.sql("select id from passkeys").await, Vec::<String>::new());
        server.send(added(&ada, &Authenticator::new().create(&options))).await.expect(201);
    }

    async fn adding_needs_a_fresh_proof_and_has_an_end(server: Server) {
        let ada = server.user("ada").await;
        for _ in 0..20 {
            add(&server, &ada, &mut Authenticator::new()).await;
            server.app.clock.advance(4);
        }
        let full = post("/api/v1/me/passkeys/options").bearer(&ada);
        server.send(full).await.expect_problem(409, "too_many_passkeys");
        server.app.clock.advance(520);
        let stale = post("/api/v1/me/passkeys/options").bearer(&ada);
        server.send(stale).await.expect_problem(401, "reauthentication_required");
    }

    async fn a_name_is_chosen_and_changed(server: Server) {
        let (ada, bob) = (server.user("ada").await, server.user("bob").await);
        let options = begin(&server, &ada).await;
        let answer = Authenticator::new().create(&options);
        let named = |name: &str| {
            let body = json!({ "credential": answer, "name": name });
            post("/api/v1/me/passkeys").bearer(&ada).json(body)
        };
        server.send(named(&"x".repeat(65))).await.expect_problem(422, "invalid_input");
        let new = server.send(named(" My phone ")).await.expect(201).json();
        assert_eq!(new["name"], "My phone");
        let path = format!("/api/v1/me/passkeys/{}", new["id"].as_str().expect("an id"));
        let rename = |token: &str, name: &str| {
            send_json(Method::PATCH, &path, json!({ "name": name })).bearer(token)
        };
        server.send(rename(&bob, "Mine")).await.expect_problem(404, "not_found");
        server.send(rename(&ada, "")).await.expect_problem(422, "invalid_input");
        server.send(rename(&ada, "Old phone")).await.expect(204);
        let list = server.send(get("/api/v1/me/passkeys").bearer(&ada)).await.expect(200).json();
        assert_eq!(list["passkeys"][0]["name"], "Old phone");
        assert_eq!(events(&server).await, ["passkey.set", "passkey.rename"]);
    }
}

both_with! { |flags| flags.public_url = Some("http://127.0.0.1:3000".into());
    async fn an_address_of_numbers_has_none(server: Server) {
        let host = |request: Request| request.replace("host", "127.0.0.1:3000");
        let register = json!({ "username": "ada", "password": PASSWORD });
        server.send(host(post("/api/v1/register")).json(register.clone())).await.expect(201);
        let signed_in = server.send(host(post("/api/v1/login")).json(register)).await.expect(200);
        let ada = token(&signed_in);
        for path in ["/api/v1/me/passkeys/options", "/api/v1/me/reauthenticate/options"] {
            server.send(host(post(path)).bearer(&ada)).await.expect_problem(404, "not_found");
        }
        let options = host(post("/api/v1/login/passkey/options"));
        server.send(options).await.expect_problem(404, "not_found");
        server.send(host(get("/.well-known/webauthn"))).await.expect(404);
    }
}
