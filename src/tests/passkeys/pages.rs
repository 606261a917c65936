//! The pages: their forms carry what script puts into them.

use super::*;

const PAGE: &str = "/account/passkeys";

/// What the page hands to the authenticator.
fn asked_on(page: &str) -> Value {
    let (_, rest) = page.split_once(r#"data-asked=""#).expect("what is asked");
    let text = rest.split('"').next().expect("a value").replace("&quot;", "\"");
    serde_json::from_str(&text).expect("JSON")
}

/// What script asks for before it asks the authenticator.
async fn options(server: &Server, browser: &mut Browser, what: &str) -> Reply {
    let request = post(&format!("/passkey/{what}")).same_origin().cookie(&browser.cookies());
    browser.take(server.send(request).await)
}

/// A browser that is signed in to a new account with a passkey.
async fn owner_in_browser(server: &Server, name: &str, it: &mut Authenticator) -> Browser {
    let mut browser = Browser::new();
    let register = [("username", name), ("password", PASSWORD)];
    browser.post(server, "/register", &register).await.expect(303);
    browser.send_form(server, PAGE, "passkey_begin", &[]).await.expect(303);
    let page = browser.open(server, "/account/passkeys").await.expect(200).page();
    let credential = it.create(&asked_on(&page)).to_string();
    let fields = [("credential", credential.as_str()), ("passkey_name", "Key <1>")];
    browser.send_form(server, PAGE, "passkey_confirm", &fields).await.expect(303);
    browser
}

both! {
    async fn a_passkey_is_added_renamed_and_removed_on_its_page(server: Server) {
        let mut it = Authenticator::new();
        let mut browser = owner_in_browser(&server, "ada", &mut it).await;
        let page = browser.open(&server, "/account/passkeys").await.expect(200).page();
        assert!(page.contains("Key &lt;1&gt;") && !page.contains("data-asked"), "{page}");
        assert!(page.contains("data-known") && page.contains(&it.id()), "{page}");
        let id = server.sql("select id from passkeys").await.concat();
        let fields = [("passkey", id.as_str()), ("passkey_name", "")];
        let refused = browser.send_form(&server, PAGE, "passkey_rename", &fields).await.expect(422).page();
        assert!(refused.contains("Enter a name."), "{refused}");
        let fields = [("passkey", id.as_str()), ("passkey_name", "Phone")];
        browser.send_form(&server, PAGE, "passkey_rename", &fields).await.expect(303);
        let security = browser.open(&server, "/account/security").await.expect(200).page();
        assert!(security.contains("1 passkey"), "{security}");
        browser.send_form(&server, PAGE, "passkey_remove", &[("passkey", &id)]).await.expect(303);
        let page = browser.open(&server, "/account/passkeys").await.expect(200).page();
        assert!(page.contains("You have no passkey yet"), "{page}");
    }

    async fn a_wrong_answer_is_said_on_the_page(server: Server) {
        let mut browser = Browser::new();
        let register = [("username", "ada"), ("password", PASSWORD)];
        browser.post(&server, "/register", &register).await.expect(303);
        browser.send_form(&server, PAGE, "passkey_begin", &[]).await.expect(303);
        for credential in ["", "no JSON", "{}", r#"{"id":"AAAA","response":{"clientDataJSON":"","attestationObject":""}}"#] {
            let fields = [("credential", credential)];
            let refused = browser.send_form(&server, PAGE, "passkey_confirm", &fields).await.expect(422).page();
            assert!(refused.contains("data-asked"), "{refused}");
        }
    }

    async fn a_browser_signs_in_by_its_passkey(server: Server) {
        let mut it = Authenticator::new();
        owner_in_browser(&server, "ada", &mut it).await;
        let mut browser = Browser::new();
        let page = browser.open(&server, "/login?next=/account/devices").await.expect(200).page();
        assert!(page.contains(r#"data-passkey="login""#) && page.contains("username webauthn"), "{page}");
        let asked = options(&server, &mut browser, "login").await.expect(200);
        let asked = asked.json();
        let credential = it.get(&asked["public_key"]).to_string();
        // Another tab asks as well, and the first one goes on.
        options(&server, &mut browser, "login").await.expect(200);
        let fields = [
            ("ceremony", asked["ceremony"].as_str().expect("a text")),
            ("credential", &credential),
            ("next", "/account/devices"),
        ];
        let entered = browser.post(&server, "/login/passkey", &fields).await.expect(303);
        assert_eq!(entered.header("location"), "/account/devices");
        assert!(entered.session_cookie().is_some());
        let devices = browser.open(&server, "/account/devices").await;
        devices.expect(200);
    }

    async fn a_refused_passkey_is_said_on_the_page(server: Server) {
        let mut it = Authenticator::new();
        owner_in_browser(&server, "ada", &mut it).await;
        let mut browser = Browser::new();
        let post = async |browser: &mut Browser, asked: &Value, credential: &str| {
            let ceremony = asked["ceremony"].as_str().expect("a text");
            let fields = [("ceremony", ceremony), ("credential", credential), ("next", "/docs")];
            browser.post(&server, "/login/passkey", &fields).await
        };
        // Nothing was asked in this browser.
        let none = post(&mut browser, &json!({ "ceremony": "x" }), "{}").await.expect(422).page();
        assert!(none.contains(r#"data-form="login""#), "{none}");
        let asked = options(&server, &mut browser, "login").await.expect(200).json();
        let unknown = Authenticator::new().get(&asked["public_key"]).to_string();
        let page = post(&mut browser, &asked, &unknown).await.expect(401).page();
        // Any project of a developer may have made it.
        assert!(page.contains("belongs to no account here") && !page.contains("data-unknown"), "{page}");
        assert!(page.contains(r#"name="next" value="/docs""#), "{page}");
        // The challenge is spent with the answer.
        let right = it.get(&asked["public_key"]).to_string();
        let late = post(&mut browser, &asked, &right).await.expect(303);
        assert!(late.header("location").starts_with("/login?reason=late"), "{late:?}");
        let elsewhere = options(&server, &mut browser, "login").await.expect(200).json();
        let right = it.get(&elsewhere["public_key"]).to_string();
        let stolen = post(&mut Browser::new(), &elsewhere, &right).await.expect(303);
        assert_eq!(stolen.header("location"), "/login?reason=late&next=%2Fdocs");
        // Without any cookie, which the page looks for.
        let fields = [("ceremony", elsewhere["ceremony"].as_str().expect("a text")), ("credential", &*right)];
        let without = server.send(form("/login/passkey", &fields)).await.expect(303);
        assert_eq!(without.header("location"), "/login?reason=late&arrived");
        let own = post(&mut browser, &elsewhere, &right).await.expect(303);
        assert!(own.session_cookie().is_some());
    }

    /// Where the RP id is the public host, what nobody has there is of no use, and the browser is told.
    async fn a_browser_is_told_of_an_unknown_passkey(server: Server) {
        const PLACE: &str = "https://id.example.com";
        for (rp_id, is_told) in [("id.example.com", true), ("example.com", false)] {
            let (_, router) = server.again_with(|flags| {
                flags.public_url = Some(PLACE.into());
                flags.passkey_rp_id = Some(rp_id.into());
            }).await;
            let there = |request: Request| {
                let request = request.replace("host", "id.example.com").replace("origin", PLACE);
                request.replace("sec-fetch-site", "same-origin")
            };
            let reply = send(&router, there(post("/passkey/login"))).await.expect(200);
            let cookie = reply.cookie("__Host-flow").expect("that of a browser");
            let asked = reply.json();
            let mut stranger = Authenticator::new();
            stranger.origin = PLACE.into();
            let credential = stranger.get(&asked["public_key"]).to_string();
            let ceremony = asked["ceremony"].as_str().expect("a text");
            let fields = [("ceremony", ceremony), ("credential", &*credential)];
            let answer = there(form("/login/passkey", &fields)).cookie(&cookie);
            let page = send(&router, answer).await.expect(401).page();
            assert_eq!(page.contains("data-unknown"), is_told, "{page}");
        }
    }

    async fn a_second_step_takes_a_passkey(server: Server) {
        let mut it = Authenticator::new();
        let mut browser = owner_in_browser(&server, "ada", &mut it).await;
        let token = server.login("ada").await;
        crate::factors::enrol_in(&server, &token).await;
        browser = { drop(browser); Browser::new() };
        let login = [("identifier", "ada"), ("password", PASSWORD), ("next", "/account/devices")];
        browser.post(&server, "/login", &login).await.expect(303);
        let page = browser.open(&server, "/login/factor").await.expect(200).page();
        assert!(page.contains(r#"data-passkey="factor""#) && page.contains(r#"name="app_code""#), "{page}");
        let asked = options(&server, &mut browser, "factor").await.expect(200).json();
        let mut wrong = it.get(&asked["public_key"]);
        wrong["response"]["signature"] = json!("MEUCIQ");
        let wrong = wrong.to_string();
        let fields = [("ceremony", asked["ceremony"].as_str().expect("a text")), ("credential", &wrong)];
        let refused = browser.post(&server, "/login/factor", &fields).await.expect(401).page();
        assert!(refused.contains("This passkey was not accepted"), "{refused}");
        let asked = options(&server, &mut browser, "factor").await.expect(200).json();
        let right = it.get(&asked["public_key"]).to_string();
        let fields = [("ceremony", asked["ceremony"].as_str().expect("a text")), ("credential", &right)];
        let entered = browser.post(&server, "/login/factor", &fields).await.expect(303);
        assert_eq!(entered.header("location"), "/account/devices");
    }

    /// A page carries a form through the proof by a passkey.
    async fn a_passkey_confirms_on_the_page(server: Server) {
        let mut it = Authenticator::new();
        let mut browser = owner_in_browser(&server, "ada", &mut it).await;
        server.app.clock.advance(601);
        let asked = browser.send_form(&server, PAGE, "passkey_begin", &[]).await.expect(401).page();
        assert!(asked.contains(r#"data-form="passkey_proof""#) && asked.contains(r#"data-form="proof""#), "{asked}");
        let token = form_token(&asked, "passkey_proof");
        let options = options(&server, &mut browser, "proof").await.expect(200).json();
        let credential = it.get(&options["public_key"]).to_string();
        let fields = [
            ("form", "passkey_proof"),
            ("form_token", &token),
            ("then", "passkey_begin"),
            ("ceremony", options["ceremony"].as_str().expect("a text")),
            ("credential", &credential),
        ];
        let begun = browser.post(&server, "/account/confirm", &fields).await.expect(303);
        assert_eq!(begun.header("location"), "/account/passkeys");
        let page = browser.open(&server, "/account/passkeys").await.expect(200).page();
        assert!(page.contains("data-asked"), "{page}");
    }

    async fn what_is_asked_is_for_pages_of_ours(server: Server) {
        server.send(post("/passkey/login")).await.expect_problem(403, "cross_origin");
        let foreign = post("/passkey/login").header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
        server.send(foreign).await.expect_problem(403, "cross_origin");
        for (what, status) in [("factor", 410), ("proof", 404), ("other", 404)] {
            server.send(post(&format!("/passkey/{what}")).same_origin()).await.expect(status);
        }
        let away = server.send(get("/login/passkey").header("accept", "text/html")).await.expect(303);
        assert_eq!(away.header("location"), "/login");
    }
}
