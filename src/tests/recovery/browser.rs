//! The secret to which flows of a browser are bound ends with each sign-in and sign-out.

use super::*;

const COOKIE: &str = "vestibule_flow_3000";

/// The secret that a browser has.
fn secret(browser: &Browser) -> Option<String> {
    let cookies = browser.cookies();
    let mut pairs = cookies.split("; ").filter_map(|pair| pair.split_once('='));
    pairs.find_map(|(name, value)| (name == COOKIE).then(|| value.to_owned()))
}

async fn forget(server: &Server, browser: &mut Browser) {
    browser.post(server, "/forgot", &[("identifier", "ada")]).await.expect(303);
}

both! {
    async fn it_ends_with_a_sign_in_and_a_sign_out(server: Server) {
        confirmed(&server, "ada").await;
        let mut browser = Browser::new();
        forget(&server, &mut browser).await;
        let (_, code) = newest(&server.app).await;
        let first = secret(&browser).expect("a secret");
        let flow = hidden(&browser.open(&server, "/forgot/code").await.expect(200).text, "flow");
        browser.post(&server, "/login", &[("identifier", "ada"), ("password", PASSWORD)]).await.expect(303);
        assert_eq!(secret(&browser), None);
        // What was begun before the sign-in does not go on after it.
        let fields = [("flow", &*flow), ("code", &*code)];
        browser.post(&server, "/forgot/code", &fields).await.expect(401);
        forget(&server, &mut browser).await;
        let second = secret(&browser).expect("another secret");
        assert_ne!(first, second);
        let page = browser.open(&server, "/account").await.expect(200).text;
        assert_eq!(secret(&browser).as_ref(), Some(&second), "looking ends nothing");
        let token = form_token(&page, "logout");
        browser.post(&server, "/logout", &[("form", "logout"), ("form_token", &token)]).await.expect(303);
        assert_eq!(secret(&browser), None);
    }

    async fn by_script_and_by_the_api_too(server: Server) {
        server.register("ada").await;
        let cookie = format!("{COOKIE}={}", "A".repeat(43));
        let entered = enter("login", json!({ "identifier": "ada", "password": PASSWORD })).cookie(&cookie);
        let by_script = server.send(entered).await.expect(200);
        let body = json!({ "identifier": "ada", "password": PASSWORD, "session": "cookie" });
        let by_api = server.send(post("/api/v1/login").json(body).same_origin().cookie(&cookie)).await.expect(200);
        let session = by_api.session_cookie().expect("a session");
        let both = format!("{session}; {cookie}");
        let out = server.send(post("/api/v1/logout").same_origin().cookie(&both)).await.expect(204);
        for reply in [&by_script, &by_api, &out] {
            assert_eq!(reply.cookie(COOKIE), Some(format!("{COOKIE}=")));
        }
    }

    /// A browser without flows has nothing to end.
    async fn a_browser_without_one_gets_none(server: Server) {
        server.register("ada").await;
        let mut browser = Browser::new();
        browser.post(&server, "/login", &[("identifier", "ada"), ("password", PASSWORD)]).await.expect(303);
        assert_eq!(secret(&browser), None);
    }
}
