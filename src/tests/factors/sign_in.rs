//! Signing in with a password and a code.

use vestibule::server::{secure::secret::Secret, service::accounts::AccountChange};

use super::*;
use crate::mail::{confirmed, subjects};

both! {
    async fn a_sign_in_takes_a_password_and_a_code(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let refused = server.send(first("ada")).await.expect_problem(401, "factor_required");
        assert_eq!(refused.header("www-authenticate"), r#"Bearer realm="vestibule""#);
        let body = refused.json();
        assert_eq!(body["expires_in"], 600);
        assert!(refused.session_cookie().is_none() && body.get("access_token").is_none(), "{body}");
        let sessions = server.sql("select id from sessions").await;
        let flow = body["flow"].as_str().expect("a secret");
        let opened = server.send(second(flow, &enrolled.next(&server))).await.expect(200).json();
        assert!(opened["refresh_token"].is_string(), "the first step asked for it in the body");
        let claims = part(opened["access_token"].as_str().expect("a token"), 1);
        assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["pwd", "otp", "mfa"]), &json!("aal2")));
        assert_eq!(claims["auth_time"], server.app.clock.now_s());
        assert_eq!(server.sql("select id from sessions").await.len(), sessions.len() + 1);
        // Spent.
        server.send(second(flow, &enrolled.next(&server))).await.expect_problem(410, "flow_over");
        // A refresh raises nothing and keeps all.
        let refresh = post("/api/v1/token/refresh").json(json!({ "refresh_token": opened["refresh_token"] }));
        let again = server.send(refresh).await.expect(200).json();
        assert_eq!(part(again["access_token"].as_str().expect("a token"), 1)["acr"], "aal2");
    }

    /// S82: a code works once, in its half minute and the ones beside it.
    async fn s82_a_code_works_once_and_soon(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        // The one that confirmed the app is used.
        let flow = pending(&server, "ada").await;
        server.send(second(&flow, &enrolled.code(&server))).await.expect_problem(401, "invalid_code");
        let now_s = server.app.clock.now_s();
        let ahead = app_code(&enrolled.secret, now_s + 30);
        server.send(second(&flow, &ahead)).await.expect(200);
        let flow = pending(&server, "ada").await;
        for used in [ahead.clone(), enrolled.next(&server)] {
            server.send(second(&flow, &used)).await.expect_problem(401, "invalid_code");
        }
        server.app.clock.advance(60);
        let now_s = server.app.clock.now_s();
        let late = app_code(&enrolled.secret, now_s - 60);
        server.send(second(&flow, &late)).await.expect_problem(401, "invalid_code");
        server.send(second(&flow, &app_code(&enrolled.secret, now_s - 30))).await.expect(200);
        // A clock that is far off is an operator's business.
        let flow = pending(&server, "ada").await;
        server.send(second(&flow, &app_code(&enrolled.secret, now_s + 300))).await.expect(401);
        let details = server.sql("select details from audit_events where outcome = 'wrong_code' order by seq desc limit 1").await;
        assert!(details[0].contains(r#""clock_off":300"#), "{details:?}");
    }

    async fn a_recovery_code_works_once(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let enrolled = enrol_in(&server, &token).await;
        let code = enrolled.codes[3].to_lowercase().replace('-', " ");
        let opened = sign_in(&server, "ada", &code).await;
        let token = opened["access_token"].as_str().expect("a token").to_owned();
        assert_eq!((&part(&token, 1)["amr"], &part(&token, 1)["acr"]), (&json!(["pwd", "mfa"]), &json!("aal2")));
        let flow = pending(&server, "ada").await;
        server.send(second(&flow, &code)).await.expect_problem(401, "invalid_code");
        server.send(second(&flow, &enrolled.codes[4])).await.expect(200);
        let left = server.send(get("/api/v1/me/factors").bearer(&token)).await.expect(200).json();
        assert_eq!(left["recovery_codes_left"], 8);
        let told = subjects(&server.app).await;
        let used = "A recovery code of your Vestibule account was used";
        assert_eq!(told.iter().filter(|subject| *subject == used).count(), 2, "{told:?}");
    }

    /// S80: a right password opens nothing.
    async fn s80_a_pending_sign_in_opens_nothing(server: Server) {
        enrol(&server, "ada").await;
        let before = server.sql("select id from sessions").await;
        let flow = pending(&server, "ada").await;
        let cookies = format!("vestibule_session_3000={flow}; vestibule_device_3000={flow}; vestibule_link_3000={flow}");
        server.send(get("/api/v1/me").bearer(&flow)).await.expect_problem(401, "invalid_token");
        let page = get("/account").header("accept", "text/html").cookie(&cookies);
        server.send(page).await.expect(303);
        let by_body = post("/api/v1/token/refresh").json(json!({ "refresh_token": flow }));
        server.send(by_body).await.expect_problem(400, "invalid_grant");
        let by_cookie = post("/api/v1/token/refresh").same_origin().cookie(&cookies);
        server.send(by_cookie).await.expect_problem(400, "invalid_grant");
        server.send(claim(&flow, "eve")).await.expect(410);
        let recover = post("/api/v1/recovery/password").json(json!({ "flow": flow, "new_password": PASSWORD }));
        server.send(recover).await.expect_problem(410, "flow_over");
        assert_eq!(server.sql("select id from sessions").await, before);
    }

    /// S80: and it ends with what it was right for.
    async fn s80_it_ends_by_time_and_with_the_account(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let over = async |flow: &str| {
            server.send(second(flow, &enrolled.next(&server))).await.expect_problem(410, "flow_over");
        };
        over("nonsense").await;
        let flow = pending(&server, "ada").await;
        server.app.clock.advance(570);
        over(&flow).await;
        let flow = pending(&server, "ada").await;
        server.change("ada", AccountChange::Disable).await;
        over(&flow).await;
        server.change("ada", AccountChange::Enable).await;
        over(&flow).await;
        let flow = pending(&server, "ada").await;
        server.change("ada", AccountChange::Password(Secret::new(PASSWORD))).await;
        over(&flow).await;
        let flow = pending(&server, "ada").await;
        server.app.clock.advance(569);
        server.send(second(&flow, &enrolled.next(&server))).await.expect(200);
    }

    /// Somebody who knows the password does not end the sign-ins of its owner.
    async fn pending_sign_ins_go_on_side_by_side(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let own = pending(&server, "ada").await;
        for _ in 0..5 {
            pending(&server, "ada").await;
        }
        server.send(second(&own, &enrolled.next(&server))).await.expect(200);
    }

    /// The tutorials' paths ask too.
    async fn the_tutorials_path_asks_for_the_code(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let body = json!({ "username": "ada", "password": PASSWORD });
        let refused = server.send(post("/login").json(body)).await.expect_problem(401, "factor_required").json();
        assert!(refused["msg"].is_string(), "{refused}");
        let flow = refused["flow"].as_str().expect("a secret");
        let opened = server.send(second(flow, &enrolled.next(&server))).await.expect(200).json();
        assert!(opened.get("refresh_token").is_none(), "{opened}");
    }

    /// A new password by mail leaves the second factor in its place.
    async fn the_way_back_by_mail_leaves_it(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        enrol_in(&server, &token).await;
        let begun = post("/api/v1/recovery").json(json!({ "identifier": "ada" }));
        let flow = server.send(begun).await.expect(202).json()["flow"].as_str().expect("a secret").to_owned();
        let mails = crate::mail::delivered(&server.app).await;
        let mail = mails.iter().find(|kept| !kept.mail.content.codes.is_empty()).expect("a mail");
        let prove = json!({ "flow": flow, "code": mail.mail.content.codes[0] });
        server.send(post("/api/v1/recovery/code").json(prove)).await.expect(204);
        let replace = json!({ "flow": flow, "new_password": "another horse battery" });
        server.send(post("/api/v1/recovery/password").json(replace)).await.expect(204);
        let body = json!({ "identifier": "ada", "password": "another horse battery" });
        server.send(post("/api/v1/login").json(body)).await.expect_problem(401, "factor_required");
    }

    /// The seeds are sealed anew with another instance secret.
    async fn it_survives_a_rotation_of_the_instance_secret(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let config = server.app.config.clone();
        let check = server.app.secret.check_value();
        let prepared = vestibule::server::service::secret::prepare(&config, Some(&check), None).expect("a new secret");
        vestibule::server::service::secret::change(&server.app, &prepared).await.expect("changed");
        vestibule::server::service::secret::finish(&config, &prepared).expect("in its place");
        let (app, router) = server.again().await;
        app.clock.advance(60);
        let flow = send(&router, first("ada")).await.expect_problem(401, "factor_required").json();
        let flow = flow["flow"].as_str().expect("a secret");
        let code = app_code(&enrolled.secret, app.clock.now_s());
        send(&router, second(flow, &code)).await.expect(200);
    }
}
