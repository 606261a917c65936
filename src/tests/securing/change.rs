//! Another address in place of a confirmed one (S81).

use super::*;

both! {
    async fn s81_another_address_comes_beside_a_confirmed_one(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        server.send(set("ada@new.example").bearer(&token)).await.expect(202);
        assert_eq!(addresses(&server).await, ["ada@example.org", "ada@new.example"]);
        server.send(sign_in("ada@new.example", PASSWORD)).await.expect(401);
        // The confirmed one is told at once.
        let told = mails(&server.app, "A new address was asked for at Vestibule").await;
        assert_eq!(told.len(), 1);
        assert_eq!((&*told[0].0, told[0].1.len()), ("ada@example.org", 1));
        let token = renewed(confirm(&server, &token, "ada@new.example").await);
        assert_eq!(main_of(&server, &token).await, "ada@example.org");
        for address in ["ada@example.org", "ada@new.example"] {
            server.send(sign_in(address, PASSWORD)).await.expect(200);
        }
        for (subject, to) in [(CHANGED, "ada@example.org"), (ADDED, "ada@new.example")] {
            let told = mails(&server.app, subject).await;
            assert_eq!((told.len(), &*told[0].0, told[0].1.len()), (1, to, 1), "{subject}");
        }
        let listed = server.send(get("/api/v1/me/addresses").bearer(&token)).await.expect(200).json();
        let main: Vec<_> = listed["addresses"].as_array().expect("addresses").iter().map(|known| known["primary"].clone()).collect();
        assert_eq!(main, [true, false]);
        let events = server.sql("select kind || ' ' || outcome from audit_events where kind = 'address.add'").await;
        assert_eq!(events, ["address.add success"]);
    }

    /// Each of the three acts.
    async fn it_ends_the_other_sessions_and_renews_this_one(server: Server) {
        confirmed(&server, "ada").await;
        for act in ["add", "promote", "remove"] {
            let (other, token) = (server.login("ada").await, server.login("ada").await);
            server.send(post("/api/v1/recovery").json(json!({ "identifier": "ada" }))).await.expect(202);
            let to = if act == "remove" { "ada@new.example" } else { "ada@example.org" };
            let reset = link(&server.app, RESET, to).await;
            let new = match act {
                "add" => add(&server, &token, "ada@new.example").await,
                "promote" => promote(&server, &token, "ada@new.example").await,
                _ => remove(&server, &token, "ada@example.org").await,
            };
            for ended in [&other, &token] {
                server.send(get("/api/v1/me").bearer(ended)).await.expect(401);
            }
            server.send(get("/api/v1/me").bearer(&new)).await.expect(200);
            // Flows of before are over.
            assert_eq!(server.send(get(&reset)).await.expect(303).header("location"), "/go", "{act}");
            server.app.clock.advance(1_200);
        }
        let events = server.sql("select kind || details from audit_events where kind like 'address.%' and details like '%sessions_ended%' order by seq").await;
        assert_eq!(events.len(), 3, "{events:?}");
    }

    /// A browser that knew the account is told about as a new one, and no network is known any more.
    async fn known_devices_and_networks_end_with_it(server: Server) {
        confirmed(&server, "ada").await;
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        let device = server.send(form("/login", &fields)).await.expect(303).cookie("vestibule_device_3000");
        let token = server.login("ada").await;
        let device = device.expect("a known device");
        let again = || form("/login", &fields).cookie(&device);
        let told = mails(&server.app, SIGNED_IN).await.len();
        server.send(again()).await.expect(303);
        assert_eq!(mails(&server.app, SIGNED_IN).await.len(), told);
        assert_ne!(server.sql("select account from known_sources").await, [""; 0]);
        change(&server, &token, "ada@new.example").await;
        assert_eq!(server.sql("select account from known_sources").await, [""; 0]);
        server.send(again()).await.expect(303);
        assert_eq!(mails(&server.app, SIGNED_IN).await.len(), told + 1);
    }

    async fn the_old_address_is_reserved_for_a_week(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        change(&server, &token, "ada@new.example").await;
        let bob = confirmed(&server, "bob").await;
        let mut token = server.login("bob").await;
        server.send(set("ada@example.org").bearer(&token)).await.expect(202);
        // No code is mailed for it: its owner is told.
        let told = mails(&server.app, "Somebody used your address at Vestibule").await;
        assert_eq!(told.last().expect("told").0, "ada@example.org");
        let body = json!({ "code": "1234 5678" });
        let path = verification(&server, &token).await;
        server.send(send_json(http::Method::PUT, &path, body).bearer(&token)).await.expect_problem(401, "invalid_code");
        for (seconds, is_reserved) in [(604_799, true), (1, false)] {
            server.app.clock.advance(seconds);
            vestibule::server::service::address::sweep(&server.app).await.expect("swept");
            let kept = addresses(&server).await.contains(&"(ada@example.org)".to_owned());
            assert_eq!(kept, is_reserved, "{bob}");
        }
        token = server.login("bob").await;
        let path = verification(&server, &token).await;
        server.send(post(&path).bearer(&token)).await.expect(202);
        confirm(&server, &token, "ada@example.org").await.expect(200);
    }

    /// Its owner sets it again by hand: it has its old place, before the address that came since, which it takes off by a notice.
    async fn a_removed_address_that_comes_back_is_older_than_those_since(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        change(&server, &token, "eve@evil.example").await;
        let undo = link(&server.app, REPLACED, "ada@example.org").await;
        let of_eve = link(&server.app, ADDED, "eve@evil.example").await;
        // The mail of the registration was one to this address.
        server.app.clock.advance(60);
        let token = server.login("ada").await;
        let app = enrol_in(&server, &token).await;
        add(&server, &app.token, "ada@example.org").await;
        assert_eq!(addresses(&server).await, ["ada@example.org", "eve@evil.example"]);
        // What could be undone is done by hand.
        assert_eq!(server.send(get(&undo)).await.expect(303).header("location"), "/go");
        press(&server, &of_eve).await.expect(303);
        assert_eq!(addresses(&server).await, ["ada@example.org", "eve@evil.example"]);
        server.send(post("/api/v1/recovery").json(json!({ "identifier": "eve@evil.example" }))).await.expect(202);
        choose(&server, RESET, "eve@evil.example", OTHER).await;
        let told = link(&server.app, PASSWORD_RESET, "ada@example.org").await;
        press(&server, &told).await.expect(303);
        assert_eq!(addresses(&server).await, ["ada@example.org"]);
        let removed = mails(&server.app, TAKEN_OFF).await;
        assert_eq!(removed.iter().map(|(to, _)| &**to).collect::<Vec<_>>(), ["eve@evil.example"]);
    }

    /// Once its removal cannot be undone, it is an address like any other.
    async fn back_to_the_address_before_after_a_week(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        change(&server, &token, "ada@new.example").await;
        let first = link(&server.app, REPLACED, "ada@example.org").await;
        server.app.clock.advance(604_800);
        let token = server.login("ada").await;
        let token = add(&server, &token, "ada@example.org").await;
        assert_eq!(addresses(&server).await, ["ada@example.org", "ada@new.example"]);
        assert_eq!(main_of(&server, &token).await, "ada@new.example");
        assert_eq!(server.send(get(&first)).await.expect(303).header("location"), "/go");
    }

    async fn the_same_address_is_no_change(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        server.send(set("ADA@example.org").bearer(&token)).await.expect_problem(409, "address_confirmed");
        assert_eq!(mails(&server.app, "A new address was asked for at Vestibule").await.len(), 0);
    }

    /// A stolen token alone changes nothing.
    async fn s81_a_change_needs_a_recent_proof(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let token = add(&server, &token, "ada@new.example").await;
        server.app.clock.advance(601);
        let requests = [
            set("eve@example.org").bearer(&token),
            promoting(&server, &token, "ada@new.example").await,
            removing(&server, &token, "ada@new.example").await,
        ];
        for request in requests {
            server.send(request).await.expect_problem(401, "reauthentication_required");
        }
        assert_eq!(addresses(&server).await, ["ada@example.org", "ada@new.example"]);
    }

    async fn by_the_page_without_script(server: Server) {
        confirmed(&server, "ada").await;
        let mut browser = Browser::new();
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        browser.post(&server, "/login", &fields).await.expect(303);
        let page = browser.open(&server, "/account").await.expect(200).page();
        assert!(page.contains(r#"href="/account/address""#), "{page}");
        let page = browser.open(&server, "/account/address").await.expect(200).page();
        assert!(page.contains("Another address?") && page.contains("main address"), "{page}");
        let token = form_token(&page, "address");
        let fields = [("form", "address"), ("form_token", &*token), ("email", "ada@new.example")];
        browser.post(&server, "/account/address", &fields).await.expect(303);
        let page = browser.open(&server, "/account/address").await.expect(200).page();
        let (token, code) = (form_token(&page, "verify_code"), code(&server.app, "ada@new.example").await);
        let fields = [("form", "verify_code"), ("form_token", &*token), ("code", &*code)];
        let done = browser.post(&server, "/account/address", &fields).await.expect(303);
        assert_eq!(done.header("location"), "/account");
        let page = browser.open(&server, "/account").await.expect(200).page();
        assert!(page.contains("Your addresses are changed.") && page.contains("ada@example.org"), "{page}");
        // The buttons of the second one; the main one has none while there is another.
        for (name, main, left) in [("address_primary", "ada@new.example", 2), ("address_remove", "ada@new.example", 1)] {
            let page = browser.open(&server, "/account/address").await.expect(200).page();
            let (_, form) = page.split_once(&format!(r#"data-form="{name}""#)).expect("a button");
            let (token, address) = (form_token(&page, name), hidden(form, "address"));
            let fields = [("form", name), ("form_token", &*token), ("address", &*address)];
            let done = browser.post(&server, "/account/address", &fields).await.expect(303);
            assert_eq!(done.header("location"), "/account/address");
            let page = browser.open(&server, "/account/address").await.expect(200).page();
            assert!(page.contains("Your addresses are changed."), "{page}");
            assert_eq!(page.matches(">main address<").count(), 1, "{page}");
            let in_use = server.sql("select address from user_emails where undo_until is null").await;
            assert_eq!(in_use.len(), left);
            let page = browser.open(&server, "/account").await.expect(200).page();
            assert!(page.contains(main), "{page}");
        }
    }
}
