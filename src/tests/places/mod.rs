//! Odd places: who reads an answer, how an address is written, and browsers that are set up in another way than most.

mod addresses;
mod cookies;
mod names;
mod origins;
mod readers;
mod return_origins;

use super::support::*;

/// What Chromium says when a person opens an address.
const NAVIGATION: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8";

/// A person opens an address.
fn opened(path: &str) -> Request {
    get(path).header("accept", NAVIGATION)
}

impl Reply {
    /// A page for people with this status, which offers a way on.
    #[track_caller]
    fn expect_page(self, status: u16) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8", "{}", reply.text);
        assert!(reply.text.starts_with("<!doctype html>"), "{}", reply.text);
        assert_eq!(reply.text.matches("<h1").count(), 1, "{}", reply.text);
        assert!(
            reply.header("content-security-policy").contains("script-src"),
            "{:?}",
            reply.headers
        );
        reply
    }

    /// A problem for programs (RFC 9457) with this status.
    #[track_caller]
    fn expect_problem_json(self, status: u16) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.header("content-type"), "application/problem+json", "{}", reply.text);
        assert_eq!(reply.json()["status"], status);
        reply
    }
}
