//! Bad input gets a clear answer, never a 500.

use axum::http::Method;
use serde_json::json;

use super::support::*;

/// An empty object with white space after it.
fn padded(length: usize) -> String {
    format!("{{}}{}", " ".repeat(length - 2))
}

both! {
    async fn a_problem_for_every_mistake(server: Server) {
        let token = server.user("ada").await;
        server.send(get("/api/v1/nothing")).await.expect_problem(404, "not_found");
        server.send(get("/api/v1/login")).await.expect_problem(405, "method_not_allowed");
        server.send(Request::new(Method::TRACE, "/api/v1/me").bearer(&token)).await.expect(405);
        server.send(Request::new(Method::DELETE, "/api/v1/me").bearer(&token)).await.expect(405);
        let json = |text: &str| post("/api/v1/login").header("content-type", "application/json").body(text.to_owned());
        for text in ["", "{", "nonsense", "{\"username\":}", "\u{feff}{}"] {
            server.send(json(text)).await.expect_problem(400, "malformed_body");
        }
        for text in ["[]", "7", "null", "\"x\"", r#"{"username":7}"#, r#"{"username":"a","username":"b"}"#] {
            server.send(json(text)).await.expect_problem(422, "invalid_input");
        }
        let nested = format!(r#"{{"username":{}"#, "[".repeat(20_000));
        assert!(server.send(json(&nested)).await.status.is_client_error());
        for media_type in ["text/plain", "multipart/form-data", "application/xml", ""] {
            let request = post("/api/v1/login").header("content-type", media_type).body("{}");
            server.send(request).await.expect_problem(415, "unsupported_media_type");
        }
        server.send(json(&padded(70_000))).await.expect_problem(413, "body_too_large");
        server.send(json(&padded(65_536))).await.expect(422);
    }

    async fn s97_no_spelling_of_a_path_slips_past_a_guard(server: Server) {
        for path in [
            "//api/v1/me", "/api//v1/me", "/api/v1/me/", "/api/v1/%6de", "/API/v1/me", "/api/v1/me;x=1", "/api/v1/./me",
            "/api/v1/x/../me", "/api/v1/x/%2e%2e/me", "/api/v1/me%00", "/api/v1/me%20",
        ] {
            let status = server.send(get(path)).await.status.as_u16();
            assert!(matches!(status, 401 | 404), "{path}: {status}");
        }
        let sneaky = get("/healthz").header("x-original-url", "/api/v1/me").header("x-http-method-override", "PATCH");
        assert_eq!(server.send(sneaky).await.expect(200).text, "ok");
        server.send(Request::new(Method::HEAD, "/api/v1/me")).await.expect(401);
    }

    async fn problems_are_problem_json(server: Server) {
        let reply = server.send(get("/api/v1/me")).await.expect(401);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        assert_eq!(reply.header("www-authenticate"), r#"Bearer realm="vestibule""#);
        let body = reply.json();
        assert_eq!((&body["status"], &body["code"]), (&json!(401), &json!("missing_token")));
        assert!(body["message"].is_string() && body["title"].is_string() && body["type"].is_string());
    }

    async fn a_database_that_is_away_is_503(server: Server) {
        server.register("ada").await;
        server.app.db.close().await;
        let reply = server.send(post("/api/v1/login").json(json!({ "username": "ada", "password": PASSWORD }))).await;
        let reply = reply.expect_problem(503, "unavailable");
        assert!(!reply.header("retry-after").is_empty());
        server.send(get("/readyz")).await.expect(503);
        server.send(get("/healthz")).await.expect(200);
    }
}
