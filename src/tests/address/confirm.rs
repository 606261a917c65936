//! Confirming: by the mailbox and the account together, and by nothing less.

use vestibule::server::service::accounts::AccountChange;

use super::*;

both! {
    async fn an_address_is_confirmed_by_the_code_of_its_mail(server: Server) {
        let token = newcomer(&server, "ada", "Ada@Example.org").await;
        let (_, code) = newest(&server.app).await;
        let sign_in = || post("/api/v1/login").json(json!({ "identifier": "ada@example.org", "password": PASSWORD }));
        server.send(sign_in()).await.expect(401);
        give(&server, &token, &format!("{}-{}", &code[..4], &code[4..])).await.expect(204);
        let listed = addresses(&server, &token).await;
        assert!(listed.len() == 1 && is_confirmed(&listed[0]), "{listed:?}");
        server.send(sign_in()).await.expect(200);
        // Twice is fine, whatever the code is.
        give(&server, &token, &code).await.expect(204);
        assert_eq!(server.sql("select verified_by from user_emails").await, ["holder"]);
        let me = server.send(get("/api/v1/me").bearer(&token)).await.expect(200).json();
        assert_eq!(me["email_verified"], true);
    }

    /// The mail carries nothing that somebody typed: it may go to a stranger.
    async fn the_mail_has_no_words_of_its_asker(server: Server) {
        let body = json!({ "username": "evil.example", "password": PASSWORD, "email": "victim@example.org" });
        let register = post("/api/v1/register").json(body).header("user-agent", "Buy-at-evil/1.0");
        server.send(register).await.expect(201);
        let mails = delivered(&server.app).await;
        assert_eq!(mails.len(), 1);
        let kept = &mails[0];
        assert_eq!(kept.mail.to.to_string(), "victim@example.org");
        let content = &kept.mail.content;
        for text in [&content.subject, &content.text, &content.html, &kept.message] {
            assert!(!text.contains("evil"), "{text}");
        }
    }

    /// S9: the mailbox alone is not enough, and neither is the account.
    async fn s9_neither_mailbox_nor_account_is_enough(server: Server) {
        let token = newcomer(&server, "eve", "victim@example.org").await;
        let (link, code) = newest(&server.app).await;
        // The owner of the mailbox, who is nobody here, or somebody else.
        let bob = newcomer(&server, "bob", "bob@example.org").await;
        let path = verification(&server, &token).await;
        let put = |body| send_json(http::Method::PUT, &path, body);
        server.send(put(json!({ "code": code }))).await.expect(401);
        server.send(put(json!({ "code": code })).bearer(&bob)).await.expect_problem(404, "not_found");
        let mut browser = Browser::new();
        browser.open(&server, &link).await.expect(303);
        let led = browser.open(&server, "/account/address").await.expect(303);
        assert!(led.header("location").starts_with("/login?next=%2Faccount%2Faddress"), "{led:?}");
        // The account without the mail.
        for guess in ["0000 0000", "1111 1111"] {
            give(&server, &token, guess).await.expect_problem(401, "invalid_code");
        }
        assert!(!is_confirmed(&addresses(&server, &token).await[0]));
    }

    /// S2: the same answer, the same writes, and the owner is told.
    async fn s2_the_owner_of_a_known_address_gets_another_mail(server: Server) {
        let ada = newcomer(&server, "ada", "ada@example.org").await;
        let (_, code) = newest(&server.app).await;
        give(&server, &ada, &code).await.expect(204);
        let counts = async || {
            [server.sql("select id from flows").await.len(), server.sql("select id from outbox").await.len()]
        };
        let mut written = Vec::new();
        for (name, address) in [("mallory", "ADA@example.org"), ("bob", "bob@example.org")] {
            let before = counts().await;
            let body = json!({ "username": name, "password": PASSWORD, "email": address });
            server.send(post("/api/v1/register").json(body)).await.expect(201);
            let after = counts().await;
            written.push([after[0] - before[0], after[1] - before[1]]);
        }
        assert_eq!(written, [[2, 1], [2, 1]]);
        let mails = delivered(&server.app).await;
        let about: Vec<_> = mails.iter().map(|kept| (kept.mail.to.to_string(), kept.mail.content.subject.clone())).collect();
        let told = ("ada@example.org".to_owned(), "Somebody used your address at Vestibule".to_owned());
        assert!(about.contains(&told), "{about:?}");
        let used = mails.iter().find(|kept| kept.mail.content.subject == told.1).expect("told");
        assert!(used.mail.content.codes.is_empty() && !used.mail.content.text.contains("mallory"), "{}", used.mail.content.text);
    }

    async fn another_mail_ends_the_one_before(server: Server) {
        let mut token = newcomer(&server, "ada", "ada@example.org").await;
        let (link, first) = newest(&server.app).await;
        let path = verification(&server, &token).await;
        let again = |token: &str| post(&path).bearer(token);
        let early = server.send(again(&token)).await.expect_problem(429, "too_many_requests");
        assert_eq!(early.header("retry-after"), "60");
        for (wait, next) in [(60, 120), (120, 1_200), (1_200, 1_200)] {
            newest(&server.app).await;
            server.app.clock.advance(wait - 1);
            token = server.login("ada").await;
            server.send(again(&token)).await.expect(429);
            server.app.clock.advance(1);
            let sent = server.send(again(&token)).await.expect(202).json();
            assert_eq!((&sent["resend_after"], &sent["expires_in"]), (&json!(next), &json!(86_400)));
        }
        let (_, second) = newest(&server.app).await;
        give(&server, &token, &first).await.expect_problem(401, "invalid_code");
        let gone = server.send(get(&link).header("accept", "text/html")).await.expect(303);
        assert_eq!(gone.header("location"), "/go");
        give(&server, &token, &second).await.expect(204);
        server.send(again(&token)).await.expect_problem(404, "not_found");
    }

    async fn a_typo_is_mended_while_it_waits(server: Server) {
        let token = newcomer(&server, "ada", "adda@example.org").await;
        let (_, stray) = newest(&server.app).await;
        let set = |address: &str| {
            post("/api/v1/me/addresses").json(json!({ "address": address })).bearer(&token)
        };
        server.send(set("nonsense")).await.expect_problem(422, "invalid_input");
        server.send(set("ada@example.org")).await.expect(202);
        let listed = addresses(&server, &token).await;
        assert_eq!((listed.len(), listed[0]["address"].as_str()), (1, Some("ada@example.org")));
        give(&server, &token, &stray).await.expect_problem(401, "invalid_code");
        let mails = delivered(&server.app).await;
        assert_eq!(mails.last().expect("a mail").mail.to.to_string(), "ada@example.org");
        let (_, code) = newest(&server.app).await;
        give(&server, &token, &code).await.expect(204);
        // The confirmed one is no other.
        server.send(set("Ada@example.org")).await.expect_problem(409, "address_confirmed");
    }

    async fn it_ends_by_time_and_with_the_epoch(server: Server) {
        let token = newcomer(&server, "ada", "ada@example.org").await;
        let (_, code) = newest(&server.app).await;
        let on_time = newcomer(&server, "carl", "carl@example.org").await;
        let (_, of_carl) = newest(&server.app).await;
        server.app.clock.advance(86_399);
        drop((token, on_time));
        let on_time = server.login("carl").await;
        give(&server, &on_time, &of_carl).await.expect(204);
        server.app.clock.advance(1);
        let token_later = server.login("ada").await;
        give(&server, &token_later, &code).await.expect_problem(401, "invalid_code");
        let other = newcomer(&server, "bob", "bob@example.org").await;
        deliver(&server.app).await;
        let (_, code) = newest(&server.app).await;
        server.app.clock.advance(1);
        server.change("bob", AccountChange::Disable).await;
        server.change("bob", AccountChange::Enable).await;
        drop(other);
        let other = server.login("bob").await;
        give(&server, &other, &code).await.expect_problem(401, "invalid_code");
    }

    async fn five_wrong_codes_end_a_code_and_not_the_link(server: Server) {
        let token = newcomer(&server, "ada", "ada@example.org").await;
        let (link, code) = newest(&server.app).await;
        let wrong = if code == "12345678" { "87654321" } else { "12345678" };
        for _ in 0..5 {
            give(&server, &token, wrong).await.expect_problem(401, "invalid_code");
        }
        give(&server, &token, &code).await.expect_problem(401, "invalid_code");
        server.send(get(&link)).await.expect(303);
        assert!(!is_confirmed(&addresses(&server, &token).await[0]));
    }

    /// The second account is told that the address is not to be had.
    async fn an_address_is_confirmed_by_one_account(server: Server) {
        let ada = newcomer(&server, "ada", "shared@example.org").await;
        let (_, of_ada) = newest(&server.app).await;
        let bob = newcomer(&server, "bob", "shared@example.org").await;
        let (_, of_bob) = newest(&server.app).await;
        give(&server, &bob, &of_bob).await.expect(204);
        give(&server, &ada, &of_ada).await.expect_problem(409, "address_unavailable");
        let listed = addresses(&server, &ada).await;
        assert!(listed.len() == 1 && !is_confirmed(&listed[0]), "{listed:?}");
    }
}
