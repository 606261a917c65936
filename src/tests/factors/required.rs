//! Roles that demand a second factor.

use futures::future::join_all;
use vestibule::server::service::{accounts::AccountChange, factors as service, roles::Role, setup};

use super::{pages::key, *};

mod elsewhere;

/// The setting that demands it of administrators.
const ADMINS: &str = "admin";

/// An administrator without a second factor.
async fn administrator(server: &Server, name: &str) {
    server.register(name).await;
    server.change(name, AccountChange::GrantRole(Role::Admin)).await;
}

fn enrolment(method: Method, body: Value) -> Request {
    send_json(method, "/api/v1/login/enrolment", body)
}

/// The first step of a sign-in that sets up an app; answers the secret of its flow.
async fn begun(server: &Server, name: &str) -> String {
    let refused =
        server.send(first(name)).await.expect_problem(401, "factor_enrolment_required").json();
    assert_eq!(refused["expires_in"], 600);
    refused["flow"].as_str().expect("a secret").to_owned()
}

/// The seed of the app that a sign-in sets up.
async fn seed(server: &Server, flow: &str) -> String {
    let shown =
        server.send(enrolment(Method::POST, json!({ "flow": flow }))).await.expect(200).json();
    shown["secret"].as_str().expect("a seed").to_owned()
}

fn confirmed_by(flow: &str, code: &str) -> Request {
    enrolment(Method::PUT, json!({ "flow": flow, "code": code }))
}

fn users(token: &str) -> Request {
    get("/api/v1/users").bearer(token)
}

fn claims(token: &str) -> (Value, Value, Value) {
    let claims = part(token, 1);
    (claims["roles"].clone(), claims["scope"].clone(), claims["acr"].clone())
}

const STORED: &str = "select user_id from totp";

both_with! { |flags| flags.factor_required_for = Some(ADMINS.into());
    async fn a_sign_in_begins_with_setting_one_up(server: Server) {
        administrator(&server, "ada").await;
        let refused = server.send(first("ada")).await.expect(401);
        assert_eq!(refused.header("www-authenticate"), r#"Bearer realm="vestibule""#);
        assert!(refused.session_cookie().is_none() && refused.json().get("access_token").is_none());
        let flow = begun(&server, "ada").await;
        let secret = seed(&server, &flow).await;
        assert_eq!(seed(&server, &flow).await, secret);
        // It opens nothing, and a code of another app is no code.
        server.send(get("/api/v1/me").bearer(&flow)).await.expect_problem(401, "invalid_token");
        let code = app_code(&secret, server.app.clock.now_s());
        server.send(second(&flow, &code)).await.expect_problem(410, "flow_over");
        server.send(confirmed_by(&flow, "000000")).await.expect_problem(401, "invalid_code");
        assert_eq!(server.sql(STORED).await, Vec::<String>::new());
        assert_eq!(server.sql("select id from sessions").await, Vec::<String>::new());
        let opened = server.send(confirmed_by(&flow, &code)).await.expect(200).json();
        let token = opened["access_token"].as_str().expect("a token");
        assert_eq!(opened["recovery_codes"].as_array().expect("codes").len(), 10);
        assert!(opened["refresh_token"].is_string(), "the first step asked for it in the body");
        let (roles, scope, acr) = claims(token);
        assert_eq!((roles, acr), (json!(["user", "admin"]), json!("aal2")));
        assert!(scope.as_str().expect("words").contains("users:read"), "{scope}");
        server.send(users(token)).await.expect(200);
        server.send(confirmed_by(&flow, &code)).await.expect_problem(410, "flow_over");
        // From now on it asks for a code of the app, and the one that confirmed it is used.
        let flow = pending(&server, "ada").await;
        server.send(second(&flow, &code)).await.expect_problem(401, "invalid_code");
        server.send(enrolment(Method::POST, json!({ "flow": flow }))).await.expect_problem(410, "flow_over");
        let recovery = opened["recovery_codes"][0].as_str().expect("a code");
        server.send(second(&flow, recovery)).await.expect(200);
        let kinds = "select kind from audit_events where kind in ('login.begin', 'login', 'totp.set') and outcome = 'success' order by seq";
        assert_eq!(server.sql(kinds).await, ["login.begin", "login.begin", "totp.set", "login", "login.begin", "login"]);
    }

    async fn the_pages_lead_through_it(server: Server) {
        administrator(&server, "ada").await;
        let mut browser = Browser::new();
        let login = [("identifier", "ada"), ("password", PASSWORD), ("next", "/account/devices")];
        let led = browser.post(&server, "/login", &login).await.expect(303);
        assert_eq!((led.header("location"), led.session_cookie()), ("/login/enrol", None));
        assert_eq!(browser.open(&server, "/login/factor").await.expect(303).header("location"), "/login/enrol");
        browser.open(&server, "/account").await.expect(303);
        let page = browser.open(&server, "/login/enrol").await.expect(200).page();
        assert!(page.contains(r#"class="qr""#) && page.contains("Set up two-step sign-in"), "{page}");
        let wrong = browser.post(&server, "/login/enrol", &[("app_code", "000000")]).await.expect(401).page();
        assert_eq!(key(&wrong), key(&page));
        let code = app_code(&key(&page), server.app.clock.now_s());
        browser.post(&server, "/login/factor", &[("app_code", &code)]).await.expect(303);
        let opened = browser.post(&server, "/login/enrol", &[("app_code", &code)]).await.expect(303);
        let place = "/account/factor?next=%2Faccount%2Fdevices";
        assert_eq!(opened.header("location"), place);
        assert!(opened.session_cookie().is_some());
        let page = browser.open(&server, place).await.expect(200).page();
        assert!(page.contains("codes-text") && !page.contains("Your role gives you nothing"), "{page}");
        // The page that was asked for comes when the codes are kept; one of another origin does not.
        let elsewhere = browser.open(&server, "/account/factor?next=https%3A%2F%2Fevil.example").await.page();
        assert!(elsewhere.contains(r#"name="next" value="/account""#), "{elsewhere}");
        assert!(page.contains(r#"name="next" value="/account/devices""#), "{page}");
        let token = form_token(&page, "codes_kept");
        let kept = [("form", "codes_kept"), ("form_token", &token), ("next", "/account/devices")];
        let led = browser.post(&server, "/account/factor", &kept).await.expect(303);
        assert_eq!(led.header("location"), "/account/devices");
        browser.open(&server, "/account/ready").await.expect(200);
        assert_eq!(browser.open(&server, "/login/enrol").await.expect(303).header("location"), "/account");
    }

    /// By script the same.
    async fn the_server_function_leads_there_too(server: Server) {
        administrator(&server, "ada").await;
        let filled = json!({ "identifier": "ada", "password": PASSWORD });
        let led = server.send(enter("login", filled).cookie(KEPT)).await.expect(200).json();
        assert_eq!((&led["next"], &led["access_token"]), (&json!("/login/enrol"), &Value::Null));
    }

    async fn it_ends_after_ten_minutes_and_with_the_account(server: Server) {
        administrator(&server, "bob").await;
        administrator(&server, "ada").await;
        let flow = begun(&server, "ada").await;
        let secret = seed(&server, &flow).await;
        server.app.clock.advance(600);
        let code = app_code(&secret, server.app.clock.now_s());
        server.send(confirmed_by(&flow, &code)).await.expect_problem(410, "flow_over");
        let flow = begun(&server, "ada").await;
        let secret = seed(&server, &flow).await;
        server.change("ada", AccountChange::RevokeRole(Role::Admin)).await;
        let code = app_code(&secret, server.app.clock.now_s());
        server.send(confirmed_by(&flow, &code)).await.expect_problem(410, "flow_over");
        assert_eq!(server.sql(STORED).await, Vec::<String>::new());
        // Without the role nobody asks.
        server.login("ada").await;
    }

    async fn twenty_at_once_set_up_one(server: Server) {
        administrator(&server, "ada").await;
        let (_other, router) = server.again().await;
        let mut flows = Vec::new();
        for _ in 0..4 {
            let flow = begun(&server, "ada").await;
            let code = app_code(&seed(&server, &flow).await, server.app.clock.now_s());
            flows.push((flow, code));
        }
        let attempts = (0..20).map(|n| {
            let (flow, code) = &flows[n % 4];
            let router = if n % 2 == 0 { &server.router } else { &router };
            send(router, confirmed_by(flow, code))
        });
        let replies = join_all(attempts).await;
        let opened = replies.iter().filter(|reply| reply.status == 200).count();
        assert_eq!(opened, 1, "{replies:?}");
        assert!(replies.iter().all(|reply| [200, 401, 410, 429, 503].contains(&reply.status.as_u16())), "{replies:?}");
        assert_eq!(server.sql(STORED).await.len(), 1);
        assert_eq!(server.sql("select id from sessions where revoked_at is null").await.len(), 1);
    }

    /// A role that comes later is given below two factors in no session, and the next sign-in sets the factor up.
    async fn other_accounts_sign_in_as_ever(server: Server) {
        let token = server.user("bob").await;
        assert_eq!(claims(&token).2, "aal1");
        server.change("bob", AccountChange::GrantRole(Role::Admin)).await;
        server.send(get("/api/v1/me").bearer(&token)).await.expect_problem(401, "invalid_token");
        begun(&server, "bob").await;
    }

    async fn the_first_administrator_sets_one_up(server: Server) {
        let link = setup::new_link(&server.app, Agent::System).await.expect("a link").expect("no administrator yet");
        let mut browser = Browser::new();
        let claimed = browser.take(server.send(claim(link.expose(), "operator")).await).expect(303);
        assert!(claimed.header("location").starts_with("/login/enrol"), "{claimed:?}");
        assert_eq!(claimed.session_cookie(), None);
        assert_eq!(server.sql("select id from sessions").await, Vec::<String>::new());
        browser.open(&server, "/login/enrol").await.expect(200);
        begun(&server, "operator").await;
    }

    async fn its_owner_cannot_remove_it(server: Server) {
        administrator(&server, "ada").await;
        let flow = begun(&server, "ada").await;
        let secret = seed(&server, &flow).await;
        let code = app_code(&secret, server.app.clock.now_s());
        let opened = server.send(confirmed_by(&flow, &code)).await.expect(200).json();
        let token = opened["access_token"].as_str().expect("a token");
        let remove = Request::new(Method::DELETE, "/api/v1/me/totp").bearer(token);
        server.send(remove).await.expect_problem(409, "last_way_in");
        assert_eq!(server.sql(STORED).await.len(), 1);
        // Another app may take its place, and the operator removes it for somebody who has lost it.
        server.app.clock.advance(30);
        enrol_in(&server, token).await;
        server.change("ada", AccountChange::RemoveFactor).await;
        begun(&server, "ada").await;
    }

    async fn no_browser_of_theirs_is_trusted(server: Server) {
        administrator(&server, "ada").await;
        let flow = begun(&server, "ada").await;
        let secret = seed(&server, &flow).await;
        server.send(confirmed_by(&flow, &app_code(&secret, server.app.clock.now_s()))).await.expect(200);
        let mut browser = Browser::new();
        let login = [("identifier", "ada"), ("password", PASSWORD)];
        browser.post(&server, "/login", &login).await.expect(303);
        let page = browser.open(&server, "/login/factor").await.expect(200).page();
        assert!(!page.contains("trust_device"), "{page}");
        server.app.clock.advance(30);
        let code = app_code(&secret, server.app.clock.now_s());
        let step = [("app_code", code.as_str()), ("trust_device", "yes")];
        let opened = browser.post(&server, "/login/factor", &step).await.expect(303);
        assert!(opened.session_cookie().is_some() && opened.cookie("vestibule_trust_3000").is_none(), "{opened:?}");
        assert_eq!(server.sql("select id from trusted_devices").await, Vec::<String>::new());
    }

    async fn the_start_warns_while_no_administrator_has_one(server: Server) {
        let warning = async || service::warning(&server.app).await.expect("read");
        assert_eq!(warning().await, None);
        administrator(&server, "ada").await;
        assert!(warning().await.is_some_and(|words| words.contains("VESTIBULE_FACTOR_REQUIRED_FOR")));
        let flow = begun(&server, "ada").await;
        let secret = seed(&server, &flow).await;
        server.send(confirmed_by(&flow, &app_code(&secret, server.app.clock.now_s()))).await.expect(200);
        assert_eq!(warning().await, None);
    }
}
