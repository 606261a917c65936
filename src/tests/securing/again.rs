//! What a thief's address does again and again: its mails remove no app of the owner, and end no older address (S81, S32).

use super::*;

const WEEK: i64 = 604_800;
const OLD: &str = "ada@example.org";
const NEW: &str = "ada@new.example";
const EVE: &str = "eve@evil.example";

/// An account with an address of a week, and a thief's.
async fn joined(server: &Server) -> String {
    confirmed(server, "ada").await;
    server.app.clock.advance(WEEK);
    let token = server.login("ada").await;
    add(server, &token, EVE).await
}

async fn number_of_apps(server: &Server) -> usize {
    server.sql("select user_id from totp").await.len()
}

both! {
    /// The owner adds another one, sets up an app, and removes the thief's.
    async fn s81_an_undo_by_a_later_address_leaves_the_app(server: Server) {
        let token = joined(&server).await;
        let token = add(&server, &token, NEW).await;
        let app = enrol_in(&server, &token).await;
        remove(&server, &app.token, EVE).await;
        press(&server, &link(&server.app, DROPPED, EVE).await).await.expect(303);
        assert_eq!(number_of_apps(&server).await, 1);
        choose(&server, CLOSED, EVE, OTHER).await;
        server.send(sign_in("ada", OTHER)).await.expect_problem(401, "factor_required");
    }

    /// The owner removes the thief's, and sets up an app then.
    async fn s81_an_undo_by_a_removed_later_address_leaves_the_app(server: Server) {
        let token = joined(&server).await;
        let token = remove(&server, &token, EVE).await;
        enrol_in(&server, &token).await;
        press(&server, &link(&server.app, DROPPED, EVE).await).await.expect(303);
        assert_eq!(number_of_apps(&server).await, 1);
        choose(&server, CLOSED, EVE, OTHER).await;
        server.send(sign_in("ada", OTHER)).await.expect_problem(401, "factor_required");
    }

    /// A second address of the thief stands in for one that the owner has added.
    async fn s32_a_closing_by_a_later_address_leaves_the_app(server: Server) {
        let token = joined(&server).await;
        let token = add(&server, &token, "mallory@evil.example").await;
        enrol_in(&server, &token).await;
        press(&server, &link(&server.app, CHANGED, EVE).await).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD, EVE]);
        assert_eq!(number_of_apps(&server).await, 1);
    }

    /// The thief closes the account at once: the older address gets another link, and another week.
    async fn s32_a_closing_by_a_later_address_gives_the_older_one_another_link(server: Server) {
        joined(&server).await;
        let first = link(&server.app, CHANGED, OLD).await;
        server.app.clock.advance(86_400);
        press(&server, &link(&server.app, ADDED, EVE).await).await.expect(303);
        assert_eq!(server.send(get(&first)).await.expect(303).header("location"), "/go");
        // The later one gets none.
        assert_eq!(mails(&server.app, CHANGED).await.into_iter().map(|(to, _)| to).collect::<Vec<_>>(), [OLD, OLD]);
        let again = link(&server.app, CHANGED, OLD).await;
        server.app.clock.advance(WEEK - 1);
        press(&server, &again).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
    }

    /// A mail server that is away for days keeps the older address from nothing.
    async fn s81_the_mail_that_takes_an_address_off_waits_as_long_as_its_link(server: Server) {
        joined(&server).await;
        server.app.clock.advance(4 * 86_400);
        press(&server, &link(&server.app, CHANGED, OLD).await).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
    }

    /// The thief makes the older one the main one and takes that back: an app between is taken away all the same.
    async fn s81_a_detour_of_the_main_address_forgets_nothing(server: Server) {
        joined(&server).await;
        server.app.clock.advance(WEEK);
        let token = server.login("ada").await;
        let token = promote(&server, &token, EVE).await;
        let undo = link(&server.app, REPLACED, OLD).await;
        let app = enrol_in(&server, &token).await;
        let token = promote(&server, &app.token, OLD).await;
        // While it is the main one, there is nothing to undo.
        let link_token = undo.strip_prefix("/go/").expect("a link");
        server.send(form("/undo", &[("link", link_token), ("sure", "yes")])).await.expect(410);
        promote(&server, &token, EVE).await;
        press(&server, &undo).await.expect(303);
        assert_eq!((number_of_apps(&server).await, addresses(&server).await), (0, vec![OLD.to_owned(), EVE.to_owned()]));
        choose(&server, CLOSED, OLD, OTHER).await;
        server.send(sign_in("ada", OTHER)).await.expect(200);
    }

    /// Their mails go before those of everybody else.
    async fn changes_of_confirmed_addresses_are_bounded(server: Server) {
        let mut token = joined(&server).await;
        for n in 0..10 {
            token = promote(&server, &token, if n % 2 == 0 { EVE } else { OLD }).await;
        }
        let requests = [promoting(&server, &token, EVE).await, removing(&server, &token, EVE).await];
        for request in requests {
            server.send(request).await.expect_problem(429, "too_many_requests");
        }
        server.app.clock.advance(86_400 / 4);
        let token = server.login("ada").await;
        promote(&server, &token, EVE).await;
    }
}
