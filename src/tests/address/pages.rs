//! The page of the address, without script.

use super::*;

/// Signs in with a browser.
pub(super) async fn browser(server: &Server, name: &str) -> Browser {
    let mut browser = Browser::new();
    let fields = [("identifier", name), ("password", PASSWORD)];
    browser.post(server, "/login", &fields).await.expect(303);
    browser
}

/// Sends a form of the page.
pub(super) async fn send(
    server: &Server,
    browser: &mut Browser,
    name: &str,
    filled: &[(&str, &str)],
) -> Reply {
    let page = browser.open(server, "/account/address").await.expect(200).text;
    let token = form_token(&page, name);
    let mut fields = vec![("form", name), ("form_token", &*token)];
    fields.extend(filled);
    browser.post(server, "/account/address", &fields).await
}

both! {
    async fn the_link_leads_to_a_button(server: Server) {
        newcomer(&server, "ada", "ada@example.org").await;
        let (link, _) = newest(&server.app).await;
        let mut browser = browser(&server, "ada").await;
        for _ in 0..2 {
            let led = browser.open(&server, &link).await.expect(303);
            assert_eq!(led.header("location"), "/account/address");
        }
        let page = browser.open(&server, "/account/address").await.expect(200);
        assert!(page.page().contains("Confirm this address"), "{}", page.text);
        assert_eq!(server.sql("select id from user_emails where verified_at is not null").await, [""; 0]);
        let (shown, flow) = (page.text.clone(), hidden(&page.text, "flow"));
        let done = send(&server, &mut browser, "verify_link", &[("flow", &flow)]).await.expect(303);
        assert_eq!(done.header("location"), "/account");
        let page = browser.open(&server, "/account").await.expect(200).page();
        assert!(page.contains("Your address is confirmed."), "{page}");
        // The same form once more, and the same link: it is confirmed, which is all that was wanted.
        let token = form_token(&shown, "verify_link");
        let again = [("form", "verify_link"), ("form_token", &token), ("flow", &flow)];
        browser.post(&server, "/account/address", &again).await.expect(303);
        let led = browser.open(&server, &link).await.expect(303);
        assert_eq!(led.header("location"), "/account/address");
        let page = browser.open(&server, "/account/address").await.expect(200).page();
        assert!(page.contains("main address"), "{page}");
    }

    /// With script a dialog asks for the proof, and without it a page does.
    async fn a_new_address_asks_for_a_recent_proof(server: Server) {
        server.register("ada").await;
        let mut browser = browser(&server, "ada").await;
        server.app.clock.advance(600);
        let page = browser.open(&server, "/account/address").await.expect(200).page();
        assert!(page.contains(r#"<dialog id="proof""#), "{page}");
        let asked = send(&server, &mut browser, "address", &[("email", "ada@example.org")]).await.expect(401).page();
        assert!(asked.contains(r#"data-form="proof""#) && asked.contains(r#"value="ada@example.org""#), "{asked}");
        assert_eq!(server.sql("select id from user_emails").await, [""; 0]);
    }

    async fn a_link_of_another_account_confirms_nothing(server: Server) {
        newcomer(&server, "ada", "ada@example.org").await;
        let (link, _) = newest(&server.app).await;
        server.register("eve").await;
        let mut browser = browser(&server, "eve").await;
        browser.open(&server, &link).await.expect(303);
        let page = browser.open(&server, "/account/address").await.expect(200).page();
        assert!(page.contains("This link belongs to another account"), "{page}");
        assert!(!page.contains(r#"data-form="verify_link""#), "{page}");
    }

    /// A form of a link that a newer mail has replaced meanwhile, in another tab.
    async fn a_link_that_is_over_says_so(server: Server) {
        let token = newcomer(&server, "ada", "ada@example.org").await;
        let (link, _) = newest(&server.app).await;
        let mut browser = browser(&server, "ada").await;
        browser.open(&server, &link).await.expect(303);
        let page = browser.open(&server, "/account/address").await.expect(200).text;
        let (form_token, flow) = (form_token(&page, "verify_link"), hidden(&page, "flow"));
        server.app.clock.advance(60);
        let path = verification(&server, &token).await;
        server.send(post(&path).bearer(&token)).await.expect(202);
        let fields = [("form", "verify_link"), ("form_token", &form_token), ("flow", &flow)];
        let over = browser.post(&server, "/account/address", &fields).await.expect(410).page();
        assert!(over.contains("was used already"), "{over}");
        assert!(over.contains(r#"data-form="verify_code""#), "{over}");
    }

    async fn code_typo_and_another_mail_are_forms(server: Server) {
        newcomer(&server, "ada", "adda@example.org").await;
        let mut browser = browser(&server, "ada").await;
        let refused = send(&server, &mut browser, "verify_code", &[("code", "0000 0000")]).await.expect(401);
        assert!(refused.page().contains("This code is not right"), "{}", refused.text);
        send(&server, &mut browser, "verify_again", &[]).await.expect(429);
        let page = browser.open(&server, "/account/address").await.expect(200).text;
        let address = hidden(&page, "address");
        send(&server, &mut browser, "address_remove", &[("address", &address)]).await.expect(303);
        send(&server, &mut browser, "address", &[("email", "nonsense")]).await.expect(422);
        let sent = send(&server, &mut browser, "address", &[("email", "ada@example.org")]).await.expect(303);
        assert_eq!(sent.header("location"), "/account/address");
        let (_, code) = newest(&server.app).await;
        send(&server, &mut browser, "verify_code", &[("code", &code)]).await.expect(303);
        let page = browser.open(&server, "/account/address").await.expect(200).page();
        assert!(page.contains("main address"), "{page}");
    }
}
