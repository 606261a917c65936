//! Half signed in: the first of two steps opens nothing, anywhere.

use serde_json::json;
use vestibule::{
    model::{LoginForm, SessionKind},
    server::{
        secure::secret::Secret,
        service::{
            ClientInfo,
            accounts::AccountChange,
            flows::{BrowserToken, FlowToken, Holder},
            login, proof,
        },
    },
};

use super::support::*;

async fn first_step(
    server: &Server,
    password: &str,
    browser: &BrowserToken,
) -> Result<FlowToken, u16> {
    let form = LoginForm {
        identifier: Some("ada".into()),
        password: Some(password.into()),
        session: Some(SessionKind::Cookie),
    };
    let (holder, client_info) = (Holder::Browser(browser), ClientInfo::default());
    let step = login::first_step(&server.app, form, Some("/account".into()), holder, &client_info);
    step.await.map_err(|error| error.into_api().code.status())
}

async fn is_open(server: &Server, browser: &BrowserToken, token: &FlowToken) -> bool {
    proof::resume(&server.app, Holder::Browser(browser), token).await.expect("asked").is_some()
}

both! {
    async fn the_first_step_opens_nothing(server: Server) {
        server.register("ada").await;
        let browser = BrowserToken::issue();
        assert_eq!(first_step(&server, "wrong horse battery", &browser).await.err(), Some(401));
        let token = first_step(&server, PASSWORD, &browser).await.expect("a first step");
        let half = proof::resume(&server.app, Holder::Browser(&browser), &token).await.expect("asked");
        let half = half.expect("it is open");
        assert_eq!((half.amr(), half.session(), half.next()), ("pwd", Some(SessionKind::Cookie), Some("/account")));

        assert_eq!(server.sql("select id from sessions").await, Vec::<String>::new());
        let secret = token.expose();
        for secret in [secret, browser.expose()] {
            let cookies = format!("vestibule_session_3000={secret}; vestibule_device_3000={secret}; vestibule_link_3000={secret}");
            server.send(get("/api/v1/me").bearer(secret)).await.expect_problem(401, "invalid_token");
            let page = get("/account").header("accept", "text/html").cookie(&cookies);
            server.send(page).await.expect(303);
            let by_body = post("/api/v1/token/refresh").json(json!({ "refresh_token": secret }));
            server.send(by_body).await.expect_problem(400, "invalid_grant");
            let by_cookie = post("/api/v1/token/refresh").same_origin().cookie(&cookies);
            server.send(by_cookie).await.expect_problem(400, "invalid_grant");
            server.send(get(&format!("/setup?token={secret}")).header("accept", "text/html")).await.expect(303);
            server.send(claim(secret, "eve")).await.expect(410);
        }
        assert_eq!(server.sql("select id from sessions").await, Vec::<String>::new());
        assert!(is_open(&server, &browser, &token).await, "looking spends nothing");
        // What stands in the database is no secret.
        let stored = server.sql("select secret_hash || coalesce(browser_hash, '') || coalesce(data_sealed, '') from flows").await;
        assert!(!stored[0].contains(secret) && !stored[0].contains("account") && !stored[0].contains("argon2"));
    }

    async fn it_works_in_one_browser_and_for_ten_minutes(server: Server) {
        server.register("ada").await;
        let (browser, other) = (BrowserToken::issue(), BrowserToken::issue());
        let token = first_step(&server, PASSWORD, &browser).await.expect("a first step");
        assert!(!is_open(&server, &other, &token).await);
        assert!(proof::resume(&server.app, Holder::Program, &token).await.expect("asked").is_none());
        assert!(!is_open(&server, &browser, &FlowToken::issue()).await);
        server.app.clock.advance(599);
        assert!(is_open(&server, &browser, &token).await);
        server.app.clock.advance(1);
        assert!(!is_open(&server, &browser, &token).await);
        // A newer one takes the place of the one before.
        let first = first_step(&server, PASSWORD, &browser).await.expect("a first step");
        let second = first_step(&server, PASSWORD, &other).await.expect("a first step");
        assert!(!is_open(&server, &browser, &first).await && is_open(&server, &other, &second).await);
    }

    async fn it_dies_with_what_it_was_right_for(server: Server) {
        server.register("ada").await;
        let browser = BrowserToken::issue();
        let new = "another horse battery";
        let begin = async |password| first_step(&server, password, &browser).await.expect("a first step");
        let token = begin(PASSWORD).await;
        server.change("ada", AccountChange::Password(Secret::new(new))).await;
        assert!(!is_open(&server, &browser, &token).await);
        let token = begin(new).await;
        server.change("ada", AccountChange::Disable).await;
        assert!(!is_open(&server, &browser, &token).await);
        server.change("ada", AccountChange::Enable).await;
        assert!(!is_open(&server, &browser, &token).await, "it stays dead");
    }
}
