//! What clients have under way: bytes of bodies and requests, in all and of each source (S99, S109).

use std::io;

use axum::body::{Body, Bytes};
use futures::{StreamExt, future::join_all, stream};
use serde_json::json;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::support::*;

/// The largest body.
const LARGEST: usize = 64 * 1024;
/// So many of the largest bodies fill the share of one source.
const SOURCE: usize = 64;

/// A body that comes in pieces of this size, but for its end; the client hangs up when it is told to.
fn endless(size: usize, piece: usize, hang_up: CancellationToken) -> Body {
    let pieces = vec![Bytes::from(vec![b' '; piece]); size / piece].into_iter().map(Ok);
    let cut = async move {
        hang_up.cancelled().await;
        Err(io::Error::other("cut"))
    };
    Body::from_stream(stream::iter(pieces).chain(stream::once(cut)))
}

fn login(from: &str, body: impl Into<Body>) -> Request {
    post("/api/v1/login").from(from).header("content-type", "application/json").body(body)
}

/// Requests that wait for the ends of their bodies.
#[derive(Default)]
struct Waiting {
    hang_up: CancellationToken,
    requests: Vec<JoinHandle<Reply>>,
}

impl Waiting {
    /// More of them, from this address with bodies of this size.
    fn add(&mut self, server: &Server, from: &str, size: usize, count: usize) {
        let start = |_| {
            let body = endless(size, size.div_ceil(4), self.hang_up.clone());
            let (router, request) = (server.router.clone(), login(from, body));
            tokio::spawn(async move { send(&router, request).await })
        };
        self.requests.extend((0..count).map(start));
    }

    /// The same with the largest bodies, once all of them have arrived.
    async fn fill(&mut self, server: &Server, from: &str, count: usize) {
        let bytes = || server.app.load.bytes.used();
        let expected = bytes() + count * LARGEST;
        self.add(server, from, LARGEST, count);
        until(|| bytes() == expected).await;
    }

    async fn hang_up(self) {
        self.hang_up.cancel();
        join_all(self.requests).await;
    }
}

both! {
    /// One source has its share of what is under way, and no more; others do not notice.
    async fn one_source_fills_its_share_only(server: Server) {
        server.register("ada").await;
        let body = || json!({ "username": "ada", "password": PASSWORD }).to_string();
        let mut held = Waiting::default();
        held.fill(&server, "192.0.2.1", SOURCE).await;
        let endpoints = [
            login("192.0.2.1", body()),
            login("::ffff:192.0.2.1", body()),
            post("/login").from("192.0.2.1").header("content-type", "application/json").body(body()),
            post("/register").from("192.0.2.1").header("content-type", "application/json").body(body()),
            form("/login", &[("identifier", "ada"), ("password", PASSWORD)]).from("192.0.2.1"),
            form("/theme", &[("theme", "dark")]).from("192.0.2.1"),
            post("/action/enter").same_origin().from("192.0.2.1").header("content-type", "application/json").body(body()),
            post("/api/v1/token/refresh").from("192.0.2.1").header("content-type", "application/json").body("{}"),
        ];
        for request in endpoints {
            let reply = server.send(request).await.expect(503);
            assert_eq!(reply.header("retry-after"), "1");
            assert!(reply.text.contains("overloaded") || reply.text.contains("The server is busy"), "{}", reply.text);
        }
        server.send(get("/api/v1/me").from("192.0.2.1")).await.expect(401);
        server.send(login("192.0.2.2", body())).await.expect(200);
        held.hang_up().await;
        until(|| server.app.load.bytes.used() == 0).await;
        server.send(login("192.0.2.1", body())).await.expect(200);
    }

    /// A /64 of IPv6 is one source; wider networks have more, and an end.
    async fn networks_have_shares_too(server: Server) {
        let mut held = Waiting::default();
        let full = async |from: &str| {
            let reply = server.send(login(from, "{}")).await;
            reply.status.as_u16() == 503
        };
        held.fill(&server, "2001:db8:1:100::1", SOURCE).await;
        assert!(full("2001:db8:1:100:ffff::2").await && !full("2001:db8:1:101::1").await);
        held.fill(&server, "2001:db8:1:101::1", SOURCE).await;
        assert!(full("2001:db8:1:1ff::1").await, "its /56 has two shares");
        held.fill(&server, "2001:db8:1:200::1", SOURCE).await;
        held.fill(&server, "2001:db8:1:300::1", SOURCE).await;
        assert!(full("2001:db8:1:400::1").await, "its /48 has four");
        assert!(!full("2001:db8:2::1").await);
        held.hang_up().await;
    }

    /// All sources together have an end as well, but who has little gets in.
    async fn the_last_tenth_is_for_those_with_little(server: Server) {
        let mut held = Waiting::default();
        for last in 1..=14 {
            held.fill(&server, &format!("192.0.2.{last}"), SOURCE).await;
        }
        // 56 of 64 MiB; nine tenths are 57.6.
        held.fill(&server, "192.0.2.15", 25).await;
        let reply = server.send(login("192.0.2.15", "{\"a\":1}".repeat(9_000))).await;
        reply.expect_problem(503, "overloaded");
        server.send(login("192.0.2.99", "{}")).await.expect(422);
        server.send(login("192.0.2.99", " ".repeat(LARGEST))).await.expect(400);
        held.hang_up().await;
    }

    /// What counts is given back, however a request ends.
    async fn bytes_are_given_back(server: Server) {
        let large = " ".repeat(LARGEST + 1);
        for (body, status) in [("{}", 422), ("{", 400), (large.as_str(), 413)] {
            server.send(login("192.0.2.1", body.to_owned())).await.expect(status);
        }
        let broken = stream::iter([Ok(Bytes::from("{")), Err(io::Error::other("cut"))]);
        server.send(login("192.0.2.1", Body::from_stream(broken))).await.expect(400);
        let more = endless(LARGEST + 1024, 1024, CancellationToken::new());
        server.send(login("192.0.2.1", more)).await.expect(413);
        assert_eq!((server.app.load.bytes.used(), server.app.load.requests.used()), (0, 0));
    }

    /// A body of many frames takes no more memory than one of few, and is read as the same.
    async fn a_body_may_come_byte_by_byte(server: Server) {
        server.register("ada").await;
        let body = json!({ "username": "ada", "password": PASSWORD }).to_string().into_bytes();
        let bytes = body.into_iter().map(|byte| Ok::<_, io::Error>(Bytes::from(vec![byte])));
        server.send(login("192.0.2.1", Body::from_stream(stream::iter(bytes)))).await.expect(200);
    }

    /// One source has its share of open requests; others do not notice.
    async fn one_source_has_its_share_of_requests(server: Server) {
        let mut held = Waiting::default();
        held.add(&server, "192.0.2.1", 4, 1_000);
        until(|| server.app.load.requests.used() == 1_000).await;
        let refused = server.send(get("/login").from("192.0.2.1").header("accept", "text/html")).await;
        let refused = refused.expect(503);
        assert!(refused.text.contains("The server is busy"), "{}", refused.text);
        assert_eq!(refused.header("retry-after"), "1");
        assert_eq!(refused.header("x-content-type-options"), "nosniff");
        server.send(get("/api/v1/me").from("192.0.2.2")).await.expect(401);
        held.hang_up().await;
        until(|| server.app.load.requests.used() == 0).await;
        server.send(get("/api/v1/me").from("192.0.2.1")).await.expect(401);
    }

    /// A refusal says what is wrong without the client's own words.
    async fn a_422_repeats_nothing_of_the_client(server: Server) {
        let token = server.user("ada").await;
        let evil = "evil`, expected one of `evil";
        for (body, told) in [
            (json!({ evil: 1 }), "unknown field, expected one of `email`, "),
            (json!({ "evil": 1 }), "unknown field, expected one of "),
            (json!({ "username": { "evil": "evil" } }), "username: expected a string"),
            (json!({ "username": "ada", "password": PASSWORD, "session": "evil" }), "session: expected `cookie` or `token`"),
            (json!("evil, expected evil"), "expected an object"),
        ] {
            let reply = server.send(login("192.0.2.1", body.to_string())).await.expect(422);
            assert!(!reply.text.contains("evil"), "{}", reply.text);
            let detail = reply.json()["detail"].as_str().expect("a detail").to_owned();
            assert!(detail.starts_with(told), "{detail}");
        }
        let twice = server.send(login("192.0.2.1", r#"{"username":"a","username":"b"}"#)).await.expect(422);
        assert_eq!(twice.json()["detail"], "an object has a name twice at line 1 column 26");
        for (query, told) in [("evil=1", "unknown field, expected "), ("limit=evil", "unacceptable value in limit")] {
            let request = get(&format!("/api/v1/me/security-history?{query}")).bearer(&token);
            let reply = server.send(request).await.expect(422);
            let detail = reply.json()["detail"].as_str().expect("a detail").to_owned();
            assert!(!reply.text.contains("evil") && detail.starts_with(told), "{}", reply.text);
        }
    }
}
