//! Trusted browsers: a right password is enough there for some days (S82).

mod copies;
mod ends;
mod list;
mod setting;

use super::*;
use crate::mail::{confirmed, subjects};

/// The cookie of a trusted browser.
const TRUST: &str = "vestibule_trust_3000";
/// For how long a browser is trusted.
const MONTH: i64 = 30 * 86_400;

/// Somebody with an authenticator app and a confirmed address.
async fn owner(server: &Server, name: &str) -> Enrolled {
    confirmed(server, name).await;
    let token = server.login(name).await;
    enrol_in(server, &token).await
}

/// Signs in on the pages, and has the browser trusted; answers its cookie.
async fn trust(server: &Server, enrolled: &Enrolled, name: &str) -> String {
    let mut browser = Browser::new();
    let login = [("identifier", name), ("password", PASSWORD)];
    browser.post(server, "/login", &login).await.expect(303);
    let code = enrolled.next(server);
    let step = [("app_code", code.as_str()), ("trust_device", "yes")];
    let signed_in = browser.post(server, "/login/factor", &step).await.expect(303);
    signed_in.cookie(TRUST).expect("a trusted browser")
}

fn with_password(name: &str, password: &str, cookie: &str) -> Request {
    form("/login", &[("identifier", name), ("password", password)]).cookie(cookie)
}

/// Signs in with the password alone; answers the browser's next cookie.
async fn enter(server: &Server, name: &str, cookie: &str) -> String {
    let reply = server.send(with_password(name, PASSWORD, cookie)).await.expect(303);
    assert!(reply.session_cookie().is_some(), "{reply:?}");
    reply.cookie(TRUST).expect("the next cookie")
}

/// Signs in with the password, and is asked for a code.
async fn is_asked(server: &Server, name: &str, password: &str, cookie: &str) {
    let reply = server.send(with_password(name, password, cookie)).await.expect(303);
    assert!(reply.header("location").starts_with("/login/factor"), "{reply:?}");
    assert_eq!((reply.session_cookie(), reply.cookie(TRUST)), (None, None));
}

/// The access token of a session in a cookie.
async fn access(server: &Server, session: &str) -> String {
    let refresh = post("/api/v1/token/refresh").same_origin().cookie(session);
    let opened = server.send(refresh).await.expect(200).json();
    opened["access_token"].as_str().expect("a token").to_owned()
}

/// The kinds of events about trusted browsers.
async fn events(server: &Server) -> Vec<String> {
    server.sql("select kind || ' ' || outcome from audit_events where kind like 'trusted_device.%' order by seq").await
}

both! {
    async fn s82_the_password_alone_is_enough_there(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let (name, secret) = cookie.split_once('=').expect("a value");
        assert_eq!((name, secret.len()), (TRUST, 36 + 1 + 43));
        let next = enter(&server, "ada", &cookie).await;
        assert_ne!(next, cookie);
        is_asked(&server, "ada", PASSWORD, KEPT).await;
        enter(&server, "ada", &next).await;
        assert_eq!(events(&server).await, ["trusted_device.set success"]);
        let logins = "select details from audit_events where kind = 'login' order by seq desc limit 1";
        let (id, _) = secret.split_once('.').expect("an id");
        assert!(server.sql(logins).await[0].contains(id), "{id}");
        let told = subjects(&server.app).await;
        let trusted = "A browser is trusted by your Vestibule account";
        assert_eq!(told.iter().filter(|subject| *subject == trusted).count(), 1, "{told:?}");
        // The password has to be right.
        server.send(with_password("ada", "no horse battery at all", &next)).await.expect(401);
    }

    async fn s82_it_raises_nothing_and_is_never_fresh(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let reply = server.send(with_password("ada", PASSWORD, &cookie)).await.expect(303);
        let token = access(&server, &reply.session_cookie().expect("a session")).await;
        let claims = part(&token, 1);
        assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["pwd"]), &json!("aal1")));
        assert_eq!(claims["auth_time"], server.app.clock.now_s() - 600);
        let remove = Request::new(Method::DELETE, "/api/v1/me/totp").bearer(&token);
        server.send(remove).await.expect_problem(401, "reauthentication_required");
        let body = json!({ "current_password": PASSWORD, "new_password": "another horse battery" });
        let change = send_json(Method::PUT, "/api/v1/me/password", body).bearer(&token);
        server.send(change).await.expect_problem(401, "factor_required");
        let again = |body: Value| post("/api/v1/me/reauthenticate").json(body).bearer(&token).cookie(&cookie);
        let alone = again(json!({ "password": PASSWORD }));
        server.send(alone).await.expect_problem(401, "factor_required");
        let code = enrolled.next(&server);
        let proven = server.send(again(json!({ "password": PASSWORD, "code": code }))).await.expect(200).json();
        assert_eq!(part(proven["access_token"].as_str().expect("a token"), 1)["acr"], "aal2");
    }

    /// No code was given, so wrong ones stay counted.
    async fn s82_it_gives_back_no_wrong_codes(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let mut cookie = trust(&server, &enrolled, "ada").await;
        for _ in 0..2 {
            let flow = pending(&server, "ada").await;
            for _ in 0..10 {
                server.send(second(&flow, "000000")).await.expect_problem(401, "invalid_code");
            }
            cookie = enter(&server, "ada", &cookie).await;
        }
        let flow = pending(&server, "ada").await;
        let right = enrolled.next(&server);
        server.send(second(&flow, &right)).await.expect_problem(429, "too_many_requests");
    }

    /// Its days are counted from the trust, however often it is used.
    async fn s82_it_ends_after_thirty_days(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let mut cookie = trust(&server, &enrolled, "ada").await;
        for days in [0, 10, 10, 9] {
            server.app.clock.advance(days * 86_400);
            let reply = server.send(with_password("ada", PASSWORD, &cookie)).await.expect(303);
            let set = reply.headers.get_all("set-cookie").iter().map(|line| line.to_str().expect("text"));
            let set = set.into_iter().find(|line| line.starts_with(TRUST)).expect("a cookie").to_owned();
            assert!(set.contains("HttpOnly; SameSite=Lax") && set.contains("Path=/"), "{set}");
            cookie = reply.cookie(TRUST).expect("the next cookie");
        }
        server.app.clock.advance(86_399);
        cookie = enter(&server, "ada", &cookie).await;
        server.app.clock.advance(1);
        is_asked(&server, "ada", PASSWORD, &cookie).await;
        assert_eq!(server.sql("select id from trusted_devices").await.len(), 1);
        vestibule::server::service::trusted::sweep(&server.app).await.expect("swept");
        assert_eq!(server.sql("select id from trusted_devices").await, Vec::<String>::new());
    }

    async fn signing_out_keeps_it(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let mut browser = Browser::new();
        let mut reply = server.send(with_password("ada", PASSWORD, &cookie)).await.expect(303);
        reply = browser.take(reply);
        let page = browser.open(&server, "/account").await.expect(200).page();
        let out = [("form", "logout"), ("form_token", &*form_token(&page, "logout"))];
        let left = browser.post(&server, "/logout", &out).await.expect(303);
        assert_eq!(left.cookie(TRUST), None);
        enter(&server, "ada", &reply.cookie(TRUST).expect("the next cookie")).await;
    }

    async fn nobody_is_trusted_unasked(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let mut browser = Browser::new();
        let login = [("identifier", "ada"), ("password", PASSWORD)];
        browser.post(&server, "/login", &login).await.expect(303);
        let page = browser.open(&server, "/login/factor").await.expect(200).page();
        assert!(page.contains("Trust this browser") && page.contains("For 30 days"), "{page}");
        assert!(page.contains(r#"name="trust_device""#) && !page.contains("checked"), "{page}");
        // A ticked box stays so after a wrong code.
        let wrong = [("app_code", "000000"), ("trust_device", "yes")];
        let page = browser.post(&server, "/login/factor", &wrong).await.expect(401).page();
        assert!(page.contains("checked"), "{page}");
        let code = enrolled.next(&server);
        let reply = browser.post(&server, "/login/factor", &[("app_code", &code)]).await.expect(303);
        assert!(reply.session_cookie().is_some() && reply.cookie(TRUST).is_none(), "{reply:?}");
        assert_eq!(events(&server).await, Vec::<String>::new());
    }

    /// By the API too, for a session in a cookie; a program keeps its refresh token.
    async fn the_api_trusts_browsers_alone(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let body = json!({ "identifier": "ada", "password": PASSWORD, "session": "cookie" });
        let first_step = |cookie: &str| post("/api/v1/login").same_origin().cookie(cookie).json(body.clone());
        let begun = server.send(first_step(KEPT)).await.expect_problem(401, "factor_required").json();
        let step = |flow: &str, code: &str| {
            post("/api/v1/login/factor").json(json!({ "flow": flow, "code": code, "trust_device": true }))
        };
        let flow = begun["flow"].as_str().expect("a secret");
        let reply = server.send(step(flow, &enrolled.next(&server)).same_origin()).await.expect(200);
        let cookie = reply.cookie(TRUST).expect("a trusted browser");
        let opened = server.send(first_step(&cookie)).await.expect(200);
        let cookie = opened.cookie(TRUST).expect("the next cookie");
        // Not for a session in the body, with the cookie or without.
        let flow = server.send(first("ada").cookie(&cookie)).await.expect_problem(401, "factor_required").json();
        let flow = flow["flow"].as_str().expect("a secret");
        let code = enrolled.next(&server);
        let refused = server.send(step(flow, &code)).await.expect_problem(422, "invalid_input").json();
        assert_eq!(refused["errors"][0]["field"], "trust_device");
        server.send(second(flow, &code)).await.expect(200);
        enter(&server, "ada", &cookie).await;
    }

    /// Who has no app may be without the device that is trusted, too.
    async fn a_recovery_code_trusts_no_browser(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let body = json!({ "identifier": "ada", "password": PASSWORD, "session": "cookie" });
        let begun = post("/api/v1/login").same_origin().json(body);
        let begun = server.send(begun).await.expect_problem(401, "factor_required").json();
        let step = json!({ "flow": begun["flow"], "code": enrolled.codes[0], "trust_device": true });
        let reply = server.send(post("/api/v1/login/factor").json(step).same_origin()).await.expect(200);
        assert_eq!(reply.cookie(TRUST), None);
        assert_eq!(server.sql("select id from trusted_devices").await, Vec::<String>::new());
    }

    async fn a_browser_is_trusted_by_one_account(server: Server) {
        let (ada, eve) = (owner(&server, "ada").await, owner(&server, "eve").await);
        let cookie = trust(&server, &ada, "ada").await;
        is_asked(&server, "eve", PASSWORD, &cookie).await;
        let next = enter(&server, "ada", &cookie).await;
        let own = trust(&server, &eve, "eve").await;
        is_asked(&server, "ada", PASSWORD, &own).await;
        is_asked(&server, "ada", PASSWORD, &format!("{next}; {own}")).await;
        enter(&server, "ada", &next).await;
        enter(&server, "eve", &own).await;
        assert!(events(&server).await.iter().all(|event| event == "trusted_device.set success"));
    }
}
