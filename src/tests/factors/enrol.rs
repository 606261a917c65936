//! Setting up an app, replacing and removing it.

use vestibule::server::{secure::secret::Secret, service::accounts::AccountChange};

use super::*;

async fn factors(server: &Server, token: &str) -> Value {
    server.send(get("/api/v1/me/factors").bearer(token)).await.expect(200).json()
}

both! {
    async fn an_app_is_set_up_by_a_code_of_it(server: Server) {
        server.register("ada").await;
        let token = server.login("ada").await;
        assert_eq!(factors(&server, &token).await, json!({ "totp": null, "recovery_codes_left": 0 }));
        let begun = server.send(post("/api/v1/me/totp").bearer(&token)).await.expect(201).json();
        let secret = begun["secret"].as_str().expect("a seed").to_owned();
        let uri = format!("otpauth://totp/Vestibule:ada?secret={secret}&issuer=Vestibule");
        assert_eq!((begun["uri"].as_str(), begun["expires_at"].as_i64()), (Some(&*uri), Some(server.app.clock.now_s() + 600)));
        // Nothing is asked for before a code was right.
        server.login("ada").await;
        let now_s = server.app.clock.now_s();
        let wrong = app_code(&secret, now_s + 300);
        let put = |code: &str| totp(Method::PUT, json!({ "code": code })).bearer(&token);
        server.send(put(&wrong)).await.expect_problem(401, "invalid_code");
        server.send(put("12 34")).await.expect_problem(401, "invalid_code");
        let code = app_code(&secret, now_s);
        let confirmed = server.send(put(&format!("{} {}", &code[..3], &code[3..]))).await.expect(200).json();
        assert_eq!(confirmed["recovery_codes"].as_array().map(Vec::len), Some(10));
        let token = confirmed["access_token"].as_str().expect("a token");
        let view = factors(&server, token).await;
        assert_eq!(view, json!({ "totp": { "created_at": now_s, "used_at": now_s }, "recovery_codes_left": 10 }));
        let me = server.send(get("/api/v1/me").bearer(token)).await.expect(200).json();
        assert_eq!(me["second_factor_at"], now_s);
        let claims = part(token, 1);
        assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["pwd", "otp", "mfa"]), &json!("aal2")));
    }

    async fn it_needs_a_fresh_proof(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let opened = sign_in(&server, "ada", &enrolled.next(&server)).await;
        let requests = |token: &str| {
            let request = |method: Method, path: &str| Request::new(method, path).bearer(token);
            [
                request(Method::POST, "/api/v1/me/totp"),
                request(Method::POST, "/api/v1/me/recovery-codes"),
                request(Method::DELETE, "/api/v1/me/totp"),
            ]
        };
        server.app.clock.advance(600);
        let refresh = json!({ "refresh_token": opened["refresh_token"] });
        let refreshed = server.send(post("/api/v1/token/refresh").json(refresh)).await.expect(200).json();
        let token = refreshed["access_token"].as_str().expect("a token");
        for request in requests(token) {
            server.send(request).await.expect_problem(401, "reauthentication_required");
        }
        let prove = json!({ "password": PASSWORD, "code": enrolled.next(&server) });
        let proven = server.send(post("/api/v1/me/reauthenticate").bearer(token).json(prove)).await.expect(200).json();
        let token = proven["access_token"].as_str().expect("a token");
        for (request, status) in requests(token).into_iter().zip([201, 201, 200]) {
            server.send(request).await.expect(status);
        }
    }

    async fn without_an_app_there_is_nothing_to_remove(server: Server) {
        server.register("ada").await;
        let token = server.login("ada").await;
        for (method, path) in [(Method::DELETE, "/api/v1/me/totp"), (Method::POST, "/api/v1/me/recovery-codes")] {
            server.send(Request::new(method, path).bearer(&token)).await.expect_problem(404, "not_found");
        }
        let confirm = totp(Method::PUT, json!({ "code": "000000" })).bearer(&token);
        server.send(confirm).await.expect_problem(410, "flow_over");
    }

    async fn a_seed_belongs_to_its_session(server: Server) {
        server.register("ada").await;
        let (token, other) = (server.login("ada").await, server.login("ada").await);
        let (secret, of_other) = (begin(&server, &token).await, begin(&server, &other).await);
        assert_ne!(secret, of_other);
        let now_s = server.app.clock.now_s();
        let put = |secret: &str, token: &str| {
            totp(Method::PUT, json!({ "code": app_code(secret, now_s) })).bearer(token)
        };
        server.send(put(&of_other, &token)).await.expect_problem(401, "invalid_code");
        server.send(put(&secret, &token)).await.expect(200);
        // The other session has ended with it.
        server.send(put(&of_other, &other)).await.expect_problem(401, "invalid_token");
    }

    async fn a_set_up_ends_by_time_and_by_a_newer_one(server: Server) {
        server.register("ada").await;
        let body = json!({ "identifier": "ada", "password": PASSWORD, "session": "token" });
        let opened = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
        let token = opened["access_token"].as_str().expect("a token").to_owned();
        let late = begin(&server, &token).await;
        server.app.clock.advance(600);
        let refresh = json!({ "refresh_token": opened["refresh_token"] });
        let refreshed = server.send(post("/api/v1/token/refresh").json(refresh)).await.expect(200).json();
        let over = totp(Method::PUT, json!({ "code": app_code(&late, server.app.clock.now_s()) }));
        let over = over.bearer(refreshed["access_token"].as_str().expect("a token"));
        server.send(over).await.expect_problem(410, "flow_over");
        let token = server.login("ada").await;
        let first = begin(&server, &token).await;
        begin(&server, &token).await;
        let code = app_code(&first, server.app.clock.now_s());
        let put = |token: &str, code: &str| totp(Method::PUT, json!({ "code": code })).bearer(token);
        server.send(put(&token, &code)).await.expect_problem(401, "invalid_code");
        // Ten answers for one seed.
        for _ in 0..9 {
            server.send(put(&token, "000000")).await.expect(401);
        }
        server.send(put(&token, "000000")).await.expect_problem(429, "too_many_requests");
    }

    async fn every_other_session_ends(server: Server) {
        server.register("ada").await;
        let (old, other) = (server.login("ada").await, server.login("ada").await);
        let enrolled = enrol_in(&server, &old).await;
        for ended in [&old, &other] {
            server.send(get("/api/v1/me").bearer(ended)).await.expect_problem(401, "invalid_token");
        }
        server.send(get("/api/v1/me").bearer(&enrolled.token)).await.expect(200);
        let reasons = server.sql("select revoked_reason from sessions where revoked_at is not null order by 1").await;
        assert_eq!(reasons, ["factor", "renewed"]);
    }

    /// S82: the seed is sealed, and the codes are hashed.
    async fn s82_the_database_holds_no_seed_and_no_code(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let rows = server.sql(
            "select seed_sealed from totp union all select code_hash from recovery_codes
             union all select coalesce(data_sealed, '') from flows",
        ).await;
        assert!(rows.len() >= 11, "{rows:?}");
        for row in rows {
            assert!(!row.contains(&enrolled.secret), "{row}");
            assert!(enrolled.codes.iter().all(|code| !row.contains(&code.replace('-', ""))), "{row}");
        }
    }

    async fn another_app_replaces_the_one_before(server: Server) {
        let before = enrol(&server, "ada").await;
        let after = enrol_in(&server, &before.token).await;
        assert_ne!(before.secret, after.secret);
        let flow = pending(&server, "ada").await;
        let old = before.next(&server);
        server.send(second(&flow, &old)).await.expect_problem(401, "invalid_code");
        server.send(second(&flow, &before.codes[0])).await.expect_problem(401, "invalid_code");
        server.send(second(&flow, &after.code(&server))).await.expect(200);
    }

    async fn an_app_is_removed_by_its_owner(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let removed = server.send(Request::new(Method::DELETE, "/api/v1/me/totp").bearer(&enrolled.token)).await;
        let token = removed.expect(200).json()["access_token"].as_str().expect("a token").to_owned();
        server.login("ada").await;
        assert_eq!(factors(&server, &token).await, json!({ "totp": null, "recovery_codes_left": 0 }));
        server.send(get("/api/v1/me").bearer(&enrolled.token)).await.expect(401);
        assert_eq!(server.sql("select user_id from recovery_codes").await, Vec::<String>::new());
        // The session had two factors. What is left of them is enough to confirm who is there.
        server.app.clock.advance(599);
        let prove = post("/api/v1/me/reauthenticate").bearer(&token).json(json!({ "password": PASSWORD }));
        server.send(prove).await.expect(200);
    }

    async fn new_codes_replace_those_before(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let made = server.send(post("/api/v1/me/recovery-codes").bearer(&enrolled.token)).await.expect(201).json();
        let new = made["recovery_codes"][0].as_str().expect("a code").to_owned();
        let flow = pending(&server, "ada").await;
        server.send(second(&flow, &enrolled.codes[0])).await.expect_problem(401, "invalid_code");
        server.send(second(&flow, &new)).await.expect(200);
    }

    /// An operator helps somebody who has lost everything.
    async fn an_operator_removes_an_app(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let flow = pending(&server, "ada").await;
        server.change("ada", AccountChange::RemoveFactor).await;
        server.send(second(&flow, &enrolled.next(&server))).await.expect_problem(410, "flow_over");
        server.login("ada").await;
        server.send(get("/api/v1/me").bearer(&enrolled.token)).await.expect(401);
        let kinds = server.sql("select kind from audit_events where kind like 'totp.%' order by seq").await;
        assert_eq!(kinds, ["totp.set", "totp.remove"]);
    }

    /// The password alone proves nothing any more.
    async fn a_proof_asks_for_both(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let token = sign_in(&server, "ada", &enrolled.next(&server)).await["access_token"].as_str().expect("a token").to_owned();
        let prove = |body: Value| post("/api/v1/me/reauthenticate").bearer(&token).json(body);
        server.send(prove(json!({ "password": PASSWORD }))).await.expect_problem(401, "factor_required");
        server.send(prove(json!({ "password": "wrong horse battery", "code": "000000" }))).await.expect_problem(401, "invalid_credentials");
        server.send(prove(json!({ "password": PASSWORD, "code": "000000" }))).await.expect_problem(401, "invalid_code");
        let code = enrolled.next(&server);
        let proven = server.send(prove(json!({ "password": PASSWORD, "code": code }))).await.expect(200).json();
        let claims = part(proven["access_token"].as_str().expect("a token"), 1);
        assert_eq!(claims["amr"], json!(["pwd", "otp", "mfa"]));
        // Used once, for a proof as well.
        let token = proven["access_token"].as_str().expect("a token");
        let again = post("/api/v1/me/reauthenticate").bearer(token).json(json!({ "password": PASSWORD, "code": code }));
        server.send(again).await.expect_problem(401, "invalid_code");
    }

    async fn a_new_password_asks_for_a_code_unless_one_was_just_given(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let change = |token: &str, from: &str, to: &str, code: Option<&str>| {
            let body = json!({ "current_password": from, "new_password": to, "code": code });
            send_json(Method::PUT, "/api/v1/me/password", body).bearer(token)
        };
        let other = "another horse battery";
        let changed = server.send(change(&enrolled.token, PASSWORD, other, None)).await.expect(200).json();
        let token = changed["access_token"].as_str().expect("a token").to_owned();
        let claims = part(&token, 1);
        assert_eq!((&claims["acr"], &claims["amr"]), (&json!("aal2"), &json!(["pwd", "otp", "mfa"])));
        server.app.clock.advance(595);
        server.send(change(&token, other, PASSWORD, None)).await.expect(200);
        // The time of the code counts, and not that of the password.
        server.change("ada", AccountChange::Password(Secret::new(PASSWORD))).await;
        let token = sign_in(&server, "ada", &enrolled.next(&server)).await["access_token"].as_str().expect("a token").to_owned();
        server.app.clock.advance(599);
        server.send(change(&token, PASSWORD, other, Some("000000"))).await.expect_problem(401, "invalid_code");
        server.app.clock.advance(1);
        server.send(change(&token, PASSWORD, other, None)).await.expect(401);
    }
}
