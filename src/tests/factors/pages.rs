//! The pages: without script, and with it.

use super::*;

const PAGE: &str = "/account/factor";

/// Signs in on the page as far as the password reaches.
async fn half(server: &Server, browser: &mut Browser, name: &str, next: &str) -> Reply {
    let login = [("identifier", name), ("password", PASSWORD), ("next", next)];
    browser.post(server, "/login", &login).await
}

/// A browser that is signed in to a new account.
async fn newcomer(server: &Server, name: &str) -> Browser {
    let mut browser = Browser::new();
    let register = [("username", name), ("password", PASSWORD)];
    browser.post(server, "/register", &register).await.expect(303);
    browser
}

/// The key that the page shows.
pub(super) fn key(page: &str) -> String {
    let (_, rest) = page.split_once(r#"class="key""#).expect("the key");
    let (_, rest) = rest.split_once('>').expect("a text");
    rest.split('<').next().expect("a text").replace(' ', "")
}

/// The codes that the page shows.
fn codes(page: &str) -> Vec<String> {
    let (_, rest) = page.split_once(r#"id="codes-text""#).expect("the codes");
    let (_, rest) = rest.split_once('>').expect("a text");
    rest.split('<').next().expect("a text").lines().map(str::to_owned).collect()
}

/// Sets up an app on the pages; answers its seed and the recovery codes.
async fn enrol_on_pages(server: &Server, browser: &mut Browser) -> (String, Vec<String>) {
    browser.send_form(server, PAGE, "totp_begin", &[]).await.expect(303);
    let page = browser.open(server, "/account/factor").await.expect(200).page();
    let secret = key(&page);
    assert!(page.contains(r#"class="qr""#), "{page}");
    let wrong = browser
        .send_form(server, PAGE, "totp_confirm", &[("app_code", "000000")])
        .await
        .expect(401)
        .page();
    assert_eq!(key(&wrong), secret);
    let code = app_code(&secret, server.app.clock.now_s());
    let confirmed =
        browser.send_form(server, PAGE, "totp_confirm", &[("app_code", &code)]).await.expect(303);
    assert_eq!(confirmed.header("location"), "/account/factor");
    let page = browser.open(server, "/account/factor").await.expect(200).page();
    (secret, codes(&page))
}

both! {
    async fn an_app_is_set_up_without_script(server: Server) {
        let mut browser = newcomer(&server, "ada").await;
        let (secret, shown) = enrol_on_pages(&server, &mut browser).await;
        assert_eq!(shown.len(), 10);
        // Again until they are kept, and in no other browser.
        let page = browser.open(&server, "/account/factor").await.expect(200).page();
        assert_eq!(codes(&page), shown);
        server.app.clock.advance(569);
        let page = browser.open(&server, "/account/factor").await.expect(200).page();
        assert_eq!(codes(&page), shown);
        let mut other = Browser::new();
        half(&server, &mut other, "ada", "").await.expect(303);
        server.app.clock.advance(30);
        let code = app_code(&secret, server.app.clock.now_s());
        other.post(&server, "/login/factor", &[("app_code", &code)]).await.expect(303);
        let page = other.open(&server, "/account/factor").await.expect(200).page();
        assert!(!page.contains("codes-text") && !page.contains(&shown[0]), "{page}");
        assert!(page.contains("10 recovery codes left"), "{page}");
        browser.send_form(&server, PAGE, "codes_kept", &[]).await.expect(303);
        let page = browser.open(&server, "/account/factor").await.expect(200).page();
        assert!(!page.contains("codes-text"), "{page}");
    }

    async fn new_codes_are_shown_for_ten_minutes(server: Server) {
        let mut browser = newcomer(&server, "ada").await;
        enrol_on_pages(&server, &mut browser).await;
        server.app.clock.advance(600);
        let page = browser.open(&server, "/account/factor").await.expect(200).page();
        assert!(!page.contains("codes-text"), "{page}");
    }

    /// An app stays in use while another one is being set up.
    async fn a_replacement_hides_nothing(server: Server) {
        let mut browser = newcomer(&server, "ada").await;
        enrol_on_pages(&server, &mut browser).await;
        browser.send_form(&server, PAGE, "totp_begin", &[]).await.expect(303);
        let page = browser.open(&server, "/account/factor").await.expect(200).page();
        for form in ["totp_confirm", "totp_remove", "codes_new"] {
            assert!(page.contains(&format!(r#"data-form="{form}""#)), "{form}: {page}");
        }
    }

    async fn a_sign_in_has_a_second_page_without_script(server: Server) {
        let mut owner = newcomer(&server, "ada").await;
        let (secret, recovery) = enrol_on_pages(&server, &mut owner).await;
        let mut browser = Browser::new();
        let begun = half(&server, &mut browser, "ada", "/account/devices").await.expect(303);
        assert_eq!(begun.header("location"), "/login/factor");
        assert!(begun.session_cookie().is_none());
        let page = browser.open(&server, "/login/factor").await.expect(200).page();
        assert!(page.contains(r#"name="app_code""#) && page.contains(r#"name="recovery_code""#), "{page}");
        let post = async |browser: &mut Browser, name: &str, code: &str| {
            browser.post(&server, "/login/factor", &[(name, code)]).await
        };
        post(&mut browser, "app_code", "12").await.expect(422);
        let wrong = post(&mut browser, "app_code", "000000").await.expect(401);
        assert!(!wrong.text.contains("000000"), "nothing typed comes back");
        let wrong = post(&mut browser, "recovery_code", "AAAA-AAAA-AAAA-AAAA").await.expect(401).page();
        let details = wrong.split_once("<details").expect("the other way").1.split('>').next().expect("a tag");
        assert!(details.contains(" open"), "{details}");
        server.app.clock.advance(30);
        let code = app_code(&secret, server.app.clock.now_s());
        let opened = post(&mut browser, "app_code", &code).await.expect(303);
        assert_eq!(opened.header("location"), "/account/devices");
        browser.open(&server, "/account").await.expect(200);
        assert!(!browser.cookies().contains("vestibule_pending"), "{}", browser.cookies());
        // It leads on who is signed in, and back who has not begun.
        let on = browser.open(&server, "/login/factor").await.expect(303);
        assert_eq!(on.header("location"), "/account");
        let back = Browser::new().open(&server, "/login/factor").await.expect(303);
        assert_eq!(back.header("location"), "/login");
        let mut second = Browser::new();
        half(&server, &mut second, "ada", "https://evil.example/").await.expect(303);
        let opened = post(&mut second, "recovery_code", &recovery[0]).await.expect(303);
        assert_eq!(opened.header("location"), "/account");
    }

    /// Neither half is worth anything in another browser.
    async fn it_goes_on_in_the_browser_that_began(server: Server) {
        let mut owner = newcomer(&server, "ada").await;
        let (secret, _) = enrol_on_pages(&server, &mut owner).await;
        let mut browser = Browser::new();
        half(&server, &mut browser, "ada", "").await.expect(303);
        let cookies = browser.cookies();
        let cookie = |name: &str| cookies.split("; ").find(|pair| pair.starts_with(name)).expect("a cookie").to_owned();
        server.app.clock.advance(30);
        let code = app_code(&secret, server.app.clock.now_s());
        let pending = cookie("vestibule_pending_3000");
        for some in [pending.clone(), cookie("vestibule_flow_3000"), format!("{pending}; vestibule_flow_3000={}", "A".repeat(43))] {
            let reply = server.send(form("/login/factor", &[("app_code", &code)]).cookie(&some)).await;
            assert_eq!(reply.expect(303).header("location"), "/login?reason=late");
        }
        let flow = pending.split_once('=').expect("a value").1;
        server.send(super::second(flow, &code)).await.expect_problem(410, "flow_over");
        // A newer sign-in in the same browser takes its place.
        let old = browser.cookies();
        half(&server, &mut browser, "ada", "").await.expect(303);
        let late = server.send(form("/login/factor", &[("app_code", &code), ("next", "/account/devices")]).cookie(&old)).await;
        assert_eq!(late.expect(303).header("location"), "/login?reason=late&next=%2Faccount%2Fdevices");
        browser.post(&server, "/login/factor", &[("app_code", &code)]).await.expect(303);
    }

    async fn script_sends_both_steps(server: Server) {
        let mut owner = newcomer(&server, "ada").await;
        let (secret, _) = enrol_on_pages(&server, &mut owner).await;
        let mut browser = Browser::new();
        let login = enter("login", json!({ "identifier": "ada", "password": PASSWORD })).cookie(&browser.cookies());
        let begun = server.send(login).await.expect(200);
        assert_eq!(begun.json(), json!({ "next": "/login/factor" }));
        browser.take(begun);
        let code = |code: &str| enter("factor", json!({ "app_code": code }));
        let wrong = server.send(code("000000").cookie(&browser.cookies())).await.expect(401).json();
        assert_eq!(wrong["fields"][0]["field"], "app_code");
        server.app.clock.advance(30);
        let right = app_code(&secret, server.app.clock.now_s());
        let opened = server.send(code(&right).cookie(&browser.cookies())).await.expect(200);
        assert!(opened.json()["access_token"].is_string() && opened.session_cookie().is_some());
    }

    /// What needs a fresh proof asks for password and code on one page, and then for the rest again.
    async fn a_proof_on_a_page_asks_for_both(server: Server) {
        let mut browser = newcomer(&server, "ada").await;
        let (secret, _) = enrol_on_pages(&server, &mut browser).await;
        browser.send_form(&server, PAGE, "codes_kept", &[]).await.expect(303);
        server.app.clock.advance(630);
        let asked = browser.send_form(&server, PAGE, "totp_remove", &[]).await.expect(401).page();
        let token = form_token(&asked, "factor_proof");
        let code = app_code(&secret, server.app.clock.now_s());
        let prove = |code: &str| {
            [("form", "factor_proof"), ("form_token", &token), ("then", "totp_remove"), ("password", PASSWORD), ("app_code", code)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        let post = async |browser: &mut Browser, fields: [(String, String); 5]| {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            browser.post(&server, "/account/confirm", &fields).await
        };
        post(&mut browser, prove("000000")).await.expect(401);
        let done = post(&mut browser, prove(&code)).await.expect(303);
        assert_eq!(done.header("location"), "/account/factor");
        let page = browser.open(&server, "/account/factor").await.expect(200).page();
        assert!(page.contains(r#"data-form="totp_begin""#) && !page.contains(r#"data-form="totp_remove""#), "{page}");
    }

    /// A new password without script: the proof first, and then the passwords, which are not carried.
    async fn a_new_password_without_script_is_asked_for_after_the_proof(server: Server) {
        let mut browser = newcomer(&server, "ada").await;
        let (secret, _) = enrol_on_pages(&server, &mut browser).await;
        server.app.clock.advance(630);
        let page = browser.open(&server, "/account/password").await.expect(200).page();
        let token = form_token(&page, "password");
        let change = [("form", "password"), ("form_token", &token), ("current_password", PASSWORD), ("new_password", "another horse battery")];
        let asked = browser.post(&server, "/account/password", &change).await.expect(401).page();
        assert!(!asked.contains("another horse"), "{asked}");
        let (token, code) = (form_token(&asked, "factor_proof"), app_code(&secret, server.app.clock.now_s()));
        let prove = [("form", "factor_proof"), ("form_token", &*token), ("then", "password"), ("password", PASSWORD), ("app_code", &code)];
        let proven = browser.post(&server, "/account/confirm", &prove).await.expect(303);
        assert_eq!(proven.header("location"), "/account/password");
        let page = browser.open(&server, "/account/password").await.expect(200).page();
        let token = form_token(&page, "password");
        let change = [("form", "password"), ("form_token", &token), ("current_password", PASSWORD), ("new_password", "another horse battery")];
        browser.post(&server, "/account/password", &change).await.expect(303);
    }
}
