//! Counts in the database: cleared under one's eyes, and deleted in parts.

use futures::FutureExt;
use vestibule::server::{
    db::{Db, DbError, limits as buckets},
    service::limits,
};

use super::support::*;

both! {
    /// A bucket that is full, and gone when it is looked at, is empty: no error, and no store that is away.
    async fn a_bucket_that_is_cleared_under_ones_eyes_is_empty(server: Server) {
        if let Db::Sqlite { .. } = server.app.db {
            // One writer: nothing happens between two statements of a unit.
            return;
        }
        let take = || {
            server.app.db.write(|tx| {
                async move { buckets::take(tx, ("a bucket", 1_000, 1_000), 5_000).await }.boxed()
            })
        };
        assert_eq!(take().await.expect("taken"), None);
        assert_eq!(take().await.expect("counted"), Some(6_000), "it is full");
        // What another process's success does, between the second statement of the next look and its third.
        for statement in [
            "create sequence looks",
            "create function clear_it() returns trigger language plpgsql as
             'begin if nextval(''looks'') = 2 then delete from attempt_buckets; end if; return null; end'",
            "create trigger clear_it before update on attempt_buckets
             for each statement execute function clear_it()",
        ] {
            server.sql(statement).await;
        }
        assert_eq!(take().await.expect("no error"), None, "it was empty, and has one now");
        assert_eq!(server.sql("select cast(arrival_ms as text) from attempt_buckets").await, ["6000"]);
    }

    /// However much there is, a unit of work deletes a bounded part of it, and what is in use stays.
    async fn what_is_over_is_deleted_in_parts(server: Server) {
        const ROWS: i64 = 2_500;
        let (now, now_ms) = (server.app.clock.now_s(), server.app.clock.now_ms());
        let filled = server.app.db.write(move |tx| {
            async move {
                for n in 0..ROWS {
                    // Of each a row that is over, and a few that are not.
                    let (key, minute) = (format!("key{n}"), if n < 10 { now / 60 } else { now / 60 - 60 });
                    let arrival_ms = if n < 10 { now_ms } else { now_ms - 3_600_000 };
                    buckets::take(tx, (&key, 1_000, 1_000), arrival_ms).await?;
                    vestibule::server::db::blocks::count(tx, &key, "account", minute).await?;
                    let until = if n < 10 { now + 60 } else { now - 60 };
                    vestibule::server::db::blocks::upsert(tx, &key, "failures", now, until).await?;
                    let seen_at = if n < 10 { now } else { now - 31 * 86_400 };
                    let account = format!("account{n}");
                    vestibule::server::db::known_sources::record(tx, (&account, &key), seen_at, 50).await?;
                }
                Ok::<_, DbError>(())
            }
            .boxed()
        });
        filled.await.expect("filled");
        let part = server.app.db.write(move |tx| {
            async move { buckets::forget_expired(tx, now_ms, 1_000).await }.boxed()
        });
        assert_eq!(part.await.expect("deleted"), 1_000);
        limits::prune(&server.app).await.expect("pruned");
        for left in [
            "select key from attempt_buckets",
            "select source from source_failures",
            "select source from source_blocks",
            "select source from known_sources",
        ] {
            assert_eq!(server.sql(left).await.len(), 10, "{left}");
        }
    }

    /// A flood of refusals leaves a line a minute that says how many there were.
    async fn refusals_that_are_too_many_are_counted(server: Server) {
        for n in 0..=20_usize {
            server.send(guess("nobody")).await.expect(if n < ACCOUNT_BURST { 401 } else { 429 });
        }
        // Each from an address of its own.
        for _ in 0..700 {
            server.send(guess("nobody")).await.expect(429);
        }
        let limited = "select kind from audit_events where outcome = 'limited'";
        assert_eq!(server.sql(limited).await.len(), 600);
        limits::prune(&server.app).await.expect("pruned");
        limits::prune(&server.app).await.expect("pruned");
        let told = "select actor || details from audit_events where kind = 'refusals.omit'";
        assert_eq!(server.sql(told).await, [r#"system{"count":101,"whose":"strangers"}"#]);
        // Somebody who is signed in is recorded all the same, and strangers again after a while.
        let token = server.user("ada").await;
        server.send(get("/api/v1/users").bearer(&token)).await.expect(403);
        assert_eq!(server.sql("select kind from audit_events where kind = 'access'").await.len(), 1);
        server.app.clock.advance(60);
        server.send(guess("nobody")).await.expect(429);
        assert_eq!(server.sql(limited).await.len(), 601);
    }

    /// A /48 is one sender: it fills the log no faster than an address does.
    async fn a_48_is_recorded_once_a_minute(server: Server) {
        for _ in 0..ACCOUNT_BURST {
            server.send(guess("nobody")).await.expect(401);
        }
        for n in 0..50 {
            server.send(guess("nobody").from(&format!("2001:db8:1:{n:x}::1"))).await.expect(429);
        }
        server.send(guess("nobody").from("2001:db8:2::1")).await.expect(429);
        let limited = "select client_ip from audit_events where outcome = 'limited' order by seq";
        assert_eq!(server.sql(limited).await, ["2001:db8:1::1", "2001:db8:2::1"]);
    }
}
