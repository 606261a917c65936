//! Which other origins may call from a browser, and what they may see (S68).

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::json;

use super::support::*;

const APP: &str = "https://app.example.com";

/// What a browser asks before it sends what a tutorial's or an app's script wants to send.
fn preflight(path: &str, origin: &str, method: &str, headers: &str) -> Request {
    Request::new(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers)
}

/// The names in a list between commas, as they are compared.
fn names(list: &str) -> Vec<String> {
    let mut names: Vec<_> = list.split(',').map(|name| name.trim().to_lowercase()).collect();
    names.sort();
    names
}

both_with! { |flags| flags.cors_origins = Some(APP.into());
    async fn a_preflight_says_what_a_listed_origin_may_do(server: Server) {
        for path in ["/api/v1/login", "/api/v1/me", "/api/v1/me/sessions", "/api/v1/token"] {
            let ask = preflight(path, APP, "PATCH", "authorization, content-type");
            let reply = server.send(ask).await.expect(200);
            assert_eq!(reply.header("access-control-allow-origin"), APP, "{path}");
            let methods = names(reply.header("access-control-allow-methods"));
            assert_eq!(methods, ["delete", "get", "patch", "post", "put"]);
            let headers = names(reply.header("access-control-allow-headers"));
            assert_eq!(headers, ["authorization", "content-type"]);
            assert_eq!(reply.header("access-control-max-age"), "600");
            assert_eq!(reply.header("access-control-allow-credentials"), "", "never with the cookie");
            assert!(names(reply.header("vary")).contains(&"origin".to_owned()));
            assert_eq!(reply.text, "");
        }
    }

    async fn a_preflight_allows_nobody_else_and_nothing_else(server: Server) {
        for origin in [
            "https://app.example.com.evil.example", "https://evil.example", "http://app.example.com",
            "https://app.example.com:8443", "https://APP.example.com", "https://app.example.com/", "null", "*", "",
        ] {
            let reply = server.send(preflight("/api/v1/me", origin, "GET", "authorization")).await.expect(200);
            assert_eq!(reply.header("access-control-allow-origin"), "", "{origin}");
            assert_eq!(reply.header("access-control-allow-credentials"), "", "{origin}");
        }
        // Server functions are for our own pages.
        let reply = server.send(preflight("/action/enter", APP, "POST", "content-type")).await.expect(200);
        assert_eq!(reply.header("access-control-allow-origin"), "");
        // A method or a header that is asked for is never given because it was asked for.
        let reply = server.send(preflight("/api/v1/me", APP, "TRACE", "x-evil, cookie")).await.expect(200);
        assert!(!reply.header("access-control-allow-methods").contains("TRACE"));
        assert_eq!(names(reply.header("access-control-allow-headers")), ["authorization", "content-type"]);
    }

    /// A script sees the headers that the API's contract speaks of.
    async fn answers_show_the_headers_of_the_contract(server: Server) {
        let expected = ["deprecation", "etag", "location", "ratelimit", "retry-after", "www-authenticate", "x-request-id"];
        let refused = server.send(get("/api/v1/me").header("origin", APP)).await.expect(401);
        assert_eq!(refused.header("access-control-allow-origin"), APP);
        assert_eq!(names(refused.header("access-control-expose-headers")), expected);
        assert!(!refused.header("www-authenticate").is_empty() && !refused.header("x-request-id").is_empty());
        assert_eq!(refused.header("access-control-allow-credentials"), "");
        let elsewhere = server.send(get("/api/v1/me").header("origin", "https://evil.example")).await.expect(401);
        assert_eq!(elsewhere.header("access-control-allow-origin"), "");
    }
    /// What an answer of the API says in a header of its own can be read by a script from a listed origin.
    async fn no_header_of_the_api_is_hidden_from_a_listed_origin(server: Server) {
        // What browsers always show (Fetch, CORS-safelisted), and what is for the browser and not for a script.
        let for_all = ["cache-control", "content-language", "content-length", "content-type"];
        let for_browsers = [
            "content-security-policy", "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy",
            "referrer-policy", "x-content-type-options", "x-frame-options", "vary", "set-cookie", "allow", "date",
        ];
        let mut seen = BTreeSet::new();
        let new = post("/api/v1/register").json(json!({ "username": "ada", "password": PASSWORD }));
        let sign_in = |password: &str| {
            post("/api/v1/login").json(json!({ "identifier": "ada", "password": password, "session": "token" }))
        };
        let opened = server.send(new.header("origin", APP)).await.expect(201);
        assert!(opened.header("location").starts_with("/api/v1/users/"));
        let opened = [opened, server.send(sign_in(PASSWORD).header("origin", APP)).await.expect(200)];
        let asked = [get("/api/v1/me"), get("/api/v1/login"), post("/api/v1/logout"), get("/api/v1")];
        let mut answers: Vec<_> = opened.into();
        for request in asked {
            answers.push(server.send(request.header("origin", APP)).await);
        }
        for _ in 0..40 {
            answers.push(server.send(sign_in("wrong horse battery").header("origin", APP)).await);
        }
        let limited = answers.iter().find(|reply| reply.status == 429).expect("a limit");
        assert!(!limited.header("retry-after").is_empty() && !limited.header("ratelimit").is_empty());
        for reply in &answers {
            assert_eq!(reply.header("access-control-allow-origin"), APP);
            let shown = names(reply.header("access-control-expose-headers"));
            for name in reply.headers.keys().map(axum::http::HeaderName::as_str) {
                let is_shown = shown.iter().any(|shown| shown == name);
                let is_known = for_all.contains(&name) || for_browsers.contains(&name);
                assert!(is_shown || is_known || name.starts_with("access-control-"), "{name} is hidden from scripts");
                if is_shown {
                    seen.insert(name.to_owned());
                }
            }
        }
        let expected = ["location", "ratelimit", "retry-after", "www-authenticate", "x-request-id"];
        assert!(seen.iter().eq(expected), "{seen:?}");
    }

    /// An app's developer sees in the log why the browser keeps answers from the app.
    async fn the_log_says_which_origin_is_not_listed_once_a_minute(server: Server) {
        let told = async |requests: Vec<Request>| {
            let log = Log::start();
            for request in requests {
                server.send(request).await;
            }
            let log = log.end();
            log.lines().filter(|line| line.contains("another origin")).map(str::to_owned).collect::<Vec<_>>()
        };
        let script = |origin: &str| {
            get("/api/v1/me").header("origin", origin).header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "cors")
        };
        let other = "http://localhost:5173";
        let lines = told(vec![preflight("/api/v1/login", other, "POST", "content-type"), script("https://evil.example")]).await;
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains("INFO") && lines[0].contains("VESTIBULE_CORS_ORIGINS") && lines[0].contains(other), "{lines:?}");
        // What is allowed, what is ours, and what no script sent is nothing to say.
        server.app.clock.advance(60);
        let quiet = vec![
            script(APP), preflight("/api/v1/me", APP, "GET", "authorization"), get("/api/v1/me").same_origin(),
            get("/api/v1/me"), get("/api/v1/me").header("origin", other), get("/login").header("sec-fetch-site", "cross-site"),
        ];
        assert_eq!(told(quiet).await, [""; 0]);
        let lines = told(vec![script("null")]).await;
        assert!(lines.len() == 1 && lines[0].contains("null"), "{lines:?}");
        server.app.clock.advance(60);
        let lines = told(vec![preflight("/action/enter", APP, "POST", "content-type")]).await;
        assert!(lines.len() == 1 && lines[0].contains("/api/v1") && !lines[0].contains("VESTIBULE_CORS"), "{lines:?}");
        // An invented origin is not repeated.
        for invented in ["https://a.example/path", "javascript:alert(1)", &format!("https://{}.example", "a".repeat(300))] {
            server.app.clock.advance(60);
            let lines = told(vec![script(invented)]).await;
            assert!(lines.len() == 1 && lines[0].contains("(unreadable)") && !lines[0].contains(invented), "{lines:?}");
        }
    }
}

both! {
    /// The same where no origin is listed at all, as at the start of each app.
    async fn the_log_says_so_without_any_list(server: Server) {
        let log = Log::start();
        server.send(preflight("/api/v1/login", APP, "POST", "content-type")).await;
        let log = log.end();
        assert!(log.contains(APP) && log.contains("VESTIBULE_CORS_ORIGINS"), "{log}");
    }
}
