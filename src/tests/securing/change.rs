//! Another address in place of a confirmed one (S81).

use super::*;

both! {
    async fn s81_a_confirmed_address_stays_until_its_successor_is_confirmed(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        server.send(set("ada@new.example").bearer(&token)).await.expect(202);
        assert_eq!(addresses(&server).await, ["ada@example.org", "ada@new.example"]);
        let me = server.send(get("/api/v1/me").bearer(&token)).await.expect(200).json();
        assert_eq!(me["email"], "ada@example.org");
        server.send(sign_in("ada@new.example", PASSWORD)).await.expect(401);
        // The old one is told at once.
        let told = mails(&server.app, "A new address was asked for at Vestibule").await;
        assert_eq!(told.len(), 1);
        assert_eq!((&*told[0].0, told[0].1.len()), ("ada@example.org", 1));
        confirm(&server, &token, "ada@new.example").await.expect(200);
        assert_eq!(addresses(&server).await, ["(ada@example.org)", "ada@new.example"]);
        server.send(sign_in("ada@new.example", PASSWORD)).await.expect(200);
        server.send(sign_in("ada@example.org", PASSWORD)).await.expect(401);
        let done = mails(&server.app, REPLACED).await;
        assert_eq!((done.len(), &*done[0].0, done[0].1.len()), (1, "ada@example.org", 1));
        let new = mails(&server.app, "This is now the address of your Vestibule account").await;
        assert_eq!((new.len(), &*new[0].0, new[0].1.len()), (1, "ada@new.example", 1));
    }

    async fn it_ends_the_other_sessions_and_renews_this_one(server: Server) {
        confirmed(&server, "ada").await;
        let other = server.login("ada").await;
        let token = server.login("ada").await;
        server.send(post("/api/v1/recovery").json(json!({ "identifier": "ada" }))).await.expect(202);
        let reset = link(&server.app, RESET, "ada@example.org").await;
        let new = change(&server, &token, "ada@new.example").await;
        for ended in [&other, &token] {
            server.send(get("/api/v1/me").bearer(ended)).await.expect(401);
        }
        server.send(get("/api/v1/me").bearer(&new)).await.expect(200);
        // Flows of before are over.
        assert_eq!(server.send(get(&reset)).await.expect(303).header("location"), "/go");
        let events = server.sql("select kind || ' ' || outcome || details from audit_events where kind = 'address.change'").await;
        assert_eq!(events.len(), 1);
        assert!(events[0].contains("sessions_ended"), "{events:?}");
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

    /// Its owner goes back by hand: the address that is taken off has no link that would undo it in turn.
    async fn back_to_the_address_before_is_an_undo(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        change(&server, &token, "eve@evil.example").await;
        let undo = link(&server.app, REPLACED, "ada@example.org").await;
        let of_eve = link(&server.app, "This is now the address of your Vestibule account", "eve@evil.example").await;
        // The mail of the registration was one to this address.
        server.app.clock.advance(60);
        let token = server.login("ada").await;
        let app = enrol_in(&server, &token).await;
        change(&server, &app.token, "ada@example.org").await;
        assert_eq!(addresses(&server).await, ["ada@example.org"]);
        let replaced: Vec<_> = mails(&server.app, REPLACED).await.into_iter().map(|(to, _)| to).collect();
        assert_eq!(replaced, ["ada@example.org"]);
        let removed = mails(&server.app, "This address was taken off a Vestibule account").await;
        assert_eq!(removed.iter().map(|(to, _)| &**to).collect::<Vec<_>>(), ["eve@evil.example"]);
        // What it undid is undone, and what its owner has set up since stays.
        for over in [&undo, &of_eve] {
            assert_eq!(server.send(get(over)).await.expect(303).header("location"), "/go");
        }
        server.send(sign_in("ada@example.org", PASSWORD)).await.expect_problem(401, "factor_required");
    }

    /// Once its replacement cannot be undone, it is an address like any other.
    async fn back_to_the_address_before_after_a_week(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        change(&server, &token, "ada@new.example").await;
        let first = link(&server.app, REPLACED, "ada@example.org").await;
        server.app.clock.advance(604_800);
        let token = server.login("ada").await;
        change(&server, &token, "ada@example.org").await;
        assert_eq!(addresses(&server).await, ["ada@example.org", "(ada@new.example)"]);
        assert_ne!(link(&server.app, REPLACED, "ada@new.example").await, first);
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
        server.app.clock.advance(601);
        server.send(set("eve@example.org").bearer(&token)).await.expect_problem(401, "reauthentication_required");
        assert_eq!(addresses(&server).await, ["ada@example.org"]);
    }

    async fn by_the_page_without_script(server: Server) {
        confirmed(&server, "ada").await;
        let mut browser = Browser::new();
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        browser.post(&server, "/login", &fields).await.expect(303);
        let page = browser.open(&server, "/account/address").await.expect(200).page();
        assert!(page.contains("Another address?"), "{page}");
        let token = form_token(&page, "address");
        let fields = [("form", "address"), ("form_token", &*token), ("email", "ada@new.example")];
        browser.post(&server, "/account/address", &fields).await.expect(303);
        let page = browser.open(&server, "/account/address").await.expect(200).page();
        assert!(page.contains("stays your address until the new one is confirmed"), "{page}");
        let (token, code) = (form_token(&page, "verify_code"), code(&server.app, "ada@new.example").await);
        let fields = [("form", "verify_code"), ("form_token", &*token), ("code", &*code)];
        let done = browser.post(&server, "/account/address", &fields).await.expect(303);
        assert_eq!(done.header("location"), "/account");
        let page = browser.open(&server, "/account").await.expect(200).page();
        assert!(page.contains("Your address is changed."), "{page}");
        assert!(page.contains("ada@new.example"), "{page}");
    }
}
