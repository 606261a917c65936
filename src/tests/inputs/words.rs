//! The sentences of refusals: each says what is wrong, and no other thing.

use serde_json::json;

use super::{super::support::*, raw};

both! {
    /// What is wrong with a body, of which “not valid JSON” is only one thing.
    async fn each_mistake_of_a_body_has_its_sentence(server: Server) {
        let token = server.user("ada").await;
        let deep = format!(r#"{{"metadata":{{"a":{}{}}}}}"#, "[".repeat(126), "]".repeat(126));
        let utf16: Vec<u8> = r#"{"a":1}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let cases: Vec<(Vec<u8>, u16, &str, &str, &str)> = vec![
            (b"".to_vec(), 400, "malformed_body", "", "there is nothing; expected a JSON object"),
            (b"  ".to_vec(), 400, "malformed_body", "", "there is nothing; expected a JSON object"),
            (b"\xef\xbb\xbf{}".to_vec(), 400, "malformed_body", "", "it begins with a byte order mark"),
            (utf16, 400, "not_utf8", "", "it is in UTF-16; JSON is in UTF-8"),
            (b"{\"a\":\"\xe9\"}".to_vec(), 400, "not_utf8", "", "it is not in UTF-8 (byte 7)"),
            (b"{\"metadata\":}".to_vec(), 400, "malformed_body", "", "it is not valid JSON: expected value at line 1 column 13"),
            (b"display_name=Ada".to_vec(), 400, "malformed_body", "", "it is not valid JSON: expected value at line 1 column 1"),
            (br#"{"display_name":"\ud800"}"#.to_vec(), 400, "malformed_body", "", "a \\u escape is half of a surrogate pair"),
            (deep.into_bytes(), 400, "malformed_body", "", "it has more than 127 levels of lists and objects"),
            (br#"{"display_name":"a","display_name":"b"}"#.to_vec(), 422, "invalid_input", "body", "an object has a name twice at line 1 column 34"),
            (br#"{"display_name":7}"#.to_vec(), 422, "invalid_input", "display_name", "display_name: expected a string"),
            (br#"{"metadata":"x"}"#.to_vec(), 422, "invalid_input", "metadata", "metadata: expected an object"),
            (br#"{"name":"x"}"#.to_vec(), 422, "invalid_input", "body", "unknown field, expected one of `display_name`, `metadata`, `profile`"),
        ];
        for (body, status, code, field, said) in cases {
            let request = Request::new(axum::http::Method::PATCH, "/api/v1/me").bearer(&token);
            let request = request.header("content-type", "application/json").body(body);
            let refused = server.send(request).await.expect_problem(status, code);
            let detail = refused.json()["detail"].as_str().expect("a detail").to_owned();
            assert!(detail.starts_with(said), "{detail}");
            if !field.is_empty() {
                assert_eq!(refused.json()["errors"][0]["field"], field, "{}", refused.text);
            }
        }
        // A number beyond every type is JSON, and kept.
        let large = Request::new(axum::http::Method::PATCH, "/api/v1/me").bearer(&token);
        let large = large.header("content-type", "application/json").body(r#"{"metadata":{"a":1e400}}"#);
        server.send(large).await.expect(200);
        let refused = server.send(raw("/api/v1/login", " ".repeat(70_000))).await.expect_problem(413, "body_too_large");
        assert_eq!(refused.json()["detail"], "A body has at most 65536 bytes.");
    }

    /// `curl -d '{…}'` says that it sends a form, and nobody came from another site.
    async fn the_content_type_is_told(server: Server) {
        server.register("ada").await;
        let body = json!({ "username": "ada", "password": PASSWORD }).to_string();
        let curl = |path: &str| {
            post(path).header("accept", "*/*").header("user-agent", "curl/7.88.1").body(body.clone())
        };
        for path in ["/login", "/register", "/api/v1/login", "/api/v1/register"] {
            let form = curl(path).header("content-type", "application/x-www-form-urlencoded");
            let refused = server.send(form).await.expect_problem(415, "unsupported_media_type");
            let detail = refused.json()["detail"].as_str().expect("a detail").to_owned();
            assert!(detail.contains("-H 'Content-Type: application/json'"), "{path}: {detail}");
            assert!(!refused.text.contains("another site"));
            let refused = server.send(curl(path)).await.expect_problem(415, "unsupported_media_type");
            assert_eq!(refused.json()["detail"], "There is no content type; expected: Content-Type: application/json");
            let other = curl(path).header("content-type", "text/plain");
            let refused = server.send(other).await.expect_problem(415, "unsupported_media_type");
            let detail = refused.json()["detail"].as_str().expect("a detail").to_owned();
            assert!(detail.starts_with("The content type is another one"), "{detail}");
        }
        // S65: a browser that says nothing of where it comes from, and one that comes from elsewhere.
        let form = |accept: &str| {
            let form = post("/login").header("content-type", "application/x-www-form-urlencoded");
            form.header("accept", accept).body("identifier=ada&password=correct+horse+battery")
        };
        assert!(server.send(form("text/html")).await.expect(403).text.contains("came from another site"));
        server.send(form("*/*").header("origin", "https://evil.example")).await.expect_problem(403, "cross_origin");
        server.send(form("*/*").header("sec-fetch-site", "cross-site")).await.expect_problem(403, "cross_origin");
        server.send(form("*/*")).await.expect_problem(415, "unsupported_media_type");
    }

    /// Which host it answers for.
    async fn another_host_is_told_the_right_one(server: Server) {
        let request = get("/api/v1/me").replace("host", "192.0.2.7:3000");
        let refused = server.send(request).await.expect_problem(421, "misdirected_request");
        assert_eq!(refused.json()["detail"], format!("This server answers for {ORIGIN}."));
    }
}
