//! The page, without script.

use super::*;

async fn sign_in(server: &Server, browser: &mut Browser, name: &str, next: &str) -> Reply {
    let fields = [("identifier", name), ("password", PASSWORD), ("next", next)];
    browser.post(server, "/login", &fields).await
}

/// Registers somebody in a browser, which waits.
async fn registered(server: &Server, name: &str) -> Browser {
    let mut browser = Browser::new();
    let address = address_of(name);
    let fields = [("username", name), ("email", &address), ("password", PASSWORD)];
    let led = browser.post(server, "/register", &fields).await.expect(303);
    assert_eq!((led.header("location"), led.session_cookie()), ("/verify", None));
    browser
}

async fn send(server: &Server, browser: &mut Browser, form: &str, field: (&str, &str)) -> Reply {
    browser.post(server, "/verify", &[("form", form), field]).await
}

both_with! { |flags| required(flags);
    async fn a_newcomer_waits_for_the_code(server: Server) {
        let page = server.send(get("/register").header("accept", "text/html")).await.expect(200).page();
        assert!(page.contains("Your account opens once you have confirmed"), "{page}");
        let email = r#"(?s)<input id="register-email"[^>]* required"#;
        assert!(regex::Regex::new(email).expect("an expression").is_match(&page), "{page}");
        let mut browser = registered(&server, "ada").await;
        browser.open(&server, "/account").await.expect(303);
        let page = browser.open(&server, "/verify").await.expect(200).page();
        assert!(page.contains("ada@example.org") && page.contains(r#"data-form="confirm_code""#), "{page}");
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        let refused = send(&server, &mut browser, "confirm_code", ("code", wrong(&code))).await.expect(401);
        assert!(refused.page().contains("This code is not right"), "{}", refused.text);
        send(&server, &mut browser, "confirm_code", ("code", "")).await.expect(422);
        send(&server, &mut browser, "confirm_again", ("code", "")).await.expect(429);
        let led = send(&server, &mut browser, "confirm_code", ("code", &code)).await.expect(303);
        assert_eq!(led.header("location"), "/account");
        browser.open(&server, "/account").await.expect(200);
        assert_eq!(browser.open(&server, "/verify").await.expect(303).header("location"), "/account");
    }

    async fn without_an_address_nobody_registers(server: Server) {
        let mut browser = Browser::new();
        let fields = [("username", "ada"), ("email", ""), ("password", PASSWORD)];
        let refused = browser.post(&server, "/register", &fields).await.expect(422);
        assert!(refused.page().contains(r##"href="#register-email""##), "{}", refused.text);
        assert_eq!(server.sql("select id from users").await, [""; 0]);
    }

    async fn a_link_in_the_same_browser_is_a_button(server: Server) {
        let mut browser = registered(&server, "ada").await;
        let (link, _) = mailed(&server.app, "ada@example.org").await;
        let led = browser.open(&server, &link).await.expect(303);
        assert_eq!(led.header("location"), "/verify");
        let page = browser.open(&server, "/verify").await.expect(200);
        assert!(page.page().contains(r#"data-form="confirm_link""#), "{}", page.text);
        assert_eq!(server.sql(CONFIRMED).await, [""; 0], "looking confirms nothing");
        let flow = hidden(&page.text, "flow");
        let led = send(&server, &mut browser, "confirm_link", ("flow", &flow)).await.expect(303);
        assert_eq!(led.header("location"), "/account");
        assert_eq!(server.sql(CONFIRMED).await, ["ada@example.org"]);
    }

    /// The mail is read on a phone: the password is asked for there, and both browsers go in.
    async fn a_link_in_another_browser_asks_for_the_password(server: Server) {
        let mut waits = registered(&server, "ada").await;
        let (link, _) = mailed(&server.app, "ada@example.org").await;
        let mut phone = Browser::new();
        assert_eq!(phone.open(&server, &link).await.expect(303).header("location"), "/account/address");
        phone.open(&server, "/account/address").await.expect(303);
        let led = sign_in(&server, &mut phone, "ada", "/account/address").await.expect(303);
        assert_eq!(led.header("location"), "/verify");
        let page = phone.open(&server, "/verify").await.expect(200);
        let flow = hidden(&page.text, "flow");
        let led = send(&server, &mut phone, "confirm_link", ("flow", &flow)).await.expect(303);
        assert_eq!(led.header("location"), "/account/address");
        // The link that is used says so, there too.
        let page = waits.open(&server, "/verify").await.expect(200).page();
        assert!(page.contains("is confirmed") && page.contains(r#"data-form="confirm_done""#), "{page}");
        let led = waits.post(&server, "/verify", &[("form", "confirm_done")]).await.expect(303);
        assert_eq!(led.header("location"), "/account");
        assert_eq!(server.sql(SESSIONS).await.len(), 2);
    }

    /// S9: somebody else's mailbox is not enough, and neither is somebody else's account.
    async fn a_link_of_another_account_confirms_nothing(server: Server) {
        newcomer(&server, "ada").await;
        let (link, _) = mailed(&server.app, "ada@example.org").await;
        let mut browser = registered(&server, "eve").await;
        browser.open(&server, &link).await.expect(303);
        let page = browser.open(&server, "/verify").await.expect(200).page();
        assert!(page.contains("This link belongs to another account"), "{page}");
        let token = link.strip_prefix("/go/").expect("a link");
        send(&server, &mut browser, "confirm_link", ("flow", token)).await.expect(410);
        assert_eq!((server.sql(CONFIRMED).await.len(), server.sql(SESSIONS).await.len()), (0, 0));
    }

    async fn the_address_is_mended_and_the_page_afterwards_is_kept(server: Server) {
        newcomer(&server, "adda").await;
        let mut browser = Browser::new();
        let led = sign_in(&server, &mut browser, "adda", "/account/devices").await.expect(303);
        assert_eq!(led.header("location"), "/verify");
        let refused = send(&server, &mut browser, "confirm_address", ("email", "nonsense")).await.expect(422);
        assert!(refused.page().contains(r#"value="nonsense""#), "{}", refused.text);
        send(&server, &mut browser, "confirm_address", ("email", "ada@example.org")).await.expect(303);
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        let led = send(&server, &mut browser, "confirm_code", ("code", &code)).await.expect(303);
        assert_eq!(led.header("location"), "/account/devices");
    }

    async fn without_a_sign_in_the_page_leads_to_it(server: Server) {
        let mut stranger = Browser::new();
        assert_eq!(stranger.open(&server, "/verify").await.expect(303).header("location"), "/login");
        let mut browser = registered(&server, "ada").await;
        // A flow of another browser is worth nothing.
        let stolen = browser.cookies();
        let only: Vec<_> = stolen.split("; ").filter(|pair| pair.contains("unconfirmed")).collect();
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        let taken = form("/verify", &[("form", "confirm_code"), ("code", &code)]).cookie(&only.join("; "));
        server.send(taken).await.expect(303);
        assert_eq!(server.sql(SESSIONS).await, [""; 0]);
        server.app.clock.advance(3_600);
        let led = browser.open(&server, "/verify").await.expect(303);
        assert_eq!(led.header("location"), "/login?reason=late");
    }

    async fn script_is_led_there_too(server: Server) {
        let filled = json!({ "username": "ada", "email": "ada@example.org", "password": PASSWORD });
        let reply = server.send(enter("register", filled).cookie(KEPT)).await.expect(200);
        assert_eq!(reply.json(), json!({ "next": "/verify" }));
        assert!(reply.session_cookie().is_none());
        let reply = server.send(enter("login", json!({ "identifier": "ada", "password": PASSWORD })).cookie(KEPT)).await;
        assert_eq!(reply.expect(200).json(), json!({ "next": "/verify" }));
    }
}
