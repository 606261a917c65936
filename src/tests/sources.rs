//! Neighbours and networks: what one source can do, and what that does to others.

use serde_json::json;
use vestibule::server::service::{agent::Agent, limits::blocks};

use super::support::*;

const FROM: &str = "203.0.113.9";

fn refresh(token: &str) -> Request {
    post("/api/v1/token/refresh").json(json!({ "refresh_token": token }))
}

/// A new session; its refresh token.
async fn session(server: &Server, name: &str) -> String {
    let body = json!({ "username": name, "password": PASSWORD, "session": "token" });
    let held = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
    held["refresh_token"].as_str().expect("a token").to_owned()
}

/// The blocks in force, by network.
async fn blocked(server: &Server) -> Vec<String> {
    let mut listed: Vec<String> = blocks::list(&server.app)
        .await
        .expect("listed")
        .iter()
        .map(blocks::Block::source)
        .collect();
    listed.sort();
    listed
}

both! {
    /// Invented refresh tokens keep nobody behind the same address from refreshing.
    async fn a_neighbour_who_invents_tokens_stops_no_refresh(server: Server) {
        server.register("ada").await;
        let mut token = session(&server, "ada").await;
        let ended = session(&server, "ada").await;
        server.send(post("/api/v1/logout").json(json!({ "refresh_token": ended }))).await.expect(204);
        for _ in 0..100 {
            server.send(refresh("x").from(FROM)).await.expect_problem(400, "invalid_grant");
        }
        server.send(refresh("x").from(FROM)).await.expect_problem(429, "too_many_requests");
        for _ in 0..10 {
            let held = server.send(refresh(&token).from(FROM)).await.expect(200).json();
            token = held["refresh_token"].as_str().expect("a token").to_owned();
        }
        // One that we made and that is over is told so.
        server.send(refresh(&ended).from(FROM)).await.expect_problem(400, "invalid_grant");
        server.send(refresh("x").from("203.0.113.10")).await.expect_problem(400, "invalid_grant");
    }

    /// What fails counts, though a token that we made is not refused for it.
    async fn tokens_that_are_over_count_against_their_source(server: Server) {
        server.register("ada").await;
        let ended = session(&server, "ada").await;
        server.send(post("/api/v1/logout").json(json!({ "refresh_token": ended }))).await.expect(204);
        for _ in 0..110 {
            server.send(refresh(&ended).from(FROM)).await.expect_problem(400, "invalid_grant");
        }
        server.send(refresh("x").from(FROM)).await.expect_problem(429, "too_many_requests");
    }

    /// S109: a neighbour who sprays, or is blocked for it, shuts out nobody who has been here before.
    async fn a_neighbour_who_sprays_shuts_out_nobody_who_is_known(server: Server) {
        server.register("ada").await;
        server.register("new").await;
        server.send(right("ada").from(FROM)).await.expect(200);
        for n in 0..60 {
            let reply = server.send(guess(&format!("name{n}")).from(FROM)).await;
            if reply.status == 429 {
                break;
            }
        }
        server.send(right("new").from(FROM)).await.expect_problem(429, "source_blocked");
        server.send(right("ada").from(FROM)).await.expect(200);
        // A known network is tried with a budget of its own, not without one.
        for _ in 0..10 {
            server.send(guess("ada").from(FROM)).await.expect(401);
        }
        server.send(right("ada").from(FROM)).await.expect(429);
        server.app.clock.advance(60);
        server.send(right("ada").from(FROM)).await.expect(200);
        // The operator's word holds for all.
        let network = FROM.parse::<std::net::IpAddr>().expect("an address").into();
        blocks::add(&server.app, Agent::Operator, network, 600).await.expect("blocked");
        server.send(right("ada").from(FROM)).await.expect_problem(429, "source_blocked");
    }

    /// Right passwords of many accounts from one address, and those who have been here before.
    async fn right_passwords_of_one_source_are_limited(server: Server) {
        const ACCOUNTS: usize = 12;
        server.register("ada").await;
        server.send(right("ada").from(FROM)).await.expect(200);
        for n in 0..ACCOUNTS {
            server.register(&format!("name{n}")).await;
        }
        let mut opened = 1;
        let refused = 'all: loop {
            for n in 0..ACCOUNTS {
                let reply = server.send(right(&format!("name{n}")).from("203.0.113.10")).await;
                if reply.status != 200 {
                    break 'all reply;
                }
                opened += 1;
            }
            assert!(opened < 400, "no end");
        };
        // Those who sign in again are known here by now, and go by their own accounts' limits alone.
        refused.expect_problem(429, "too_many_requests");
        assert!(opened > 300, "{opened}");
        server.register("new").await;
        server.send(right("new").from("203.0.113.10")).await.expect_problem(429, "too_many_requests");
        server.send(right("ada").from("203.0.113.10")).await.expect(200);
        server.app.clock.advance(1);
        server.send(right("new").from("203.0.113.10")).await.expect(200);
    }

    /// A /48 is one customer's too: five times what a /64 has, then it is refused, and blocked.
    async fn spraying_from_all_over_a_48_is_noticed(server: Server) {
        let mut tried = 0;
        let refused = loop {
            let from = format!("2001:db8:5:{:x}::1", tried % 200);
            let reply = server.send(guess(&format!("name{tried}")).from(&from)).await;
            if reply.status != 401 {
                break reply;
            }
            tried += 1;
            assert!(tried < 400, "no end");
        };
        refused.expect_problem(429, "source_blocked");
        assert_eq!(tried, 252, "five times a hundred, as each further account counts for one more");
        assert_eq!(blocked(&server).await, ["2001:db8:5::/48"]);
        server.register("ada").await;
        server.send(right("ada").from("2001:db8:5:ffff::1")).await.expect_problem(429, "source_blocked");
        server.send(right("ada").from("2001:db8:6::1")).await.expect(200);
        let events = server.sql("select details from audit_events where kind = 'source.block'").await;
        assert_eq!(events, ["{\"source\":\"2001:db8:5::/48\"}"]);
    }

    /// Failures at few accounts: three hundred at once, then five in three seconds.
    async fn failures_of_a_48_are_limited(server: Server) {
        for n in 0..300 {
            let from = format!("2001:db8:5:{n:x}::1");
            server.send(guess(&format!("name{}", n % 16)).from(&from)).await.expect(401);
        }
        let one_more = || guess("another").from("2001:db8:5:ffff::1");
        server.send(one_more()).await.expect_problem(429, "too_many_requests");
        server.app.clock.advance(1);
        server.send(one_more()).await.expect(401);
    }

    /// Eight blocked /64 block their /48; so do eight blocked addresses their /24.
    async fn eight_blocked_neighbours_block_their_network(server: Server) {
        for (from, network, other) in [
            ("2001:db8:7:N::1", "2001:db8:7::/48", "2001:db8:7:ffff::1"),
            ("198.51.100.N", "198.51.100.0/24", "198.51.100.99"),
        ] {
            server.register(&format!("known-{}", from.len())).await;
            let known = || right(&format!("known-{}", from.len())).from(other);
            server.send(known()).await.expect(200);
            for n in 1..=8 {
                assert!(!blocked(&server).await.contains(&network.to_owned()), "after {n}");
                // A list of names, slowly enough for the limits of the network.
                for name in 0..60 {
                    let guess = guess(&format!("name{name}")).from(&from.replace('N', &n.to_string()));
                    if server.send(guess).await.status == 429 {
                        break;
                    }
                    server.app.clock.advance(1);
                }
            }
            assert!(blocked(&server).await.contains(&network.to_owned()));
            server.send(guess("another").from(other)).await.expect_problem(429, "source_blocked");
            // Who has been here before is spared.
            server.send(known()).await.expect(200);
        }
        let wide = server.sql("select details from audit_events where details like '%/48%' or details like '%/24%'").await;
        assert_eq!(wide.len(), 2);
    }

    /// Registrations too.
    async fn registrations_of_a_48_are_limited(server: Server) {
        let new = |n: usize| {
            let body = json!({ "username": format!("name{n}"), "password": PASSWORD });
            post("/api/v1/register").json(body).from(&format!("2001:db8:8:{:x}::1", n % 10))
        };
        for n in 0..100 {
            server.send(new(n)).await.expect(201);
        }
        let elsewhere = |address: &str| {
            let body = json!({ "username": "another", "password": PASSWORD });
            server.send(post("/api/v1/register").json(body).from(address))
        };
        elsewhere("2001:db8:8:ffff::1").await.expect_problem(429, "too_many_requests");
        server.app.clock.advance(24);
        elsewhere("2001:db8:8:ffff::1").await.expect(201);
    }
}
