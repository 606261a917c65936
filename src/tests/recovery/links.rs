//! Links of mails: scanners use none of them up, and their tokens leave the address bar (S79).

use super::*;

fn page(path: &str) -> Request {
    get(path).header("accept", "text/html")
}

both! {
    async fn s79_looking_spends_nothing(server: Server) {
        confirmed(&server, "ada").await;
        begin(&server, "ada").await;
        let (link, _) = newest(&server.app).await;
        let before = server.sql("select state || tries || coalesce(spent_at, 0) from flows").await;
        for _ in 0..3 {
            let head = Request::new(http::Method::HEAD, &link);
            assert_eq!(server.send(head).await.expect(303).header("location"), "/reset?arrived");
            let mut browser = Browser::new();
            browser.open(&server, &link).await.expect(303);
            let shown = browser.open(&server, "/reset").await.expect(200).page();
            assert!(shown.contains("This was asked for on"), "{shown}");
            // A scanner that presses the button has no password to give.
            let token = hidden(&shown, "link");
            browser.post(&server, "/reset", &[("link", &token)]).await.expect(422);
        }
        assert_eq!(server.sql("select state || tries || coalesce(spent_at, 0) from flows").await, before);
        let mut browser = Browser::new();
        browser.open(&server, &link).await.expect(303);
        let token = hidden(&browser.open(&server, "/reset").await.expect(200).text, "link");
        let fields = [("link", &*token), ("new_password", OTHER)];
        let done = browser.post(&server, "/reset", &fields).await.expect(303);
        assert_eq!(done.header("location"), "/login?reason=reset");
        assert_eq!(done.cookie("vestibule_link_3000").as_deref(), Some("vestibule_link_3000="));
        assert!(!browser.cookies().contains("vestibule_link"), "{}", browser.cookies());
        server.send(sign_in("ada", OTHER)).await.expect(200);
    }

    async fn the_token_leaves_the_address_bar(server: Server) {
        confirmed(&server, "ada").await;
        begin(&server, "ada").await;
        let (link, _) = newest(&server.app).await;
        let moved = server.send(page(&link).cookie(KEPT)).await.expect(303);
        let names = ["location", "referrer-policy", "cache-control", "x-robots-tag"];
        let headers = names.map(|name| moved.header(name));
        assert_eq!(headers, ["/reset", "no-referrer", "no-store", "none"]);
        let cookie = moved.header("set-cookie");
        let named = format!("vestibule_link_3000={};", token(&link));
        for part in [&*named, "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
    }

    async fn a_link_that_opens_nothing_is_over_whatever_it_is(server: Server) {
        let mut answers = Vec::new();
        for token in ["nonsense", &"A".repeat(43), &"%2e%2e%2f".repeat(20)] {
            let gone = server.send(page(&format!("/go/{token}"))).await.expect(303);
            answers.push((gone.header("location").to_owned(), gone.header("set-cookie").to_owned()));
        }
        assert!(answers.iter().all(|answer| *answer == ("/go".to_owned(), String::new())), "{answers:?}");
        let shown = server.send(page("/go")).await.expect(410).page();
        assert!(shown.contains("This link no longer works"), "{shown}");
        server.send(page("/reset")).await.expect(410);
        // With a password that the policy refuses, too; a program is told of its password first.
        let token = "A".repeat(43);
        server.send(form("/reset", &[("link", &token), ("new_password", "short")])).await.expect(410);
        server.send(replace(&token, "short")).await.expect_problem(422, "invalid_input");
        server.send(replace(&token, OTHER)).await.expect_problem(410, "flow_over");
    }

    /// A secret of another purpose is none: the links of the service are of several kinds.
    async fn a_link_of_another_purpose_opens_nothing(server: Server) {
        let set_up = vestibule::server::service::setup::new_link(&server.app, Agent::System).await;
        let set_up = set_up.expect("asked").expect("no admin yet");
        let gone = server.send(page(&format!("/go/{}", set_up.expose()))).await.expect(303);
        assert_eq!(gone.header("location"), "/go");
        let fields = [("link", set_up.expose()), ("new_password", OTHER)];
        server.send(form("/reset", &fields)).await.expect(410);
    }

    async fn without_script_it_takes_three_forms(server: Server) {
        confirmed(&server, "ada").await;
        let mut browser = Browser::new();
        let login = browser.open(&server, "/login").await.expect(200).page();
        assert!(login.contains(r#"<a href="/forgot">"#), "{login}");
        browser.open(&server, "/forgot").await.expect(200);
        let asked = browser.post(&server, "/forgot", &[("identifier", "ada")]).await.expect(303);
        assert_eq!(asked.header("location"), "/forgot/code");
        let (_, code) = newest(&server.app).await;
        let flow = hidden(&browser.open(&server, "/forgot/code").await.expect(200).text, "flow");
        // In another browser the same form proves nothing (S80).
        let mut other = Browser::new();
        let fields = [("flow", &*flow), ("code", &*code)];
        other.post(&server, "/forgot/code", &fields).await.expect(401);
        let proved = browser.post(&server, "/forgot/code", &fields).await.expect(303);
        assert_eq!(proved.header("location"), "/reset");
        let shown = browser.open(&server, "/reset").await.expect(200).page();
        // For password managers.
        assert!(shown.contains(r#"autocomplete="username""#) && shown.contains(r#"value="ada""#), "{shown}");
        // For the person.
        assert!(shown.contains("The new password is for"), "{shown}");
        // A button that was pressed twice is answered twice.
        let again = browser.post(&server, "/forgot/code", &fields).await.expect(303);
        assert_eq!(again.header("location"), "/reset");
        let replace = |password| [("flow", flow.clone()), ("new_password", password)];
        for (who, status) in [(&mut other, 410), (&mut browser, 303)] {
            let fields = replace(OTHER.to_owned());
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
            who.post(&server, "/reset", &fields).await.expect(status);
        }
        server.send(sign_in("ada", OTHER)).await.expect(200);
    }

    /// Two accounts of one person: the code that was given counts, not the link that was opened before.
    async fn a_code_comes_before_an_older_link(server: Server) {
        for name in ["ada", "bob"] {
            confirmed(&server, name).await;
        }
        begin(&server, "ada").await;
        let (link, _) = newest(&server.app).await;
        let mut browser = Browser::new();
        browser.open(&server, &link).await.expect(303);
        browser.post(&server, "/forgot", &[("identifier", "bob")]).await.expect(303);
        let (_, code) = newest(&server.app).await;
        let flow = hidden(&browser.open(&server, "/forgot/code").await.expect(200).text, "flow");
        browser.post(&server, "/forgot/code", &[("flow", &flow), ("code", &code)]).await.expect(303);
        let shown = browser.open(&server, "/reset").await.expect(200);
        assert!(shown.text.contains(r#"value="bob""#), "{}", shown.text);
        let fields = [("flow", &*flow), ("new_password", OTHER)];
        browser.post(&server, "/reset", &fields).await.expect(303);
        server.send(sign_in("bob", OTHER)).await.expect(200);
        server.send(sign_in("ada", PASSWORD)).await.expect(200);
    }

    /// A page with a secret in its form repeats its own address, so its compressed length would tell guesses apart.
    async fn pages_with_secrets_are_not_compressed(server: Server) {
        confirmed(&server, "ada").await;
        begin(&server, "ada").await;
        let (link, _) = newest(&server.app).await;
        let mut browser = Browser::new();
        browser.open(&server, &link).await.expect(303);
        let with_link = browser.cookies();
        browser.post(&server, "/forgot", &[("identifier", "nobody")]).await.expect(303);
        for (path, cookies) in [("/reset?guess=a", with_link), ("/forgot/code?guess=a", browser.cookies())] {
            let shown = page(path).header("accept-encoding", "br, gzip").cookie(&cookies);
            assert_eq!(server.send(shown).await.expect(200).header("content-encoding"), "", "{path}");
        }
        let shown = page("/forgot").header("accept-encoding", "br, gzip");
        assert_eq!(server.send(shown).await.expect(200).header("content-encoding"), "br");
    }

    /// S78: whatever host a request named.
    async fn s78_the_link_has_the_public_address(server: Server) {
        confirmed(&server, "ada").await;
        let forged = ask("ada").header("x-forwarded-host", "evil.example").header("forwarded", "host=evil.example");
        server.send(forged).await.expect(202);
        let mails = delivered(&server.app).await;
        let content = &mails[0].mail.content;
        assert!(!mails[0].message.contains("evil") && content.links[0].starts_with(ORIGIN), "{content:?}");
    }
}
