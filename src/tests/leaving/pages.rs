//! The pages, with script and without.

use super::*;

/// The cookie with the secret that keeps an account.
const COOKIE: &str = "vestibule_leaving_3000";

fn page(path: &str) -> Request {
    get(path).header("accept", "text/html")
}

both! {
    async fn it_works_without_script(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let shown = server.send(page("/account/data").cookie(&cookie)).await.expect(200).text;
        let token = form_token(&shown, "leave");
        let fields = |name| [("form", "leave"), ("form_token", token.as_str()), ("confirm", name)];
        let wrong = server.send(form("/account/data", &fields("eve")).cookie(&cookie)).await.expect(422);
        assert!(wrong.text.contains("This is not your username."), "{}", wrong.text);
        let left = server.send(form("/account/data", &fields("ada")).cookie(&cookie)).await.expect(303);
        assert_eq!(left.header("location"), "/");

        let mut browser = Browser::new();
        let sign_in = [("identifier", "ada"), ("password", PASSWORD)];
        let refused = browser.post(&server, "/login", &sign_in).await.expect(303);
        assert!(refused.header("location").starts_with("/leaving"), "{refused:?}");
        assert_eq!(refused.session_cookie(), None);
        let offered = browser.open(&server, "/leaving").await.expect(200).text;
        assert!(offered.contains("Keep your account?") && offered.contains("ada"), "{offered}");
        // Another browser has nothing to keep it with.
        server.send(page("/leaving")).await.expect(303);
        server.send(form("/leaving", &[("form", "keep")])).await.expect(303);
        assert_eq!(server.sql("select 'a row' from deletions").await.len(), 1);
        let kept = browser.post(&server, "/leaving", &[("form", "keep")]).await.expect(303);
        assert_eq!(kept.header("location"), "/login?reason=kept");
        let shown = browser.open(&server, "/login?reason=kept").await.expect(200).text;
        assert!(shown.contains("Your account stays."), "{shown}");
        server.browser("ada").await;
    }

    /// Somebody else at this browser keeps nothing.
    async fn what_keeps_it_is_forgotten_by_going(server: Server) {
        server.register("ada").await;
        leave(&server, "ada").await;
        let mut browser = Browser::new();
        browser.post(&server, "/login", &[("identifier", "ada"), ("password", PASSWORD)]).await.expect(303);
        assert!(browser.cookies().contains(COOKIE), "{}", browser.cookies());
        let shown = browser.open(&server, "/leaving").await.expect(200).text;
        assert!(shown.contains(r#"href="/leaving?go=1""#), "{shown}");
        let gone = browser.open(&server, "/leaving?go=1").await.expect(303);
        assert_eq!(gone.header("location"), "/");
        assert!(!browser.cookies().contains(COOKIE), "{}", browser.cookies());
        assert_eq!(browser.open(&server, "/leaving").await.expect(303).header("location"), "/login");
        assert_eq!(server.sql("select 'a row' from deletions").await.len(), 1);
    }

    async fn what_keeps_it_is_forgotten_by_a_sign_in_and_a_sign_out(server: Server) {
        server.register("ada").await;
        server.register("eve").await;
        leave(&server, "ada").await;
        let ada = [("identifier", "ada"), ("password", PASSWORD)];
        let eve = [("identifier", "eve"), ("password", PASSWORD)];
        let mut browser = Browser::new();
        browser.post(&server, "/login", &ada).await.expect(303);
        assert!(browser.cookies().contains(COOKIE), "{}", browser.cookies());
        browser.post(&server, "/login", &eve).await.expect(303);
        assert!(!browser.cookies().contains(COOKIE), "{}", browser.cookies());
        browser.post(&server, "/login", &ada).await.expect(303);
        assert!(browser.cookies().contains(COOKIE), "{}", browser.cookies());
        let shown = browser.open(&server, "/account").await.expect(200).text;
        let token = form_token(&shown, "logout");
        browser.post(&server, "/logout", &[("form", "logout"), ("form_token", &token)]).await.expect(303);
        assert!(!browser.cookies().contains(COOKIE), "{}", browser.cookies());
    }

    async fn a_late_press_says_that_the_account_is_not_kept(server: Server) {
        server.register("ada").await;
        leave(&server, "ada").await;
        let mut browser = Browser::new();
        browser.post(&server, "/login", &[("identifier", "ada"), ("password", PASSWORD)]).await.expect(303);
        server.app.clock.advance(600);
        let late = browser.post(&server, "/leaving", &[("form", "keep")]).await.expect(303);
        // By now the browser has dropped the cookie itself.
        let without = server.send(form("/leaving", &[("form", "keep")])).await.expect(303);
        for reply in [late, without] {
            assert_eq!(reply.header("location"), "/login?reason=not_kept");
        }
        let shown = browser.open(&server, "/login?reason=not_kept").await.expect(200).text;
        assert!(shown.contains("Your account will still be deleted."), "{shown}");
    }

    async fn it_works_with_script(server: Server) {
        server.register("ada").await;
        let token = server.login("ada").await;
        let acted = server.send(act("leave", json!({ "confirm": "ada" })).bearer(&token)).await.expect(200).json();
        assert_eq!(acted["next"], "/");
        let sign_in = enter("login", json!({ "identifier": "ada", "password": PASSWORD }));
        let entered = server.send(sign_in).await.expect(200);
        // The secret is in a cookie, which script cannot read.
        let next = entered.json()["next"].as_str().expect("a page").to_owned();
        assert_eq!(entered.json(), json!({ "next": next }));
        assert!(next.starts_with("/leaving"), "{next}");
        assert_eq!(entered.session_cookie(), None);
        let cookies: Vec<_> = entered.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok()).collect();
        assert!(cookies.iter().any(|line| line.starts_with("vestibule_leaving_3000=") && line.contains("HttpOnly")), "{cookies:?}");
    }

    async fn an_old_proof_is_asked_for_again(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        server.app.clock.advance(601);
        let shown = server.send(page("/account/data").cookie(&cookie)).await.expect(200).text;
        let token = form_token(&shown, "leave");
        let fields = [("form", "leave"), ("form_token", token.as_str()), ("confirm", "ada")];
        let asked = server.send(form("/account/data", &fields).cookie(&cookie)).await.expect(401).text;
        let token = form_token(&asked, "proof");
        let fields = [
            ("form", "proof"), ("then", "leave"), ("form_token", token.as_str()), ("confirm", "ada"),
            ("password", PASSWORD),
        ];
        let left = server.send(form("/account/confirm", &fields).cookie(&cookie)).await.expect(303);
        assert_eq!(left.header("location"), "/");
        assert_eq!(server.sql("select 'a row' from deletions").await.len(), 1);
    }
}
