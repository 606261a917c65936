//! Which other origins may call from a browser, and what they may see (S68).

use axum::http::Method;

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
        for path in ["/api/v1/login", "/api/v1/me", "/api/v1/me/sessions", "/.well-known/jwks.json"] {
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
        let expected = ["deprecation", "location", "ratelimit", "retry-after", "www-authenticate", "x-request-id"];
        let refused = server.send(get("/api/v1/me").header("origin", APP)).await.expect(401);
        assert_eq!(refused.header("access-control-allow-origin"), APP);
        assert_eq!(names(refused.header("access-control-expose-headers")), expected);
        assert!(!refused.header("www-authenticate").is_empty() && !refused.header("x-request-id").is_empty());
        assert_eq!(refused.header("access-control-allow-credentials"), "");
        let elsewhere = server.send(get("/api/v1/me").header("origin", "https://evil.example")).await.expect(401);
        assert_eq!(elsewhere.header("access-control-allow-origin"), "");
    }
}
