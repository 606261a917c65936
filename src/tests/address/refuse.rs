//! "This is not my account": the owner of a mailbox takes it off an account, by the link of the mail alone.

use super::*;
use crate::securing::{open, press};

/// The link by which the newest mail is answered by somebody who knows nothing of the account.
async fn refusal(app: &App) -> String {
    let mails = delivered(app).await;
    let content = &mails.last().expect("a mail").mail.content;
    assert_eq!((&*content.subject, content.links.len()), ("Confirm your address for Vestibule", 2));
    content.links[1].strip_prefix(ORIGIN).expect("our address").to_owned()
}

both! {
    async fn the_owner_of_a_mailbox_takes_it_off(server: Server) {
        let token = newcomer(&server, "mallory", "victim@example.org").await;
        let (confirming, code) = newest(&server.app).await;
        let path = verification(&server, &token).await;
        let link = refusal(&server.app).await;
        let (_, place, page) = open(&server, &link).await;
        assert_eq!(place, "/refuse");
        let page = page.expect(200).page();
        // Whose account it is stays there.
        assert!(page.contains("victim@example.org") && !page.contains("mallory"), "{page}");
        assert_eq!(addresses(&server, &token).await.len(), 1);
        let done = press(&server, &link).await.expect(303);
        assert_eq!(done.header("location"), "/login?reason=refused");
        assert_eq!(addresses(&server, &token).await.len(), 0);
        // What the mail confirms is over, and so is the link itself.
        let put = send_json(http::Method::PUT, &path, json!({ "code": code })).bearer(&token);
        server.send(put).await.expect(404);
        for over in [&confirming, &link] {
            assert_eq!(server.send(get(over)).await.expect(303).header("location"), "/go");
        }
        // The account goes on, and its page says why.
        let mut browser = pages::browser(&server, "mallory").await;
        let page = browser.open(&server, "/account/address").await.expect(200).page();
        assert!(page.contains("was taken off this account") && page.contains("victim@example.org"), "{page}");
        let events = server.sql("select kind || ' ' || outcome from audit_events where kind = 'address.refuse'").await;
        assert_eq!(events, ["address.refuse success"]);
        // The address is free.
        let owner = newcomer(&server, "carol", "victim@example.org").await;
        let (_, code) = newest(&server.app).await;
        give(&server, &owner, &code).await.expect(204);
    }

    /// It was a mistake: set again and confirmed, it is an address of the account.
    async fn a_refused_address_that_is_confirmed_since_is_not_told(server: Server) {
        let token = newcomer(&server, "ada", "ada@example.org").await;
        press(&server, &refusal(&server.app).await).await.expect(303);
        server.app.clock.advance(60);
        let set = post("/api/v1/me/addresses").json(json!({ "address": "ada@example.org" }));
        server.send(set.bearer(&token)).await.expect(202);
        let (_, code) = newest(&server.app).await;
        give(&server, &token, &code).await.expect(204);
        let mut browser = pages::browser(&server, "ada").await;
        let page = browser.open(&server, "/account/address").await.expect(200).page();
        assert!(page.contains("ada@example.org") && !page.contains("was taken off this account"), "{page}");
    }

    /// A scanner ticks no box.
    async fn without_a_tick_nothing_happens(server: Server) {
        let token = newcomer(&server, "eve", "victim@example.org").await;
        let link = refusal(&server.app).await;
        let (mut browser, path, page) = open(&server, &link).await;
        let hidden = hidden(&page.expect(200).text, "link");
        let page = browser.post(&server, &path, &[("link", &hidden)]).await.expect(422).page();
        assert!(page.contains("Tick this box first."), "{page}");
        assert_eq!(addresses(&server, &token).await.len(), 1);
    }

    /// The mailbox and the account together have decided otherwise.
    async fn a_confirmed_address_is_not_taken_off(server: Server) {
        let token = newcomer(&server, "ada", "ada@example.org").await;
        let ((_, code), link) = (newest(&server.app).await, refusal(&server.app).await);
        give(&server, &token, &code).await.expect(204);
        let (.., page) = open(&server, &link).await;
        page.expect(410);
        let token = link.strip_prefix("/go/").expect("a link");
        server.send(form("/refuse", &[("link", token), ("sure", "yes")])).await.expect(410);
        assert_eq!(server.sql("select id from user_emails where verified_at is not null").await.len(), 1);
    }

    /// A stranger reads the mail a week later, and a new password of the account has nothing to do with it.
    async fn it_works_for_a_week_whatever_the_account_does(server: Server) {
        let token = newcomer(&server, "eve", "victim@example.org").await;
        let link = refusal(&server.app).await;
        let body = json!({ "current_password": PASSWORD, "new_password": "another horse battery" });
        let changed = send_json(http::Method::PUT, "/api/v1/me/password", body).bearer(&token);
        server.send(changed).await.expect(200);
        server.app.clock.advance(604_799);
        press(&server, &link).await.expect(303);
        assert_eq!(server.sql("select id from user_emails").await, [""; 0]);
    }

    async fn not_for_longer(server: Server) {
        newcomer(&server, "eve", "victim@example.org").await;
        let link = refusal(&server.app).await;
        server.app.clock.advance(604_800);
        let token = link.strip_prefix("/go/").expect("a link");
        server.send(form("/refuse", &[("link", token), ("sure", "yes")])).await.expect(410);
    }

    /// Its own session stays, and the page says what has happened.
    async fn in_the_browser_of_the_account(server: Server) {
        newcomer(&server, "ada", "ada@example.org").await;
        let link = refusal(&server.app).await;
        let mut browser = pages::browser(&server, "ada").await;
        let led = browser.open(&server, &link).await.expect(303);
        let page = browser.open(&server, led.header("location")).await.expect(200).text;
        let link = hidden(&page, "link");
        let done = browser.post(&server, "/refuse", &[("link", &*link), ("sure", "yes")]).await.expect(303);
        assert_eq!(done.header("location"), "/account/address");
        let page = browser.open(&server, "/account/address").await.expect(200).page();
        assert!(page.contains("was taken off this account"), "{page}");
    }

    /// The link of another purpose takes nothing off.
    async fn by_its_own_link_alone(server: Server) {
        let token = newcomer(&server, "eve", "victim@example.org").await;
        let (confirming, _) = newest(&server.app).await;
        let link = confirming.strip_prefix("/go/").expect("a link");
        server.send(form("/refuse", &[("link", link), ("sure", "yes")])).await.expect(410);
        let refusal = refusal(&server.app).await;
        let link = refusal.strip_prefix("/go/").expect("a link");
        for path in ["/undo", "/secure"] {
            server.send(form(path, &[("link", link), ("sure", "yes")])).await.expect(410);
        }
        assert_eq!(addresses(&server, &token).await.len(), 1);
    }
}
