//! Sources that are blocked: by their failures, or by the operator (S30).

use std::net::IpAddr;

use futures::future::join_all;
use serde_json::json;
use vestibule::server::{
    config,
    service::{follow, limits::blocks},
};

use super::support::*;

/// Failures that block a source.
const BLOCK_AFTER: usize = 100;

both! {
    /// S30: a list of names and passwords is noticed after half as many failures; the block outlives a
    /// restart, reaches other processes, spares known devices, and ends by itself or is lifted.
    async fn a_source_that_fails_too_often_is_blocked(server: Server) {
        const FROM: &str = "203.0.113.9";
        server.register("ada").await;
        server.register("bob").await;
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        let arrived = server.send(form("/login", &fields).from(FROM)).await.expect(303);
        let device = arrived.cookie("vestibule_device_3000").expect("a known device");
        let other = server.again().await;
        let mut failures = 0;
        let refused = loop {
            let reply = server.send(guess(&format!("name{failures}")).from(FROM)).await;
            if reply.status != 401 {
                break reply;
            }
            failures += 1;
            // One's own successes in between do not reset it.
            server.send(right("ada").from(FROM)).await.expect(200);
            if failures < 52 {
                // The other process keeps up, but for the block itself.
                server.app.clock.advance(2);
                follow::all(&other.0).await.expect("the feed");
            }
        };
        assert_eq!(failures, 52);
        let refused = refused.expect_problem(429, "source_blocked");
        assert_eq!(refused.header("retry-after"), "3600");
        server.send(right("bob").from(FROM)).await.expect_problem(429, "source_blocked");
        server.send(right("bob")).await.expect(200);
        // Who has been here before is spared.
        server.send(right("ada").from(FROM)).await.expect(200);
        server.send(form("/login", &fields).from(FROM).cookie(&device)).await.expect(303);
        let body = json!({ "username": "eve", "password": PASSWORD });
        let new = post("/api/v1/register").json(body).from(FROM);
        server.send(new).await.expect_problem(429, "source_blocked");

        let (_, restarted) = server.again().await;
        send(&restarted, guess("bob").from(FROM)).await.expect_problem(429, "source_blocked");
        send(&other.1, guess("bob").from(FROM)).await.expect(401);
        follow::all(&other.0).await.expect("the feed");
        send(&other.1, guess("bob").from(FROM)).await.expect_problem(429, "source_blocked");
        let events = server.sql("select details from audit_events where kind = 'source.block'").await;
        assert_eq!(events, [format!("{{\"source\":\"{FROM}\"}}")]);

        let listed = blocks::list(&other.0).await.expect("listed");
        assert_eq!(listed.iter().map(blocks::Block::source).collect::<Vec<_>>(), [FROM]);
        blocks::lift(&other.0, Agent::Operator, listed[0].network).await.expect("lifted");
        follow::all(&server.app).await.expect("the feed");
        server.send(right("bob").from(FROM)).await.expect(200);
        server.send(guess("bob").from(FROM)).await.expect(401);
    }

    /// S30: the operator's block holds off a network, known devices too, and ends by itself.
    async fn the_operator_blocks_a_network(server: Server) {
        server.register("ada").await;
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        let arrived = server.send(form("/login", &fields)).await.expect(303);
        let device = arrived.cookie("vestibule_device_3000").expect("a known device");
        let network = "2001:db8::/32".parse().expect("a network");
        blocks::add(&server.app, Agent::Operator, network, 600).await.expect("blocked");
        let blocked = || form("/login", &fields).from("2001:db8:9::1").cookie(&device);
        server.send(blocked()).await.expect(429);
        server.send(right("ada").from("2001:db9::1")).await.expect(200);
        server.app.clock.advance(600);
        server.send(blocked()).await.expect(303);
    }

    /// IPv4 written as IPv6 is IPv4, and no network is smaller than what one customer has.
    async fn a_network_holds_in_every_spelling(server: Server) {
        server.register("ada").await;
        for (network, held, free) in [
            ("::ffff:203.0.113.0/120", "203.0.113.9", "203.0.114.9"),
            ("2001:db8:1:2::/80", "2001:db8:1:2:ffff::1", "2001:db8:1:3::1"),
            ("2001:db8:2:2::9", "2001:db8:2:2::1", "2001:db8:2:3::1"),
        ] {
            let read = config::network(network).expect("a network");
            blocks::add(&server.app, Agent::Operator, read, 600).await.expect("blocked");
            server.send(right("ada").from(held)).await.expect_problem(429, "source_blocked");
            server.send(right("ada").from(free)).await.expect(200);
            blocks::lift(&server.app, Agent::Operator, read).await.expect("lifted");
            server.send(right("ada").from(held)).await.expect(200);
        }
    }
}

both_with! { |flags| flags.limits = Some("off".into());
    /// Failures shorten no block of the operator's.
    async fn failures_do_not_replace_the_operators_block(server: Server) {
        const FROM: &str = "203.0.113.9";
        let token = server.user("ada").await;
        let year = 31_536_000;
        // By another process, of which this one has not heard when the failures come.
        let (other, router) = server.again().await;
        blocks::add(&other, Agent::Operator, FROM.parse::<IpAddr>().expect("an address").into(), year)
            .await
            .expect("blocked");
        let prove = json!({ "password": "wrong horse battery" });
        for _ in 0..BLOCK_AFTER {
            let prove = post("/api/v1/me/reauthenticate").bearer(&token).json(prove.clone());
            server.send(prove.from(FROM)).await.expect(401);
        }
        for router in [&server.router, &router] {
            follow::all(&server.app).await.expect("the feed");
            let refused = send(router, right("ada").from(FROM)).await;
            let refused = refused.expect_problem(429, "source_blocked");
            assert_eq!(refused.header("retry-after"), year.to_string());
        }
        // Nor is anything proven again from there.
        let prove = post("/api/v1/me/reauthenticate").bearer(&token).json(prove).from(FROM);
        server.send(prove).await.expect_problem(429, "source_blocked");
    }

    /// Those that reach the number at once wait for nobody: each is answered, recorded, and one blocks.
    async fn many_that_reach_the_number_at_once_do_not_lock_each_other(server: Server) {
        const FROM: &str = "203.0.113.9";
        let accounts = [["ada", "bob"], ["eve", "joe"]].concat();
        for n in 0..BLOCK_AFTER - 4 {
            server.send(guess(accounts[n % accounts.len()]).from(FROM)).await.expect(401);
        }
        // Threads enough that one source's share of the places holds all of them.
        let (_, router) = server.again_with(|flags| flags.hashing_threads = Some("8".into())).await;
        let at_once = (0..16).map(|n| send(&router, guess(accounts[n % accounts.len()]).from(FROM)));
        for reply in join_all(at_once).await {
            assert!([401, 429].contains(&reply.status.as_u16()), "{}", reply.text);
        }
        send(&router, guess("ada").from(FROM)).await.expect_problem(429, "source_blocked");
    }
}
