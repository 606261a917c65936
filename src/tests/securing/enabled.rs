//! An account that was disabled for long: once it is enabled again, each address can do for a week what it could before (S81).

use vestibule::server::service::{accounts::AccountChange, address, flows};

use super::*;

const WEEK: i64 = 604_800;
const OLD: &str = "ada@example.org";
const EVE: &str = "eve@evil.example";

/// Disables an account for a month, in which all that is due is deleted.
async fn disabled_for_a_month(server: &Server) {
    server.change("ada", AccountChange::Disable).await;
    server.app.clock.advance(30 * 86_400);
    sweep(server).await;
    server.change("ada", AccountChange::Enable).await;
}

async fn sweep(server: &Server) {
    flows::sweep(&server.app).await.expect("swept");
    address::sweep(&server.app).await.expect("swept");
}

/// An account to which a thief has added an address; the thief's token.
async fn joined(server: &Server) -> String {
    confirmed(server, "ada").await;
    server.app.clock.advance(WEEK);
    let token = server.login("ada").await;
    add(server, &token, EVE).await
}

/// The number of mails of a subject to an address.
async fn told(server: &Server, subject: &str, to: &str) -> usize {
    mails(&server.app, subject).await.into_iter().filter(|(told, _)| told == to).count()
}

both! {
    async fn s81_a_removed_address_is_told_again(server: Server) {
        let token = joined(&server).await;
        let token = promote(&server, &token, EVE).await;
        remove(&server, &token, OLD).await;
        assert_eq!(told(&server, DROPPED, OLD).await, 1);
        disabled_for_a_month(&server).await;
        assert_eq!(told(&server, DROPPED, OLD).await, 2);
        server.app.clock.advance(WEEK - 1);
        sweep(&server).await;
        press(&server, &link(&server.app, DROPPED, OLD).await).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
    }

    async fn s81_a_main_address_of_before_is_told_again(server: Server) {
        let token = joined(&server).await;
        promote(&server, &token, EVE).await;
        assert_eq!(told(&server, REPLACED, OLD).await, 1);
        disabled_for_a_month(&server).await;
        assert_eq!(told(&server, REPLACED, OLD).await, 2);
        server.app.clock.advance(WEEK - 1);
        sweep(&server).await;
        press(&server, &link(&server.app, REPLACED, OLD).await).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
    }

    /// Though no address is in doubt: the second one has been there for long.
    async fn a_main_address_of_before_is_the_main_one_again(server: Server) {
        joined(&server).await;
        server.app.clock.advance(WEEK);
        let token = server.login("ada").await;
        promote(&server, &token, EVE).await;
        let undo = link(&server.app, REPLACED, OLD).await;
        disabled_for_a_month(&server).await;
        assert_eq!(told(&server, REPLACED, OLD).await, 2);
        // It was told of the change, and can take nothing off.
        assert_eq!(told(&server, CHANGED, EVE).await, 1);
        // The link of the earlier mail goes on working, too.
        press(&server, &undo).await.expect(303);
        let main = server.sql("select address from user_emails where primary_at is not null").await;
        assert_eq!(main, [OLD]);
        assert_eq!(addresses(&server).await, [OLD, EVE]);
    }

    async fn s81_an_address_is_told_again_of_a_newer_one(server: Server) {
        joined(&server).await;
        assert_eq!(told(&server, CHANGED, OLD).await, 1);
        disabled_for_a_month(&server).await;
        assert_eq!(told(&server, CHANGED, OLD).await, 2);
        // It came last, and can take nothing off.
        assert_eq!(told(&server, CHANGED, EVE).await, 0);
        server.app.clock.advance(WEEK - 1);
        sweep(&server).await;
        press(&server, &link(&server.app, CHANGED, OLD).await).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
    }

    /// What could not be done any more when the account was disabled stays so, and nobody is told.
    async fn what_was_over_stays_over(server: Server) {
        let token = joined(&server).await;
        promote(&server, &token, EVE).await;
        assert_eq!((told(&server, REPLACED, OLD).await, told(&server, CHANGED, OLD).await), (1, 1));
        server.app.clock.advance(WEEK);
        disabled_for_a_month(&server).await;
        assert_eq!((told(&server, REPLACED, OLD).await, told(&server, CHANGED, OLD).await), (1, 1));
        let undo = link(&server.app, REPLACED, OLD).await;
        assert_eq!(server.send(get(&undo)).await.expect(303).header("location"), "/go");
        assert_eq!(addresses(&server).await, [OLD, EVE]);
    }
}
