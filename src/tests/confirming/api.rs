//! The sign-in of a program.

use futures::future::join_all;
use vestibule::server::service::accounts::AccountChange;

use super::*;
use crate::factors::enrol_in;

both_with! { |flags| required(flags);
    async fn a_code_confirms_the_address_and_signs_in(server: Server) {
        newcomer(&server, "ada").await;
        let refused = server.send(first("ada")).await.expect(401);
        assert_eq!(refused.header("www-authenticate"), r#"Bearer realm="vestibule""#);
        assert!(refused.session_cookie().is_none() && refused.json().get("access_token").is_none());
        let flow = waiting(&server, "ada").await;
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        // The flow opens nothing else.
        server.send(get("/api/v1/me").bearer(&flow)).await.expect_problem(401, "invalid_token");
        let factor = json!({ "flow": flow, "code": "123456" });
        server.send(post("/api/v1/login/factor").json(factor)).await.expect_problem(410, "flow_over");
        let keep = json!({ "flow": flow });
        server.send(post("/api/v1/login/keep").json(keep)).await.expect_problem(410, "flow_over");
        server.send(give(&flow, wrong(&code))).await.expect_problem(401, "invalid_code");
        assert_eq!((server.sql(CONFIRMED).await.len(), server.sql(SESSIONS).await.len()), (0, 0));
        let opened = server.send(give(&flow, &code)).await.expect(200).json();
        assert_eq!(opened["user"]["email_verified"], true);
        assert!(opened["refresh_token"].is_string(), "the first step asked for it in the body");
        let token = opened["access_token"].as_str().expect("a token");
        server.send(get("/api/v1/me").bearer(token)).await.expect(200);
        server.send(give(&flow, &code)).await.expect_problem(410, "flow_over");
        // From now on the password is enough, and so is the address in place of the name.
        server.send(first("ada")).await.expect(200);
        server.send(first("ada@example.org")).await.expect(200);
        let kinds = "select kind || ' ' || outcome from audit_events order by seq";
        let kinds = server.sql(kinds).await;
        let wanted = [
            "register success", "login address_unverified", "login address_unverified", "address.verify refused",
            "address.verify success", "login success", "login success", "login success",
        ];
        assert_eq!(kinds, wanted);
    }

    /// Nothing else tells that the password was right.
    async fn a_wrong_password_is_as_always(server: Server) {
        newcomer(&server, "ada").await;
        server.send(guess("ada")).await.expect_problem(401, "invalid_credentials");
        server.send(right("nobody")).await.expect_problem(401, "invalid_credentials");
        server.send(right("ada@example.org")).await.expect_problem(401, "invalid_credentials");
        server.change("ada", AccountChange::Disable).await;
        server.send(right("ada")).await.expect_problem(401, "invalid_credentials");
    }

    async fn another_mail_waits_and_a_typo_is_mended(server: Server) {
        newcomer(&server, "adda").await;
        let flow = waiting(&server, "adda").await;
        let (_, first_code) = mailed(&server.app, "adda@example.org").await;
        let refused = server.send(send_to(&flow, None)).await.expect_problem(429, "too_many_requests");
        assert_eq!(refused.header("retry-after"), "60");
        server.app.clock.advance(60);
        let sent = server.send(send_to(&flow, None)).await.expect(202).json();
        assert_eq!((&sent["expires_in"], &sent["resend_after"]), (&json!(86_400), &json!(120)));
        // The mail before is over.
        server.send(give(&flow, &first_code)).await.expect_problem(401, "invalid_code");
        server.send(send_to(&flow, Some("nonsense"))).await.expect_problem(422, "invalid_input");
        // What is wrong without looking anything up is told first.
        server.send(send_to("over", Some("nonsense"))).await.expect_problem(422, "invalid_input");
        server.send(send_to("over", None)).await.expect_problem(410, "flow_over");
        server.send(send_to(&flow, Some("ada@example.org"))).await.expect(202);
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        server.send(give(&flow, &code)).await.expect(200);
        assert_eq!(server.sql(CONFIRMED).await, ["ada@example.org"]);
        assert_eq!(server.sql("select id from user_emails").await.len(), 1);
    }

    /// Five new addresses of an account, as for somebody who is signed in.
    async fn addresses_of_an_account_are_limited(server: Server) {
        newcomer(&server, "ada").await;
        let flow = waiting(&server, "ada").await;
        for n in 0..5 {
            server.send(send_to(&flow, Some(&format!("ada{n}@example.com")))).await.expect(202);
        }
        let refused = server.send(send_to(&flow, Some("ada5@example.com"))).await;
        refused.expect_problem(429, "too_many_requests");
    }

    async fn an_account_without_an_address_sets_one(server: Server) {
        of_operator(&server, "ada").await;
        let flow = waiting(&server, "ada").await;
        server.send(send_to(&flow, None)).await.expect_problem(404, "not_found");
        server.send(give(&flow, "1234 5678")).await.expect_problem(404, "not_found");
        server.send(send_to(&flow, Some("ada@example.org"))).await.expect(202);
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        server.send(give(&flow, &code)).await.expect(200);
    }

    /// Who repairs the mails must come in without one.
    async fn an_operators_role_is_enough(server: Server) {
        server.admin().await;
        server.send(right("operator")).await.expect(200);
        newcomer(&server, "ada").await;
        waiting(&server, "ada").await;
        server.change("ada", AccountChange::GrantRole(vestibule::server::service::roles::Role::Admin)).await;
        server.send(first("ada")).await.expect(200);
    }

    async fn an_account_needs_an_address(server: Server) {
        for body in [
            json!({ "username": "ada", "password": PASSWORD }),
            json!({ "username": "ada", "password": PASSWORD, "email": " " }),
        ] {
            for path in ["/api/v1/register", "/register"] {
                let refused = server.send(post(path).json(body.clone())).await;
                let errors = refused.expect_problem(422, "invalid_input").json()["errors"].clone();
                assert_eq!((&errors[0]["field"], &errors[0]["problem"]), (&json!("email"), &json!("required")));
            }
        }
        assert_eq!(server.sql("select id from users").await, [""; 0]);
    }

    async fn it_ends_with_the_epoch_and_after_an_hour(server: Server) {
        newcomer(&server, "ada").await;
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        let late = waiting(&server, "ada").await;
        server.app.clock.advance(3_599);
        server.send(give(&late, wrong(&code))).await.expect_problem(401, "invalid_code");
        server.app.clock.advance(1);
        server.send(give(&late, &code)).await.expect_problem(410, "flow_over");
        let before = waiting(&server, "ada").await;
        server.change("ada", AccountChange::Disable).await;
        server.send(give(&before, &code)).await.expect_problem(410, "flow_over");
        server.change("ada", AccountChange::Enable).await;
        server.send(give(&before, &code)).await.expect_problem(410, "flow_over");
        assert_eq!(server.sql(CONFIRMED).await, [""; 0]);
    }

    async fn a_code_is_bounded(server: Server) {
        newcomer(&server, "ada").await;
        let flow = waiting(&server, "ada").await;
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        for _ in 0..5 {
            server.send(give(&flow, wrong(&code))).await.expect_problem(401, "invalid_code");
        }
        server.send(give(&flow, &code)).await.expect_problem(401, "invalid_code");
    }

    async fn a_race_opens_one_session(server: Server) {
        newcomer(&server, "ada").await;
        let flow = waiting(&server, "ada").await;
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        let (_, other) = server.again().await;
        let replies = join_all((0..20).map(|n| {
            let router = if n % 2 == 0 { &server.router } else { &other };
            send(router, give(&flow, &code))
        }));
        let replies = replies.await;
        let opened = replies.iter().filter(|reply| reply.status == 200).count();
        assert_eq!((opened, server.sql(SESSIONS).await.len()), (1, 1), "{replies:?}");
    }

    /// Two accounts with one address: the first to confirm it has it, and the other gives another one.
    async fn an_address_of_somebody_else_is_refused_at_the_end(server: Server) {
        newcomer(&server, "ada").await;
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        let body = json!({ "username": "eve", "password": PASSWORD, "email": "ada@example.org" });
        server.send(post("/api/v1/register").json(body)).await.expect(201);
        let (_, of_eve) = mailed(&server.app, "ada@example.org").await;
        let eve = waiting(&server, "eve").await;
        let ada = waiting(&server, "ada").await;
        server.send(give(&ada, &code)).await.expect(200);
        server.send(give(&eve, &of_eve)).await.expect_problem(409, "address_unavailable");
        server.send(send_to(&eve, Some("eve@example.org"))).await.expect(202);
        let (_, code) = mailed(&server.app, "eve@example.org").await;
        server.send(give(&eve, &code)).await.expect(200);
    }

    async fn the_tutorials_path_opens_nothing_either(server: Server) {
        newcomer(&server, "ada").await;
        let body = json!({ "username": "ada", "password": PASSWORD });
        server.send(post("/login").json(body)).await.expect_problem(401, "address_unverified");
        assert_eq!(server.sql(SESSIONS).await, [""; 0]);
    }
}

both! {
    /// The setting holds from the next sign-in, also after a second factor.
    async fn sessions_of_before_go_on(server: Server) {
        let token = server.user("ada").await;
        let ada = enrol_in(&server, &token).await;
        let (_, router) = server.again_with(required).await;
        send(&router, get("/api/v1/me").bearer(&ada.token)).await.expect(200);
        let asked = send(&router, first("ada")).await.expect_problem(401, "factor_required").json();
        let code = app_code(ada.secret(), server.app.clock.now_s() + 30);
        server.app.clock.advance(30);
        let second = json!({ "flow": asked["flow"], "code": code });
        let refused = send(&router, post("/api/v1/login/factor").json(second)).await;
        let flow = refused.expect_problem(401, "address_unverified").json()["flow"].clone();
        let flow = flow.as_str().expect("a secret");
        send(&router, send_to(flow, Some("ada@example.org"))).await.expect(202);
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        let opened = send(&router, give(flow, &code)).await.expect(200).json();
        let claims = part(opened["access_token"].as_str().expect("a token"), 1);
        assert_eq!((&claims["acr"], &claims["amr"]), (&json!("aal2"), &json!(["pwd", "otp", "mfa"])));
    }
}
