//! Undoing the change of an address, by the mail to the old one (S81).

use vestibule::server::service::accounts::AccountChange;

use super::*;

const OLD: &str = "ada@example.org";

/// An account whose address a thief has changed to eve@evil.example; the link that undoes it, and the thief's token.
async fn stolen(server: &Server) -> (String, String) {
    confirmed(server, "ada").await;
    let token = server.login("ada").await;
    let thief = change(server, &token, "eve@evil.example").await;
    (link(&server.app, REPLACED, OLD).await, thief)
}

both! {
    async fn s81_the_old_address_undoes_the_change(server: Server) {
        let (undo, thief) = stolen(&server).await;
        let (_, path, page) = open(&server, &undo).await;
        assert_eq!(path, "/undo");
        let page = page.expect(200).page();
        assert!(page.contains(OLD) && page.contains(r#"type="checkbox""#), "{page}");
        assert_eq!(addresses(&server).await, ["(ada@example.org)", "eve@evil.example"]);
        let done = press(&server, &undo).await.expect(303);
        assert_eq!(done.header("location"), "/login?reason=undone");
        assert_eq!(addresses(&server).await, [OLD]);
        server.send(get("/api/v1/me").bearer(&thief)).await.expect(401);
        // No network is known any more: the thief may have signed in from one.
        assert_eq!(server.sql("select account from known_sources").await, [""; 0]);
        // The password is void, and answers as a wrong one.
        let void = server.send(sign_in("ada", PASSWORD)).await.expect(401);
        let wrong = server.send(sign_in("ada", "no horse battery at all")).await.expect(401);
        assert_eq!(void.json()["code"], wrong.json()["code"]);
        let told = mails(&server.app, "The address of your Vestibule account is back").await;
        assert_eq!(told.iter().map(|(to, _)| &**to).collect::<Vec<_>>(), [OLD]);
        let told = mails(&server.app, TAKEN_OFF).await;
        assert_eq!(told.iter().map(|(to, _)| &**to).collect::<Vec<_>>(), ["eve@evil.example"]);
        choose(&server, CLOSED, OLD, OTHER).await;
        server.send(sign_in(OLD, OTHER)).await.expect(200);
        server.send(sign_in("eve@evil.example", OTHER)).await.expect(401);
        let events = server.sql("select kind || ' ' || outcome from audit_events where kind = 'address.undo'").await;
        assert_eq!(events, ["address.undo success"]);
    }

    async fn it_works_once(server: Server) {
        let (undo, _) = stolen(&server).await;
        press(&server, &undo).await.expect(303);
        choose(&server, CLOSED, OLD, OTHER).await;
        assert_eq!(server.send(get(&undo)).await.expect(303).header("location"), "/go");
        let token = undo.strip_prefix("/go/").expect("a link");
        server.send(form("/undo", &[("link", token), ("sure", "yes")])).await.expect(410);
        server.send(sign_in("ada", OTHER)).await.expect(200);
    }

    /// Whatever the thief does to the account meanwhile.
    async fn it_outlives_other_passwords_and_other_changes(server: Server) {
        let (undo, thief) = stolen(&server).await;
        let thief = change(&server, &thief, "mallory@evil.example").await;
        let body = json!({ "current_password": PASSWORD, "new_password": OTHER });
        let changed = send_json(http::Method::PUT, "/api/v1/me/password", body).bearer(&thief);
        server.send(changed).await.expect(200);
        // The thief's own link of the second change, before and after.
        let of_thief = link(&server.app, REPLACED, "eve@evil.example").await;
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
        let (.., page) = open(&server, &of_thief).await;
        page.expect(410);
        server.send(sign_in("ada", OTHER)).await.expect(401);
    }

    /// The thief's address is replaced in turn: its undo does not end that of the owner.
    async fn the_undo_of_a_later_change_leaves_that_of_an_earlier_one(server: Server) {
        let (undo, thief) = stolen(&server).await;
        change(&server, &thief, "mallory@evil.example").await;
        let of_thief = link(&server.app, REPLACED, "eve@evil.example").await;
        press(&server, &of_thief).await.expect(303);
        assert_eq!(addresses(&server).await, ["(ada@example.org)", "eve@evil.example"]);
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
    }

    /// A thief's address, replaced by the owner, undoes that later than the owner's own: each change prolongs what came before.
    async fn no_later_change_can_be_undone_for_longer(server: Server) {
        let (undo, _) = stolen(&server).await;
        server.app.clock.advance(3 * 86_400);
        let owner = server.login("ada").await;
        change(&server, &owner, "ada@new.example").await;
        server.app.clock.advance(5 * 86_400);
        let of_thief = link(&server.app, REPLACED, "eve@evil.example").await;
        press(&server, &of_thief).await.expect(303);
        assert_eq!(addresses(&server).await, ["(ada@example.org)", "eve@evil.example"]);
        vestibule::server::service::address::sweep(&server.app).await.expect("swept");
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
    }

    /// A thief's address that is back in the last second has no time in which those before it can do nothing.
    async fn each_undo_gives_earlier_addresses_another_week(server: Server) {
        let (undo, _) = stolen(&server).await;
        server.app.clock.advance(3 * 86_400);
        let owner = server.login("ada").await;
        change(&server, &owner, "ada@new.example").await;
        server.app.clock.advance(604_799);
        let of_thief = link(&server.app, REPLACED, "eve@evil.example").await;
        press(&server, &of_thief).await.expect(303);
        // At its removal, at each of the three acts of the owner, and now.
        let mut told: Vec<_> = mails(&server.app, DROPPED).await.into_iter().map(|(to, _)| to).collect();
        told.sort();
        assert_eq!(told, [OLD, OLD, OLD, OLD, OLD, "eve@evil.example"]);
        server.app.clock.advance(86_400);
        vestibule::server::service::address::sweep(&server.app).await.expect("swept");
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
        let newest = link(&server.app, DROPPED, OLD).await;
        assert_eq!(server.send(get(&newest)).await.expect(303).header("location"), "/go");
    }

    /// With the thief's app, a new password would help nobody.
    async fn it_takes_back_an_authenticator_app(server: Server) {
        let (undo, thief) = stolen(&server).await;
        enrol_in(&server, &thief).await;
        press(&server, &undo).await.expect(303);
        choose(&server, CLOSED, OLD, OTHER).await;
        server.send(sign_in("ada", OTHER)).await.expect(200);
        let told = mails(&server.app, "Two-step sign-in is off for your Vestibule account").await;
        assert_eq!(told.iter().map(|(to, _)| &**to).collect::<Vec<_>>(), [OLD]);
        assert_eq!(server.sql("select kind from audit_events where kind = 'totp.remove'").await, ["totp.remove"]);
    }

    /// One of before the change is the owner's.
    async fn an_authenticator_app_of_before_stays(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let app = enrol_in(&server, &token).await;
        let token = change(&server, &app.token, "eve@evil.example").await;
        // Another phone takes its place, and is as old as it.
        server.app.clock.advance(30);
        enrol_in(&server, &token).await;
        let undo = link(&server.app, REPLACED, OLD).await;
        press(&server, &undo).await.expect(303);
        choose(&server, CLOSED, OLD, OTHER).await;
        server.send(sign_in("ada", OTHER)).await.expect_problem(401, "factor_required");
    }

    /// In the browser of somebody else, too, it says what has happened.
    async fn in_a_browser_that_is_signed_in_to_another_account(server: Server) {
        let (undo, _) = stolen(&server).await;
        confirmed(&server, "bob").await;
        let mut browser = Browser::new();
        browser.post(&server, "/login", &[("identifier", "bob"), ("password", PASSWORD)]).await.expect(303);
        let led = browser.open(&server, &undo).await.expect(303);
        let page = browser.open(&server, led.header("location")).await.expect(200).page();
        let token = hidden(&page, "link");
        browser.post(&server, "/undo", &[("link", &*token), ("sure", "yes")]).await.expect(303);
        let led = browser.open(&server, "/login").await.expect(303);
        let page = browser.open(&server, led.header("location")).await.expect(200).page();
        assert!(page.contains("The change is undone."), "{page}");
    }

    /// The links of notices that the thief's address got close nothing any more.
    async fn it_ends_the_links_of_the_other_address(server: Server) {
        let (undo, _) = stolen(&server).await;
        let of_thief = link(&server.app, ADDED, "eve@evil.example").await;
        press(&server, &undo).await.expect(303);
        assert_eq!(server.send(get(&of_thief)).await.expect(303).header("location"), "/go");
    }

    async fn it_takes_back_an_address_that_waits(server: Server) {
        let (undo, thief) = stolen(&server).await;
        server.send(set("more@evil.example").bearer(&thief)).await.expect(202);
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
    }

    async fn it_works_for_a_week_to_the_second(server: Server) {
        let (undo, _) = stolen(&server).await;
        server.app.clock.advance(604_799);
        let (_, path, page) = open(&server, &undo).await;
        assert_eq!(path, "/undo");
        page.expect(200);
        server.app.clock.advance(1);
        let token = undo.strip_prefix("/go/").expect("a link");
        server.send(form("/undo", &[("link", token), ("sure", "yes")])).await.expect(410);
        assert_eq!(server.send(get(&undo)).await.expect(303).header("location"), "/go");
        assert_eq!(addresses(&server).await, ["(ada@example.org)", "eve@evil.example"]);
    }

    async fn at_its_last_second(server: Server) {
        let (undo, _) = stolen(&server).await;
        server.app.clock.advance(604_799);
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
    }

    /// A disabled account is the operator's matter. Once it is enabled again, the owner may still undo.
    async fn a_disabled_account_is_left_alone(server: Server) {
        let (undo, _) = stolen(&server).await;
        server.change("ada", AccountChange::Disable).await;
        let token = undo.strip_prefix("/go/").expect("a link");
        server.send(form("/undo", &[("link", token), ("sure", "yes")])).await.expect(410);
        assert_eq!(addresses(&server).await, ["(ada@example.org)", "eve@evil.example"]);
        server.change("ada", AccountChange::Enable).await;
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
    }

    /// However long it was disabled.
    async fn an_enabled_account_has_another_week(server: Server) {
        stolen(&server).await;
        server.change("ada", AccountChange::Disable).await;
        server.app.clock.advance(30 * 86_400);
        vestibule::server::service::address::sweep(&server.app).await.expect("swept");
        server.change("ada", AccountChange::Enable).await;
        server.app.clock.advance(604_799);
        vestibule::server::service::address::sweep(&server.app).await.expect("swept");
        let undo = link(&server.app, DROPPED, OLD).await;
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
    }

    /// A change that could not be undone any more when the account was disabled stays.
    async fn enabling_an_account_offers_no_undo_that_was_over(server: Server) {
        stolen(&server).await;
        server.app.clock.advance(604_800);
        server.change("ada", AccountChange::Disable).await;
        server.change("ada", AccountChange::Enable).await;
        assert_eq!(mails(&server.app, DROPPED).await.len(), 1);
        vestibule::server::service::address::sweep(&server.app).await.expect("swept");
        assert_eq!(addresses(&server).await, ["eve@evil.example"]);
    }

    async fn without_a_tick_it_says_so_in_place(server: Server) {
        let (undo, _) = stolen(&server).await;
        let (mut browser, path, page) = open(&server, &undo).await;
        let token = hidden(&page.expect(200).text, "link");
        let page = browser.post(&server, &path, &[("link", &token)]).await.expect(422).page();
        assert!(page.contains("Tick this box first."), "{page}");
        assert_eq!(hidden(&page, "link"), token);
        assert_eq!(addresses(&server).await, ["(ada@example.org)", "eve@evil.example"]);
    }

    /// A link is good for its purpose alone.
    async fn a_link_of_another_purpose_undoes_nothing(server: Server) {
        let (undo, _) = stolen(&server).await;
        let secure = link(&server.app, SIGNED_IN, OLD).await;
        for (path, link) in [("/undo", &secure), ("/secure", &undo), ("/reset", &undo)] {
            let token = link.strip_prefix("/go/").expect("a link");
            let fields = [("link", token), ("sure", "yes"), ("new_password", OTHER)];
            server.send(form(path, &fields)).await.expect(410);
        }
        assert_eq!(addresses(&server).await, ["(ada@example.org)", "eve@evil.example"]);
        server.send(sign_in("ada", PASSWORD)).await.expect(200);
    }
}
