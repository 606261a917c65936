//! Making the account.

use futures::future::join_all;

use super::*;

fn closed(flags: &mut Flags) {
    flags.registration = Some("invited".into());
    flags.verified = Some("required".into());
}

both_with! { |flags| closed(flags);
    async fn an_invitation_makes_a_confirmed_account_while_registration_is_closed(server: Server) {
        let admin = server.admin().await;
        let made = server.send(invite("ada@example.org", &["user"]).bearer(&admin)).await.expect(201).json();
        assert_eq!((&made["state"], &made["roles"]), (&json!("open"), &json!([])));
        assert_eq!(made["expires_at"].as_i64(), made["created_at"].as_i64().map(|at| at + 604_800));
        assert_eq!(server.sql(PEOPLE).await, ["operator"], "nobody is there before");
        let path = link(&server, "ada@example.org").await;
        // A scanner looks first.
        for _ in 0..3 {
            server.send(get(&path)).await.expect(303);
        }
        let mut browser = followed(&server, &path).await;
        let page = browser.open(&server, "/invite").await.expect(200).page();
        assert!(page.contains("ada@example.org") && page.contains(r#"data-form="invite""#), "{page}");
        // A mistake spends nothing.
        let drawn = hidden(&page, "link");
        let short = [("link", &*drawn), ("username", "ada"), ("password", "short")];
        browser.post(&server, "/invite", &short).await.expect(422);
        let own = [("link", &*drawn), ("username", "ada"), ("password", "ada@example.org")];
        browser.post(&server, "/invite", &own).await.expect(422);
        let led = accept(&server, &mut browser, "ada").await.expect(303);
        assert_eq!(led.header("location"), "/account");
        browser.open(&server, "/account").await.expect(200);
        let verified = "select verified_by from user_emails where verified_at is not null";
        assert_eq!(server.sql(verified).await, ["invite"]);
        let account = server.send(right("ada@example.org")).await.expect(200).json();
        assert_eq!(account["user"]["roles"], json!(["user"]));
        assert_eq!(states(&server, &admin).await, ["accepted"]);
        let kinds = "select kind from audit_events where kind like 'invitation%' order by seq";
        assert_eq!(server.sql(kinds).await, ["invitation.make", "invitation.accept"]);
        // It works once.
        browser.open(&server, &path).await.expect(303);
        let mut again = Browser::new();
        assert_eq!(again.open(&server, &path).await.expect(303).header("location"), "/go");
        accept(&server, &mut again, "eve").await.expect(410);
    }

    async fn nobody_else_registers(server: Server) {
        let body = json!({ "username": "ada", "password": PASSWORD, "email": "ada@example.org" });
        for path in ["/api/v1/register", "/register"] {
            server.send(post(path).json(body.clone())).await.expect_problem(403, "registration_closed");
        }
        server.send(enter("register", body)).await.expect(403);
        let page = server.send(get("/register").header("accept", "text/html")).await.expect(403).page();
        assert!(page.contains("An invitation is needed") && !page.contains("data-form=\"register\""), "{page}");
        for path in ["/", "/login"] {
            let page = server.send(get(path).header("accept", "text/html")).await.expect(200).page();
            assert!(!page.contains(r#"href="/register"#), "{page}");
        }
        assert_eq!(server.sql(PEOPLE).await, [""; 0]);
        server.admin().await;
    }
}

both! {
    async fn roles_come_with_it_and_its_maker_is_told(server: Server) {
        confirmed(&server, "grace").await;
        server.change("grace", AccountChange::GrantRole(Role::Admin)).await;
        let grace = server.login("grace").await;
        server.send(invite("ada@example.org", &["admin"]).bearer(&grace)).await.expect(201);
        let path = link(&server, "ada@example.org").await;
        let mut browser = followed(&server, &path).await;
        accept(&server, &mut browser, "ada").await.expect(303);
        let account = server.send(right("ada")).await.expect(200).json();
        assert_eq!(account["user"]["roles"], json!(["user", "admin"]));
        let told = delivered(&server.app).await;
        let told = told.iter().find(|kept| kept.mail.content.subject.contains("was accepted"));
        let told = told.expect("a mail");
        assert_eq!(told.mail.to.to_string(), "grace@example.org");
        assert!(told.mail.content.text.contains("ada has an account"), "{}", told.mail.content.text);
    }

    async fn a_race_makes_one_account(server: Server) {
        let path = by_operator(&server, "ada@example.org", None, false).await;
        let token = path.strip_prefix("/go/").expect("a link");
        let (_, other) = server.again().await;
        let names: Vec<_> = (0..10).map(|n| format!("ada{n}")).collect();
        let replies = join_all(names.iter().enumerate().map(|(n, name)| {
            let fields = [("link", token), ("username", &**name), ("password", PASSWORD)];
            let posted = form("/invite", &fields);
            send(if n % 2 == 0 { &server.router } else { &other }, posted)
        }));
        let replies = replies.await;
        let made = replies.iter().filter(|reply| reply.status == 303).count();
        assert_eq!((made, server.sql(PEOPLE).await.len()), (1, 1), "{replies:?}");
        assert!(replies.iter().all(|reply| reply.status == 303 || reply.status == 410), "{replies:?}");
    }

    /// A link of somebody else's that the browser follows meanwhile gives the account no other address.
    async fn the_form_keeps_the_link_that_it_was_drawn_for(server: Server) {
        let path = by_operator(&server, "ada@example.org", None, false).await;
        let mut browser = followed(&server, &path).await;
        let link = drawn(&server, &mut browser).await;
        let foreign = by_operator(&server, "eve@example.org", None, false).await;
        browser.open(&server, &foreign).await.expect(303);
        with_link(&server, &mut browser, &link, "ada").await.expect(303);
        assert_eq!(server.sql("select address from user_emails").await, ["ada@example.org"]);
        // Nor does a cookie alone make an account.
        let mut other = followed(&server, &foreign).await;
        with_link(&server, &mut other, "", "eve").await.expect(410);
        assert_eq!(server.sql(PEOPLE).await, ["ada"]);
    }

    /// Ten minutes at the form are no reason to begin anew.
    async fn the_form_outlives_the_cookie(server: Server) {
        let path = by_operator(&server, "ada@example.org", None, false).await;
        let mut browser = followed(&server, &path).await;
        let link = drawn(&server, &mut browser).await;
        server.app.clock.advance(3_600);
        with_link(&server, &mut Browser::new(), &link, "ada").await.expect(303);
    }

    /// Somebody with an administrator's session could leave themselves a way in.
    async fn one_with_a_role_is_told_to_its_maker_who_can_end_it(server: Server) {
        confirmed(&server, "grace").await;
        server.change("grace", AccountChange::GrantRole(Role::Admin)).await;
        let grace = server.login("grace").await;
        server.send(invite("bob@example.org", &[]).bearer(&grace)).await.expect(201);
        let made = "Your Vestibule account made an invitation";
        let is_told = delivered(&server.app).await.iter().any(|kept| kept.mail.content.subject == made);
        assert!(!is_told);
        server.send(invite("eve@example.org", &["admin"]).bearer(&grace)).await.expect(201);
        let mails = delivered(&server.app).await;
        let told = mails.iter().find(|kept| kept.mail.content.subject == made).expect("a mail");
        assert_eq!(told.mail.to.to_string(), "grace@example.org");
        assert!(told.mail.content.text.contains("admin"), "{}", told.mail.content.text);
        let foreign = link(&server, "eve@example.org").await;
        let mut eve = followed(&server, &foreign).await;
        let shown = drawn(&server, &mut eve).await;
        // The owner presses the link of that mail.
        let path = crate::securing::link(&server.app, made, "grace@example.org").await;
        let mut owner = Browser::new();
        assert_eq!(owner.open(&server, &path).await.expect(303).header("location"), "/secure");
        let page = owner.open(&server, "/secure").await.expect(200).text;
        let token = hidden(&page, "link");
        owner.post(&server, "/secure", &[("link", &*token), ("sure", "yes")]).await.expect(303);
        with_link(&server, &mut eve, &shown, "eve").await.expect(410);
    }

    async fn an_accepted_one_is_the_only_one_of_its_address(server: Server) {
        server.admin().await;
        by_operator(&server, "ada@example.org", None, true).await;
        let path = by_operator(&server, "ada@example.org", None, true).await;
        assert_eq!(server.sql("select id from invitations").await.len(), 2);
        let mut browser = followed(&server, &path).await;
        accept(&server, &mut browser, "ada").await.expect(303);
        assert_eq!(server.sql("select id from invitations").await.len(), 1);
        let kinds = "select kind from audit_events where kind like 'role%'";
        assert_eq!(server.sql(kinds).await, ["role.grant"]);
    }

    async fn a_race_of_makers_leaves_one_open(server: Server) {
        let admin = server.admin().await;
        server.deputy().await;
        let deputy = server.login("deputy").await;
        let (_, other) = server.again().await;
        let replies = join_all((0..20).map(|n| {
            let by = if n % 2 == 0 { &admin } else { &deputy };
            let router = if n % 4 < 2 { &server.router } else { &other };
            send(router, invite("ada@example.org", &[]).bearer(by))
        }));
        let replies = replies.await;
        let made = replies.iter().filter(|reply| reply.status == 201).count();
        assert!(made >= 1 && replies.iter().all(|reply| matches!(reply.status.as_u16(), 201 | 409 | 429)), "{replies:?}");
        let open = states(&server, &admin).await.into_iter().filter(|state| state == "open").count();
        assert_eq!(open, 1);
    }

    /// A link that the operator hands on says what the operator knows.
    async fn a_printed_link_sends_no_mail(server: Server) {
        let path = by_operator(&server, "ada@example.org", None, true).await;
        assert_eq!(server.sql("select id from outbox").await, [""; 0]);
        let mut browser = followed(&server, &path).await;
        accept(&server, &mut browser, "ada").await.expect(303);
        assert_eq!(server.sql("select verified_by from user_emails").await, ["operator"]);
    }

    /// Somebody else has confirmed the address meanwhile.
    async fn an_address_that_was_taken_meanwhile_is_refused(server: Server) {
        let path = by_operator(&server, "ada@example.org", None, false).await;
        let mut browser = followed(&server, &path).await;
        confirmed(&server, "ada").await;
        let refused = accept(&server, &mut browser, "eve").await.expect(409);
        assert!(refused.page().contains("Somebody else has confirmed this address"), "{}", refused.text);
        assert_eq!(server.sql(PEOPLE).await, ["ada"]);
    }

    async fn a_username_that_is_taken_spends_nothing(server: Server) {
        server.register("ada").await;
        let path = by_operator(&server, "other@example.org", None, false).await;
        let mut browser = followed(&server, &path).await;
        accept(&server, &mut browser, "ADA").await.expect(409);
        accept(&server, &mut browser, "other").await.expect(303);
    }
}

both_with! { |flags| flags.factor_required_for = Some("admin".into());
    async fn a_role_that_demands_a_factor_has_it_set_up_first(server: Server) {
        let path = by_operator(&server, "ada@example.org", None, false).await;
        let mut browser = followed(&server, &path).await;
        let led = accept(&server, &mut browser, "ada").await.expect(303);
        assert_eq!((led.header("location"), led.session_cookie()), ("/login/enrol", None));
        browser.open(&server, "/login/enrol").await.expect(200);
    }
}
