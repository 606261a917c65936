//! A mail takes the place of the password alone.

use super::*;
use crate::factors::enrol_in;

async fn second(server: &Server, flow: &Value, code: &str) -> Reply {
    let body = json!({ "flow": flow, "code": code });
    server.send(post("/api/v1/login/factor").json(body)).await
}

both_with! { |flags| allowed(flags);
    async fn a_second_factor_is_asked_for_all_the_same(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let ada = enrol_in(&server, &token).await;
        let flow = begin(&server, "ada").await;
        let code = newest(&server.app).await;
        let asked = server.send(give(&flow, &code)).await.expect_problem(401, "factor_required").json();
        // The code of the mail is spent by it.
        server.send(give(&flow, &code)).await.expect_problem(401, "invalid_code");
        second(&server, &asked["flow"], "000000").await.expect_problem(401, "invalid_code");
        server.app.clock.advance(30);
        let of_app = app_code(ada.secret(), server.app.clock.now_s());
        let opened = second(&server, &asked["flow"], &of_app).await.expect(200).json();
        let claims = part(opened["access_token"].as_str().expect("a token"), 1);
        assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["otp", "mfa"]), &json!("aal2")));
    }

    /// A trusted browser is for people with the password, and a mail makes none.
    async fn no_trust_takes_its_place_or_comes_of_it(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let ada = enrol_in(&server, &token).await;
        let mut browser = Browser::new();
        let login = [("identifier", "ada"), ("password", PASSWORD)];
        browser.post(&server, "/login", &login).await.expect(303);
        server.app.clock.advance(30);
        let of_app = app_code(ada.secret(), server.app.clock.now_s());
        browser.post(&server, "/login/factor", &[("app_code", &of_app), ("trust_device", "yes")]).await.expect(303);
        assert_eq!(server.sql("select id from trusted_devices").await.len(), 1);
        let page = browser.open(&server, "/account").await.expect(200).text;
        let out = form_token(&page, "logout");
        browser.post(&server, "/logout", &[("form", "logout"), ("form_token", &out)]).await.expect(303);
        browser.post(&server, "/login/mail", &[("identifier", "ada")]).await.expect(303);
        let flow = hidden(&browser.open(&server, "/login/code").await.expect(200).text, "flow");
        let code = newest(&server.app).await;
        let led = browser.post(&server, "/login/code", &[("flow", &flow), ("code", &code)]).await.expect(303);
        assert_eq!(led.header("location"), "/login/factor");
        let page = browser.open(&server, "/login/factor").await.expect(200).page();
        assert!(page.contains("The code from the mail is right") && !page.contains("trust_device"), "{page}");
        server.app.clock.advance(30);
        let of_app = app_code(ada.secret(), server.app.clock.now_s());
        browser.post(&server, "/login/factor", &[("app_code", &of_app), ("trust_device", "yes")]).await.expect(303);
        browser.open(&server, "/account").await.expect(200);
        assert_eq!(server.sql("select id from trusted_devices").await.len(), 1, "the one of before");
    }
}

both_with! { |flags| {
        allowed(flags);
        flags.factor_required_for = Some("admin".into());
    };
    async fn a_role_that_demands_one_is_set_up_first(server: Server) {
        confirmed(&server, "ada").await;
        server.change("ada", AccountChange::GrantRole(vestibule::server::service::roles::Role::Admin)).await;
        let flow = begin(&server, "ada").await;
        let code = newest(&server.app).await;
        let asked = server.send(give(&flow, &code)).await.expect_problem(401, "factor_enrolment_required").json();
        let shown = server.send(post("/api/v1/login/enrolment").json(json!({ "flow": asked["flow"] }))).await.expect(200).json();
        let of_app = app_code(shown["secret"].as_str().expect("a seed"), server.app.clock.now_s());
        let body = json!({ "flow": asked["flow"], "code": of_app });
        server.send(send_json(http::Method::PUT, "/api/v1/login/enrolment", body)).await.expect(200);
    }
}

both_with! { |flags| allowed(flags);
    /// The tokens go on saying how the session began.
    async fn an_app_that_is_set_up_after_a_mail_says_so(server: Server) {
        confirmed(&server, "ada").await;
        let flow = begin(&server, "ada").await;
        let code = newest(&server.app).await;
        let opened = server.send(give(&flow, &code)).await.expect(200).json();
        let ada = enrol_in(&server, opened["access_token"].as_str().expect("a token")).await;
        let claims = part(&ada.token, 1);
        assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["otp", "mfa"]), &json!("aal2")));
    }
}
