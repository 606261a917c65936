//! The pages, without script.

use super::*;

/// Asks for a mail in a browser; answers the secret of its form.
async fn asked(server: &Server, browser: &mut Browser, next: &str) -> String {
    let path = format!("/login/mail?next={next}");
    let page = browser.open(server, &path).await.expect(200);
    assert_eq!(hidden(&page.text, "next"), next);
    let fields = [("identifier", "ada"), ("next", next)];
    let led = browser.post(server, "/login/mail", &fields).await.expect(303);
    let page = browser.open(server, led.header("location")).await.expect(200);
    hidden(&page.text, "flow")
}

both_with! { |flags| allowed(flags);
    async fn the_code_is_typed_where_it_was_asked_for(server: Server) {
        confirmed(&server, "ada").await;
        let page = server.send(get("/login").header("accept", "text/html")).await.expect(200).page();
        assert!(page.contains(r#"href="/login/mail""#), "{page}");
        let mut browser = Browser::new();
        let flow = asked(&server, &mut browser, "/account/devices").await;
        let code = newest(&server.app).await;
        // In another browser the same form is worth nothing.
        let mut other = Browser::new();
        let given = [("flow", &*flow), ("code", &*code), ("next", "/account/devices")];
        other.post(&server, "/login/code", &given).await.expect(401);
        let refused = browser.post(&server, "/login/code", &[("flow", &flow), ("code", wrong(&code))]).await.expect(401);
        assert!(refused.page().contains("This code is not right"), "{}", refused.text);
        browser.post(&server, "/login/code", &[("flow", &flow), ("code", "12")]).await.expect(422);
        let led = browser.post(&server, "/login/code", &given).await.expect(303);
        assert_eq!(led.header("location"), "/account/devices");
        browser.open(&server, "/account/devices").await.expect(200);
        assert_eq!(browser.open(&server, "/login/mail").await.expect(303).header("location"), "/account");
        // What was begun in the browser ended with the sign-in.
        assert!(!browser.cookies().contains("mail_code"), "{}", browser.cookies());
    }

    async fn a_place_that_is_not_ours_is_left_out(server: Server) {
        confirmed(&server, "ada").await;
        let mut browser = Browser::new();
        let page = browser.open(&server, "/login/mail?next=https://evil.example/").await.expect(200);
        assert_eq!(hidden(&page.text, "next"), "/account");
        browser.post(&server, "/login/mail", &[("identifier", "ada")]).await.expect(303);
        let flow = hidden(&browser.open(&server, "/login/code").await.expect(200).text, "flow");
        let code = newest(&server.app).await;
        let given = [("flow", &*flow), ("code", &*code), ("next", "//evil.example")];
        let led = browser.post(&server, "/login/code", &given).await.expect(303);
        assert_eq!(led.header("location"), "/account");
    }

    async fn without_an_attempt_the_page_leads_to_the_sign_in(server: Server) {
        let mut browser = Browser::new();
        assert_eq!(browser.open(&server, "/login/code").await.expect(303).header("location"), "/login");
    }
}
