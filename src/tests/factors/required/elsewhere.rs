//! A role that comes to demand a second factor, and ways around the sign-in form.

use super::*;
use crate::{mail::confirmed, securing::link};

both! {
    /// The role gives nothing in sessions that are open already, until a factor is set up in them.
    async fn it_is_mute_in_running_sessions(server: Server) {
        let token = server.admin().await;
        let cookie = server.browser("operator").await;
        server.send(users(&token)).await.expect(200);
        let (_app, router) = server.again_with(|flags| flags.factor_required_for = Some(ADMINS.into())).await;
        send(&router, users(&token)).await.expect_problem(403, "forbidden");
        let shown = send(&router, get("/api/v1/token").bearer(&token)).await.expect(200).json();
        assert_eq!((&shown["roles"], &shown["scope"]), (&json!(["user"]), &json!("")));
        let page = |path: &str| get(path).header("accept", "text/html").cookie(&cookie);
        send(&router, page("/account/ready")).await.expect(403);
        let account = send(&router, page("/account")).await.expect(200).page();
        assert!(account.contains("Your role gives you nothing here"), "{account}");
        let refreshed = send(&router, post("/api/v1/token/refresh").same_origin().cookie(&cookie)).await.expect(200);
        let minted = refreshed.json()["access_token"].as_str().expect("a token").to_owned();
        assert_eq!(claims(&minted), (json!(["user"]), json!(""), json!("aal1")));
        let remove = Request::new(Method::DELETE, "/api/v1/me/totp").bearer(&token);
        send(&router, remove).await.expect_problem(404, "not_found");
        // A proof by the password alone, and the app; the role is back.
        let begin = send(&router, post("/api/v1/me/totp").bearer(&token)).await.expect(201).json();
        let code = app_code(begin["secret"].as_str().expect("a seed"), server.app.clock.now_s());
        let confirm = totp(Method::PUT, json!({ "code": code })).bearer(&token);
        let confirmed = send(&router, confirm).await.expect(200).json();
        send(&router, users(confirmed["access_token"].as_str().expect("a token"))).await.expect(200);
    }

    async fn trust_in_a_browser_counts_no_more(server: Server) {
        server.admin().await;
        let token = server.login("operator").await;
        let enrolled = enrol_in(&server, &token).await;
        let mut browser = Browser::new();
        let login = [("identifier", "operator"), ("password", PASSWORD)];
        browser.post(&server, "/login", &login).await.expect(303);
        let code = enrolled.next(&server);
        let step = [("app_code", code.as_str()), ("trust_device", "yes")];
        browser.post(&server, "/login/factor", &step).await.expect(303);
        let trusted = browser.post(&server, "/login", &login).await.expect(303);
        let session = trusted.session_cookie().expect("a session");
        let refresh = || post("/api/v1/token/refresh").same_origin().cookie(&session);
        let opened = server.send(refresh()).await.expect(200);
        let access = opened.json()["access_token"].as_str().expect("a token").to_owned();
        assert_eq!(claims(&access).0, json!(["user", "admin"]));
        let (_app, router) = server.again_with(|flags| flags.factor_required_for = Some(ADMINS.into())).await;
        send(&router, users(&access)).await.expect_problem(403, "forbidden");
        let list = send(&router, get("/api/v1/me/trusted-devices").bearer(&access)).await.expect(200).json();
        assert_eq!(list["trusted_devices"], json!([]));
        let asked = send(&router, form("/login", &login).cookie(&browser.cookies())).await.expect(303);
        assert!(asked.header("location").starts_with("/login/factor"), "{asked:?}");
    }

    /// A browser that is known already is no new one because of the epoch that the app begins.
    async fn it_is_no_sign_in_in_a_new_browser(server: Server) {
        confirmed(&server, "ada").await;
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        let mut browser = Browser::new();
        let login = [("identifier", "ada"), ("password", PASSWORD)];
        browser.post(&server, "/login", &login).await.expect(303);
        let page = browser.open(&server, "/account").await.expect(200).page();
        let out = [("form", "logout"), ("form_token", &*form_token(&page, "logout"))];
        browser.post(&server, "/logout", &out).await.expect(303);
        let told = "select kind from outbox where kind in ('sign_in', 'factor_set') order by kind";
        assert_eq!(server.sql(told).await, ["sign_in"]);
        let (_app, router) = server.again_with(|flags| flags.factor_required_for = Some(ADMINS.into())).await;
        let led = send(&router, form("/login", &login).cookie(&browser.cookies())).await;
        assert_eq!(browser.take(led).expect(303).header("location"), "/login/enrol");
        let page = get("/login/enrol").header("accept", "text/html").cookie(&browser.cookies());
        let page = send(&router, page).await.expect(200).page();
        let code = app_code(&key(&page), server.app.clock.now_s());
        let step = form("/login/enrol", &[("app_code", &*code)]).cookie(&browser.cookies());
        assert!(send(&router, step).await.expect(303).session_cookie().is_some());
        assert_eq!(server.sql(told).await, ["factor_set", "sign_in"]);
    }
}

both_with! { |flags| flags.factor_required_for = Some(ADMINS.into());
    /// Who is leaving is asked whether the account is kept, and sets nothing up for that.
    async fn a_leaving_administrator_sets_none_up(server: Server) {
        administrator(&server, "bob").await;
        administrator(&server, "ada").await;
        server.change("ada", AccountChange::Delete).await;
        server.send(first("ada")).await.expect_problem(401, "account_leaving");
    }

    /// A new password by mail opens nothing without it.
    async fn a_password_by_mail_leads_to_it(server: Server) {
        confirmed(&server, "ada").await;
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        server.send(post("/api/v1/recovery").json(json!({ "identifier": "ada" }))).await.expect(202);
        let link = link(&server.app, "Choose a new password for Vestibule", "ada@example.org").await;
        let mut browser = Browser::new();
        browser.open(&server, &link).await.expect(303);
        let page = browser.open(&server, "/reset").await.expect(200).page();
        let fields = [("link", &*hidden(&page, "link")), ("new_password", "another horse battery")];
        let done = browser.post(&server, "/reset", &fields).await.expect(303);
        assert_eq!(done.session_cookie(), None);
        let login = [("identifier", "ada"), ("password", "another horse battery")];
        let led = browser.post(&server, "/login", &login).await.expect(303);
        assert_eq!((led.header("location"), led.session_cookie()), ("/login/enrol", None));
    }
}
