//! The feed that processes follow: each part of it with its own errors, versions side by side, late lines,
//! pages.

use vestibule::server::{
    App,
    db::Db,
    service::{
        accounts::AccountChange, agent::Agent, follow, keys, limits::blocks, prune,
        revocation::BLIND_AFTER_MS,
    },
};

use super::support::*;

/// When tests begin, Unix seconds, as SQL has it.
const NOW: &str = "1767225600";

/// Adds a line to the feed as another process would; its number is given by the database.
async fn add_line(server: &Server, kind: &str, subject: &str, created_at: i64) {
    let statement = format!(
        "insert into revocations (kind, subject, not_before, created_at, expires_at)
         values ('{kind}', '{subject}', 0, {created_at}, {created_at} + 700)"
    );
    server.sql(statement.leak()).await;
}

/// Adds a line whose number was handed out before all others, and that is committed only now.
async fn add_late_line(server: &Server, session: &str, seq: i64, created_at: i64) {
    let system = match server.app.db {
        Db::Sqlite { .. } => "",
        Db::Postgres(_) => "overriding system value",
    };
    let statement = format!(
        "insert into revocations (seq, kind, subject, not_before, created_at, expires_at) {system}
         values ({seq}, 'session', '{session}', 0, {created_at}, {created_at} + 700)"
    );
    server.sql(statement.leak()).await;
}

fn session(token: &str) -> String {
    part(token, 1)["sid"].as_str().expect("a session").to_owned()
}

fn now(app: &App) -> i64 {
    app.clock.now_s()
}

both! {
    async fn a_key_of_a_later_version_stops_nothing(server: Server) {
        let (ada, bob) = (server.user("ada").await, server.user("bob").await);
        let (other, router) = server.again().await;
        for (kid, algorithm) in [("later", "ML-DSA-65"), ("broken", "EdDSA")] {
            let statement = format!(
                "insert into signing_keys (kid, algorithm, private_sealed, created_at, active_at)
                 values ('{kid}', '{algorithm}', 'nonsense', {NOW}, {NOW})"
            );
            server.sql(statement.leak()).await;
        }
        add_line(&server, "keys", "", now(&server.app)).await;
        server.change("ada", AccountChange::Disable).await;
        let log = Log::start();
        follow::all(&other).await.expect("the feed");
        follow::all(&other).await.expect("the feed");
        let log = log.end();
        assert_eq!(status(&router, &ada).await, 401);
        assert_eq!(status(&router, &bob).await, 200);
        for kid in ["later", "broken"] {
            let told = log.lines().filter(|line| line.contains("ERROR") && line.contains(kid));
            assert_eq!(told.count(), 1, "{log}");
        }
        // The other keys go on, after a restart too.
        let restarted = server.again().await;
        for (app, router) in [&(other, router), &restarted] {
            let fresh = send(router, right("bob")).await.expect(200).json();
            let fresh = fresh["access_token"].as_str().expect("a token");
            assert_eq!(status(router, fresh).await, 200);
            assert_eq!(jwks(router).await.len(), 1);
            keys::maintain(app).await.expect("maintained");
        }
        // What cannot be read can be retired.
        keys::retire(&restarted.0, Agent::Operator, "broken").await.expect("retired");
        keys::rotate(&restarted.0, Agent::Operator, keys::RingName::Own, false).await.expect("rotated");
    }

    async fn keys_that_cannot_be_read_stop_neither_revocations_nor_blocks(server: Server) {
        const FROM: &str = "203.0.113.9";
        let ada = server.user("ada").await;
        server.register("bob").await;
        let (other, router) = server.again().await;
        keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, false).await.expect("rotated");
        blocks::add(&server.app, Agent::Operator, FROM.parse::<std::net::IpAddr>().expect("an address").into(), 60)
            .await
            .expect("blocked");
        server.change("ada", AccountChange::Disable).await;
        server.sql("alter table signing_keys rename to gone").await;
        other.clock.advance_ms(BLIND_AFTER_MS - 1);
        follow::revocations(&other).await.expect("the feed");
        assert_eq!(status(&router, &ada).await, 401);
        assert!(follow::keys(&other).await.is_err());
        follow::blocks(&other).await.expect("the blocks");
        send(&router, right("bob").from(FROM)).await.expect_problem(429, "source_blocked");
        assert!(follow::all(&other).await.is_err(), "it is tried again");
        server.sql("alter table gone rename to signing_keys").await;
        // The line was read before: what failed stays due.
        follow::keys(&other).await.expect("the keys");
        assert_eq!(jwks(&router).await.len(), 2);
    }

    async fn blocks_that_cannot_be_read_stop_nothing_else(server: Server) {
        let ada = server.user("ada").await;
        let (other, router) = server.again().await;
        keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, false).await.expect("rotated");
        add_line(&server, "blocks", "", now(&server.app)).await;
        server.change("ada", AccountChange::Disable).await;
        server.sql("alter table source_blocks rename to gone").await;
        assert!(follow::all(&other).await.is_err());
        assert_eq!(status(&router, &ada).await, 401);
        assert_eq!(jwks(&router).await.len(), 2);
    }

    async fn kinds_of_a_later_version_are_skipped(server: Server) {
        let ada = server.user("ada").await;
        let (other, router) = server.again().await;
        for kind in ["grant", "grant", "client", "grant"] {
            add_line(&server, kind, &session(&ada), now(&server.app)).await;
        }
        let log = Log::start();
        follow::all(&other).await.expect("the feed");
        // It revokes nobody whom an older version takes for its subject.
        assert_eq!(status(&router, &ada).await, 200);
        server.change("ada", AccountChange::Disable).await;
        follow::all(&other).await.expect("the feed");
        follow::again(&other).await.expect("the feed");
        let log = log.end();
        assert_eq!(status(&router, &ada).await, 401);
        for kind in ["grant", "client"] {
            let told = log.lines().filter(|line| line.contains("WARN") && line.contains(kind));
            assert_eq!(told.count(), 1, "{kind}: {log}");
        }
    }

    async fn a_line_is_acted_upon_once(server: Server) {
        const FROM: &str = "203.0.113.9";
        server.register("ada").await;
        let (other, router) = server.again().await;
        let from = FROM.parse::<std::net::IpAddr>().expect("an address");
        blocks::add(&server.app, Agent::Operator, from.into(), 3_600).await.expect("blocked");
        follow::all(&other).await.expect("the feed");
        send(&router, right("ada").from(FROM)).await.expect(429);
        // Behind the feed's back, to see whether the blocks are read again without a line.
        server.sql("delete from source_blocks").await;
        for _ in 0..3 {
            follow::all(&other).await.expect("the feed");
            follow::again(&other).await.expect("the feed");
            follow::blocks(&other).await.expect("nothing is due");
        }
        send(&router, right("ada").from(FROM)).await.expect(429);
        add_line(&server, "blocks", "", now(&server.app)).await;
        follow::all(&other).await.expect("the feed");
        send(&router, right("ada").from(FROM)).await.expect(200);
    }

    async fn a_line_committed_late_counts(server: Server) {
        let tokens = [server.user("ada").await, server.login("ada").await, server.login("ada").await];
        let (other, router) = server.again().await;
        server.register("bob").await;
        server.change("bob", AccountChange::Disable).await;
        follow::all(&other).await.expect("the feed");
        // Its number is lower than one that was read.
        add_late_line(&server, &session(&tokens[0]), -1, now(&other)).await;
        follow::all(&other).await.expect("the feed");
        assert_eq!(status(&router, &tokens[0]).await, 401);
        // It was committed while this process could not read, for longer than a minute.
        add_late_line(&server, &session(&tokens[1]), -2, now(&other) - 30).await;
        other.clock.advance(400);
        follow::all(&other).await.expect("the feed");
        assert_eq!(status(&router, &tokens[1]).await, 401);
        // The clock of its writer is off by more than readers look back.
        add_late_line(&server, &session(&tokens[2]), -3, now(&other) - 7_000).await;
        follow::all(&other).await.expect("the feed");
        assert_eq!(status(&router, &tokens[2]).await, 200);
        follow::again(&other).await.expect("the feed");
        assert_eq!(status(&router, &tokens[2]).await, 401);
    }

    async fn a_long_feed_is_read_in_pages(server: Server) {
        let tokens = [server.user("ada").await, server.login("ada").await, server.login("ada").await];
        let (other, router) = server.again().await;
        // All of one second, so that a page ends in the middle of it.
        for token in &tokens[..2] {
            server.sql(&*format!(
                "insert into revocations (kind, subject, not_before, created_at, expires_at)
                 with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 4500)
                 select 'session', 'nobody''s ' || n, 0, {NOW}, {NOW} + 700 from numbers"
            ).leak()).await;
            add_line(&server, "session", &session(token), now(&server.app)).await;
        }
        follow::all(&other).await.expect("the feed");
        let (restarted, restarted_router) = server.again().await;
        let late = server.again().await;
        // By time too: all of it again, and on the last page a line that was committed late.
        server.sql("update revocations set created_at = created_at - 3600").await;
        add_late_line(&server, &session(&tokens[2]), 0, now(&server.app) - 3_599).await;
        follow::again(&late.0).await.expect("the feed");
        for (router, revoked) in [(&router, 2), (&restarted_router, 2), (&late.1, 3)] {
            for (n, token) in tokens.iter().enumerate() {
                assert_eq!(status(router, token).await, if n < revoked { 401 } else { 200 }, "{n}");
            }
        }
        prune::feed(&restarted).await.expect("pruned");
        assert_eq!(server.sql("select kind from revocations").await.len(), 0);
    }

    async fn a_server_that_has_not_read_the_feed_admits_nobody(server: Server) {
        let token = server.user("ada").await;
        // Without the follower of tests.
        let (app, _) = server.again().await;
        let router = Router::of(&app);
        assert_eq!(status(&router, &token).await, 200, "all was read at start");
        send(&router, get("/readyz")).await.expect(200);
        app.clock.advance_ms(BLIND_AFTER_MS + 1);
        assert_eq!(status(&router, &token).await, 503);
        send(&router, get("/readyz")).await.expect(503);
        follow::all(&app).await.expect("the feed");
        assert_eq!(status(&router, &token).await, 200);
        send(&router, get("/readyz")).await.expect(200);
        // A clock that was set back says nothing about when the feed was read.
        app.clock.advance_ms(-BLIND_AFTER_MS - 1);
        assert_eq!(status(&router, &token).await, 503);
    }

    async fn after_an_outage_keys_and_blocks_are_read_though_their_lines_are_gone(server: Server) {
        const FROM: &str = "203.0.113.9";
        server.register("ada").await;
        let (other, router) = server.again().await;
        let from = FROM.parse::<std::net::IpAddr>().expect("an address");
        blocks::add(&server.app, Agent::Operator, from.into(), 86_400).await.expect("blocked");
        keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, false).await.expect("rotated");
        server.app.clock.advance(3_600);
        prune::feed(&server.app).await.expect("pruned");
        assert_eq!(server.sql("select kind from revocations").await.len(), 0);
        follow::all(&other).await.expect("the feed");
        send(&router, right("ada").from(FROM)).await.expect(429);
        let signing = |app: &App| keys::list(app).remove(0).kid;
        assert_eq!(signing(&other), signing(&server.app));
    }
}
