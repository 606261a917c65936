//! "This wasn't me": the link of a notice closes the account to everybody in it (S32).

use super::*;

const WEEK: i64 = 604_800;

/// An account with an address of this age, and the link of the notice about a new sign-in.
async fn notified(server: &Server, age: i64) -> String {
    confirmed(server, "ada").await;
    server.app.clock.advance(age);
    server.login("ada").await;
    link(&server.app, SIGNED_IN, "ada@example.org").await
}

both! {
    async fn s32_the_reader_of_a_notice_closes_the_account(server: Server) {
        let secure = notified(&server, WEEK).await;
        let (token, cookie) = (server.login("ada").await, server.browser("ada").await);
        let (_, path, page) = open(&server, &secure).await;
        assert_eq!(path, "/secure");
        let page = page.expect(200).page();
        assert!(page.contains("This wasn’t me") && page.contains(r#"type="checkbox""#), "{page}");
        server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
        let done = press(&server, &secure).await.expect(303);
        assert_eq!(done.header("location"), "/login?reason=secured");
        server.send(get("/api/v1/me").bearer(&token)).await.expect(401);
        server.send(get("/account").cookie(&cookie).header("accept", "text/html")).await.expect(303);
        let void = server.send(sign_in("ada", PASSWORD)).await.expect_problem(401, "invalid_credentials");
        let wrong = server.send(sign_in("ada", "no horse battery at all")).await.expect(401);
        assert_eq!(void.json()["title"], wrong.json()["title"]);
        assert_eq!(mails(&server.app, "Your Vestibule account is signed out everywhere").await.len(), 1);
        choose(&server, CLOSED, "ada@example.org", OTHER).await;
        server.send(sign_in("ada", OTHER)).await.expect(200);
        let events = server.sql("select kind || ' ' || outcome from audit_events where kind = 'account.secure'").await;
        assert_eq!(events, ["account.secure success"]);
    }

    /// The links of older notices do not close it again.
    async fn it_works_once_and_ends_the_links_of_other_notices(server: Server) {
        let first = notified(&server, WEEK).await;
        server.browser("ada").await;
        let second = link(&server.app, SIGNED_IN, "ada@example.org").await;
        assert_ne!(first, second);
        press(&server, &second).await.expect(303);
        choose(&server, CLOSED, "ada@example.org", OTHER).await;
        for link in [&first, &second] {
            assert_eq!(server.send(get(link)).await.expect(303).header("location"), "/go");
            let token = link.strip_prefix("/go/").expect("a link");
            server.send(form("/secure", &[("link", token), ("sure", "yes")])).await.expect(410);
        }
        server.send(sign_in("ada", OTHER)).await.expect(200);
    }

    /// A thief may have confirmed an address of their own: it is taken off, and the one that it replaced gets the mail.
    async fn s32_a_newer_address_gets_no_mail_for_a_password(server: Server) {
        let secure = notified(&server, WEEK).await;
        let token = server.login("ada").await;
        change(&server, &token, "eve@evil.example").await;
        press(&server, &secure).await.expect(303);
        assert_eq!(addresses(&server).await, ["ada@example.org"]);
        let removed = mails(&server.app, TAKEN_OFF).await;
        assert_eq!(removed.iter().map(|(to, _)| &**to).collect::<Vec<_>>(), ["eve@evil.example"]);
        // The thief asks for a mail by the username.
        server.send(post("/api/v1/recovery").json(json!({ "identifier": "ada" }))).await.expect(202);
        for subject in [CLOSED, RESET] {
            let to: Vec<_> = mails(&server.app, subject).await.into_iter().map(|(to, _)| to).collect();
            assert_eq!(to, ["ada@example.org"], "{subject}");
        }
        choose(&server, RESET, "ada@example.org", OTHER).await;
        server.send(sign_in("ada", OTHER)).await.expect(200);
    }

    /// The reader's own address comes back, whatever its age, as by the link that undoes the change.
    async fn s32_an_address_of_days_comes_back_in_place_of_a_newer_one(server: Server) {
        let secure = notified(&server, 3 * 86_400).await;
        let token = server.login("ada").await;
        change(&server, &token, "eve@evil.example").await;
        let (.., page) = open(&server, &secure).await;
        let page = page.expect(200).page();
        assert!(page.contains("becomes its main address again"), "{page}");
        press(&server, &secure).await.expect(303);
        assert_eq!(addresses(&server).await, ["ada@example.org"]);
        let to = async |subject| -> Vec<_> {
            mails(&server.app, subject).await.into_iter().map(|(to, _)| to).collect()
        };
        assert_eq!(to(CLOSED).await, ["ada@example.org"]);
        server.send(post("/api/v1/recovery").json(json!({ "identifier": "ada" }))).await.expect(202);
        assert_eq!(to(RESET).await, ["ada@example.org"]);
    }

    /// Its owner has given the address up, perhaps because somebody else reads its mails.
    async fn s32_the_reader_at_the_address_in_use_gives_nothing_back(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        change(&server, &token, "ada@new.example").await;
        let secure = link(&server.app, ADDED, "ada@new.example").await;
        let (.., page) = open(&server, &secure).await;
        let page = page.expect(200).page();
        assert!(!page.contains("becomes its main address again"), "{page}");
        press(&server, &secure).await.expect(303);
        assert_eq!(addresses(&server).await, ["(ada@example.org)", "ada@new.example"]);
        server.send(sign_in("ada", PASSWORD)).await.expect(401);
    }

    /// An owner and a thief with a young address in use look alike, so the later address takes nothing from an earlier one.
    async fn s32_a_thief_at_the_address_in_use_ends_no_undo(server: Server) {
        confirmed(&server, "ada").await;
        let owner = server.login("ada").await;
        change(&server, &owner, "ada@new.example").await;
        server.app.clock.advance(3 * 86_400);
        let thief = server.login("ada").await;
        change(&server, &thief, "eve@evil.example").await;
        let secure = link(&server.app, ADDED, "eve@evil.example").await;
        press(&server, &secure).await.expect(303);
        let undo = link(&server.app, REPLACED, "ada@new.example").await;
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, ["(ada@example.org)", "ada@new.example"]);
        choose(&server, CLOSED, "ada@new.example", OTHER).await;
    }

    /// What was set up since an address was replaced goes with it; otherwise a mailbox alone removes no second factor.
    async fn an_authenticator_app_is_taken_back_with_an_address_alone(server: Server) {
        let secure = notified(&server, WEEK).await;
        let token = server.login("ada").await;
        enrol_in(&server, &token).await;
        press(&server, &secure).await.expect(303);
        choose(&server, CLOSED, "ada@example.org", OTHER).await;
        server.send(sign_in("ada", OTHER)).await.expect_problem(401, "factor_required");
    }

    async fn an_authenticator_app_of_after_a_change_is_taken_back(server: Server) {
        let secure = notified(&server, WEEK).await;
        let token = server.login("ada").await;
        let token = change(&server, &token, "eve@evil.example").await;
        enrol_in(&server, &token).await;
        press(&server, &secure).await.expect(303);
        choose(&server, CLOSED, "ada@example.org", OTHER).await;
        server.send(sign_in("ada", OTHER)).await.expect(200);
    }

    async fn an_address_gets_the_mail_once_it_is_a_week_old(server: Server) {
        let secure = notified(&server, WEEK - 1).await;
        press(&server, &secure).await.expect(303);
        assert_eq!(mails(&server.app, CLOSED).await.len(), 0);
        // Its owner can ask for one.
        server.send(post("/api/v1/recovery").json(json!({ "identifier": "ada" }))).await.expect(202);
        choose(&server, RESET, "ada@example.org", OTHER).await;
        server.send(sign_in("ada", OTHER)).await.expect(200);
    }

    async fn it_works_for_a_week_to_the_second(server: Server) {
        let secure = notified(&server, 0).await;
        server.app.clock.advance(WEEK - 1);
        let (.., page) = open(&server, &secure).await;
        page.expect(200);
        server.app.clock.advance(1);
        let token = secure.strip_prefix("/go/").expect("a link");
        server.send(form("/secure", &[("link", token), ("sure", "yes")])).await.expect(410);
        server.send(sign_in("ada", PASSWORD)).await.expect(200);
    }

    /// A new password by a thief does not end the link.
    async fn it_outlives_another_password(server: Server) {
        let secure = notified(&server, WEEK).await;
        let token = server.login("ada").await;
        let body = json!({ "current_password": PASSWORD, "new_password": OTHER });
        server.send(send_json(http::Method::PUT, "/api/v1/me/password", body).bearer(&token)).await.expect(200);
        press(&server, &secure).await.expect(303);
        server.send(sign_in("ada", OTHER)).await.expect(401);
    }

    async fn a_waiting_address_is_taken_back(server: Server) {
        let secure = notified(&server, WEEK).await;
        let token = server.login("ada").await;
        server.send(set("eve@evil.example").bearer(&token)).await.expect(202);
        press(&server, &secure).await.expect(303);
        assert_eq!(addresses(&server).await, ["ada@example.org"]);
    }

    /// Each kind of notice that has the link, and what to do besides.
    async fn s32_notices_carry_the_link(server: Server) {
        notified(&server, WEEK).await;
        let token = server.login("ada").await;
        let body = json!({ "current_password": PASSWORD, "new_password": OTHER });
        let changed = server.send(send_json(http::Method::PUT, "/api/v1/me/password", body).bearer(&token)).await;
        let token = changed.expect(200).json()["access_token"].as_str().expect("a token").to_owned();
        server.send(act("username", json!({ "username": "countess" })).bearer(&token)).await.expect(200);
        server.send(set("ada@new.example").bearer(&token)).await.expect(202);
        enrol_in(&server, &token).await;
        let subjects = [
            "Your Vestibule password was changed",
            "Your Vestibule username was changed",
            "A new address was asked for at Vestibule",
            "Two-step sign-in is on for your Vestibule account",
        ];
        for subject in subjects {
            let link = link(&server.app, subject, "ada@example.org").await;
            let (_, path, page) = open(&server, &link).await;
            assert_eq!(path, "/secure", "{subject}");
            page.expect(200);
        }
    }

    /// A link that is over is no reason to keep a notice back.
    async fn a_notice_is_sent_though_its_link_is_over(server: Server) {
        let secure = notified(&server, WEEK).await;
        server.browser("ada").await;
        press(&server, &secure).await.expect(303);
        assert_eq!(mails(&server.app, SIGNED_IN).await.len(), 2);
    }
}
