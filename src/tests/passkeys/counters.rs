//! Counters and backups: noted, and no reason to keep anybody out.

use super::*;
use crate::mail::{confirmed, subjects};

/// Adds a passkey to a new account with a confirmed address.
async fn told_owner(server: &Server, authenticator: &mut Authenticator) {
    confirmed(server, "ada").await;
    let ada = server.login("ada").await;
    add(server, &ada, authenticator).await;
}

async fn warnings(server: &Server) -> usize {
    let subjects = subjects(&server.app).await;
    subjects.iter().filter(|subject| subject.contains("may have been copied")).count()
}

both! {
    async fn s82_a_count_that_goes_back_is_told_once(server: Server) {
        let mut key = Authenticator::hardware();
        key.count = 10;
        told_owner(&server, &mut key).await;
        key.count = 11;
        login(&server, &key).await.expect(200);
        assert_eq!(events(&server).await, ["passkey.set"]);
        for count in [11, 5] {
            key.count = count;
            login(&server, &key).await.expect(200);
        }
        assert_eq!(server.sql("select cast(sign_count as text) from passkeys").await, ["11"]);
        assert_eq!(events(&server).await, ["passkey.set", "passkey.counter", "passkey.counter"]);
        assert_eq!(warnings(&server).await, 1);
    }

    /// A copy cannot silence the count by calling itself synced.
    async fn a_count_that_goes_back_is_told_whatever_the_answer_says(server: Server) {
        let mut key = Authenticator::hardware();
        key.count = 10;
        told_owner(&server, &mut key).await;
        (key.count, key.flags) = (5, key.flags | SYNCED);
        login(&server, &key).await.expect(200);
        assert_eq!(events(&server).await, ["passkey.set", "passkey.counter"]);
        assert_eq!(warnings(&server).await, 1);
    }

    async fn authenticators_that_do_not_count_are_taken(server: Server) {
        let mut it = Authenticator::new();
        told_owner(&server, &mut it).await;
        for _ in 0..3 {
            login(&server, &it).await.expect(200);
        }
        // A passkey on several devices counts as it likes.
        for count in [7, 3, 0] {
            it.count = count;
            login(&server, &it).await.expect(200);
        }
        assert_eq!(events(&server).await, ["passkey.set"]);
        assert_eq!(warnings(&server).await, 0);
    }

    /// Some authenticators change their mind (supabase/auth#2732, keepassxc#13239).
    async fn flags_of_backups_may_change_both_ways(server: Server) {
        let mut it = Authenticator::new();
        told_owner(&server, &mut it).await;
        let state = "select coalesce(cast(backup_eligible_at as text), '-') || coalesce(cast(backed_up_at as text), '-') from passkeys";
        let first = server.sql(state).await;
        for (flags, amr) in [(VERIFIED, "hwk"), (VERIFIED | SYNCED, "swk"), (VERIFIED | 8, "swk")] {
            it.flags = flags;
            server.app.clock.advance(1);
            let signed_in = login(&server, &it).await.expect(200);
            assert_eq!(part(&token(&signed_in), 1)["amr"][0], amr);
        }
        let last = server.sql(state).await;
        assert!(first != last && last[0].ends_with('-'), "{first:?} {last:?}");
    }
}
