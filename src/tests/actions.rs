//! Server functions: what Leptos would do with a request's headers, and must not.

use serde_json::json;

use super::support::*;

/// A call of a page of ours, that came from elsewhere.
fn call(accept: &[&str]) -> Request {
    let body = json!({ "form": "login", "filled": { "identifier": "ada", "password": PASSWORD }, "next": null });
    let call = post("/action/enter").same_origin().header("referer", "https://evil.example/x");
    let accepted = |call: Request, line: &&str| call.bytes("accept", unescaped(line));
    accept.iter().fold(call, accepted).json(body)
}

/// `\xff` in a case stands for the byte that is no text.
fn unescaped(text: &str) -> Vec<u8> {
    let byte = |c| if c == '\u{ff}' { 0xff } else { u8::try_from(c).expect("ASCII") };
    text.chars().map(byte).collect()
}

both! {
    async fn no_accept_leads_elsewhere(server: Server) {
        server.register("ada").await;
        for accept in [
            &["text/html"][..],
            &["text/html\u{ff}"],
            &["\u{ff}text/html"],
            &["\u{ff}, text/html;q=0.1"],
            &["TEXT/HTML"],
            &["Text/Html\u{ff}"],
            &["application/xhtml+xml, text/html;q=0.9, */*;q=0.8"],
            &["application/json", "text/html"],
            &["text/html", "application/json"],
            &["application/json", "\u{ff}text/html"],
        ] {
            let reply = server.send(call(accept)).await.expect(415);
            assert_eq!(reply.header("location"), "", "{accept:?}");
            assert!(reply.session_cookie().is_none(), "{accept:?}");
        }
        // What scripts and programs send is answered, and with nothing of the Referer.
        for accept in [&[][..], &["application/json"], &["*/*"], &["text/*"], &["\u{ff}"], &["text/ht\u{ff}ml"], &["text", "/html"]] {
            let reply = server.send(call(accept)).await.expect(200);
            assert_eq!(reply.header("location"), "", "{accept:?}");
            assert!(reply.json()["access_token"].is_string(), "{accept:?}: {}", reply.text);
            assert!(!reply.text.contains("evil"));
        }
        let wrong = enter("login", json!({ "identifier": "ada", "password": "not the right one" }));
        let wrong = wrong.header("referer", "https://evil.example/x");
        let reply = server.send(wrong).await.expect(401);
        assert!(reply.header("location").is_empty() && !reply.text.contains("evil"));
    }
}
