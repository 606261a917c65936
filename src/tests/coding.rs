//! Pages are compressed as a browser takes them, and not where the length would tell what is in them.

use std::io::Read;

use axum::body::HttpBody;
use flate2::read::GzDecoder;
use vestibule::server::service::setup;

use super::support::*;

/// An answer whose body need not be text: its coding, what of it may be stored for whom, its length and its text.
struct Coded {
    coding: String,
    vary: String,
    length: String,
    bytes: usize,
    text: String,
}

async fn coded(server: &Server, request: Request) -> Coded {
    let reply = server.router.answer(request.build()).await;
    let header = |name: &str| {
        let value = reply.headers().get(name).map(|value| value.to_str().expect("text"));
        value.unwrap_or_default().to_owned()
    };
    let (coding, vary) = (header("content-encoding"), header("vary"));
    // What the connection writes as Content-Length.
    let length =
        reply.body().size_hint().exact().map_or_else(String::new, |length| length.to_string());
    let body = axum::body::to_bytes(reply.into_body(), usize::MAX).await.expect("a body");
    let mut plain = Vec::new();
    match coding.as_str() {
        "br" => brotli::BrotliDecompress(&mut &body[..], &mut plain).expect("brotli"),
        "gzip" => {
            GzDecoder::new(&body[..]).read_to_end(&mut plain).expect("gzip");
        }
        _ => plain = body.to_vec(),
    }
    let text = String::from_utf8(plain).expect("text");
    Coded { coding, vary, length, bytes: body.len(), text }
}

/// A browser's request for a page.
fn page(path: &str) -> Request {
    get(path).header("accept", "text/html").header("accept-encoding", "gzip, deflate, br, zstd")
}

both! {
    async fn pages_are_compressed_as_the_browser_takes_them(server: Server) {
        for path in ["/", "/login", "/register", "/nowhere"] {
            let plain = coded(&server, get(path).header("accept", "text/html")).await;
            assert_eq!((plain.coding.as_str(), plain.vary.as_str()), ("", "Accept-Encoding, Accept-Language, Cookie"));
            for (accepted, coding) in [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0.1", "gzip")] {
                let request = get(path).header("accept", "text/html").header("accept-encoding", accepted);
                let reply = coded(&server, request).await;
                assert_eq!((reply.coding.as_str(), reply.vary.as_str()), (coding, "Accept-Encoding, Accept-Language, Cookie"), "{path}");
                assert!(reply.text.starts_with("<!doctype html>") && reply.text.ends_with("</html>"), "{path}");
                // Another nonce is as long.
                assert_eq!(reply.text.len(), plain.text.len(), "{path}");
                // Without a built site it has no stylesheet, which repeats more.
                assert!(reply.bytes * 3 < plain.bytes * 2, "{path}: {} of {}", reply.bytes, plain.bytes);
                assert_eq!(reply.length, reply.bytes.to_string(), "{path}");
            }
        }
        // What a person opens that is for programs is told by a page.
        let told = coded(&server, page("/api/v1/me")).await;
        assert!(told.coding == "br" && told.text.contains("for programs"), "{}", told.text);
        // Nothing else is.
        let program = get("/api/v1/me").header("accept-encoding", "gzip, br");
        for request in [page("/healthz"), program, page("/.well-known/jwks.json"), page("/account")] {
            let reply = coded(&server, request).await;
            assert_eq!((reply.coding.as_str(), reply.vary.contains("Accept-Encoding")), ("", false), "{}", reply.text);
        }
    }

    /// A page says its own address, which other sites choose: next to secrets its length would tell them (BREACH).
    async fn what_is_private_is_compressed_for_pages_of_ours_alone(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        for path in ["/account", "/account/security", "/account/devices", "/account/activity", "/account/password", "/nowhere"] {
            for (site, coding) in [
                (Some("same-origin"), "br"), (Some("none"), "br"), (Some("cross-site"), ""), (Some("same-site"), ""),
                (Some("same-origin, none"), ""), (None, ""),
            ] {
                let request = page(&format!("{path}?guess")).cookie(&cookie);
                let request = match site {
                    Some(site) => request.header("sec-fetch-site", site),
                    None => request,
                };
                let reply = coded(&server, request).await;
                assert_eq!(reply.coding, coding, "{path} from {site:?}");
                assert!(reply.text.contains("?guess") && reply.text.contains("Sign out"), "{path}");
            }
        }
        // A page for somebody who is signed out contains no secret.
        let reply = coded(&server, page("/login?guess").header("sec-fetch-site", "cross-site")).await;
        assert_eq!(reply.coding, "br");
    }

    async fn a_link_to_set_up_is_never_compressed(server: Server) {
        let link = setup::new_link(&server.app, Agent::System).await.expect("asked").expect("no admin yet");
        let cookie = link_cookie(link.expose());
        for path in ["/setup", "/setup?guess"] {
            for request in [page(path), page(path).cookie(&cookie)] {
                let reply = coded(&server, request.header("sec-fetch-site", "none")).await;
                assert_eq!(reply.coding, "", "{path}");
                assert!(reply.text.starts_with("<!doctype html>"), "{path}");
            }
        }
        // Another spelling leads there, and has nothing in it.
        let reply = coded(&server, page("/setup/").cookie(&cookie).header("sec-fetch-site", "none")).await;
        assert_eq!((reply.coding.as_str(), reply.text.as_str()), ("", ""));
    }

    async fn a_page_loads_the_module_where_script_helps(server: Server) {
        let loads = async |request: Request| {
            let text = coded(&server, request).await.text;
            assert!(!text.contains("preload"));
            [("vestibule.wasm\", false)", "at once"), ("vestibule.wasm\", true)", "when idle")]
                .iter()
                .find_map(|(call, when)| text.contains(call).then_some(*when))
        };
        assert_eq!(loads(page("/login")).await, Some("at once"));
        assert_eq!(loads(page("/register")).await, Some("at once"));
        assert_eq!(loads(page("/")).await, Some("when idle"));
        assert_eq!(loads(page("/nowhere")).await, None);
        assert_eq!(loads(page("/setup")).await, None, "a link that does not work");
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        assert_eq!(loads(page("/account").cookie(&cookie)).await, Some("at once"));
        assert_eq!(loads(page("/nowhere").cookie(&cookie)).await, Some("at once"), "the keeper is on every page of theirs");
        let wrong = form("/login", &[("identifier", "ada"), ("password", "wrong but long enough")]);
        assert_eq!(loads(wrong).await, Some("at once"));
    }
}
