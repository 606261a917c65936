//! Forms and JSON bodies of another shape or encoding than they should have.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{super::support::*, raw};

/// A form of a page with a body as it is.
fn posted(path: &str, body: impl Into<axum::body::Body>) -> Request {
    post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .same_origin()
        .body(body)
}

both! {
    /// Bytes that are no UTF-8 would all be the same character, and other passwords the same one.
    async fn a_form_in_another_encoding_is_refused(server: Server) {
        let form = |password: &str| format!("username=ada&identifier=ada&password=correct+horse+{password}+battery+x");
        for path in ["/register", "/login", "/setup"] {
            for letter in ["%E9", "%FF", "%ED%A0%80", "%C3"] {
                let refused = server.send(posted(path, form(letter))).await.expect(400);
                assert!(refused.text.contains("not in UTF-8"), "{path} {letter}: {}", refused.text);
            }
            let latin = [b"username=ada&identifier=ada&password=correct+horse+\xe9+battery".to_vec()].concat();
            assert!(server.send(posted(path, latin)).await.expect(400).text.contains("not in UTF-8"));
        }
        let registered = format!("username=ada&password=correct+horse+{}+battery+x", "%C3%A9");
        server.send(posted("/register", registered)).await.expect(303);
        let login = |letter: &str| posted("/login", format!("identifier=ada&password=correct+horse+{letter}+battery+x"));
        server.send(login("%C3%A9")).await.expect(303);
        server.send(login("%EF%BF%BD")).await.expect(401);
        server.send(login("%C3%A8")).await.expect(401);
        // JSON likewise.
        let body = b"{\"username\":\"ada\",\"password\":\"correct horse \xe9 battery\"}".to_vec();
        let refused = server.send(raw("/api/v1/login", body)).await.expect_problem(400, "not_utf8");
        assert_eq!(refused.json()["detail"], "it is not in UTF-8 (byte 45)");
    }

    /// A list is never taken for an object by the order of its values, at any door.
    async fn a_list_is_no_object(server: Server) {
        let token = server.user("ada").await;
        let list = |more: &str| format!(r#"["bobby",null,"seven purple anvils drift"{more}]"#);
        for path in ["/api/v1/register", "/register", "/api/v1/login", "/login"] {
            for body in [list(""), list(",1"), r#"["ada","correct horse battery"]"#.into(), "[]".into()] {
                let refused = server.send(raw(path, body)).await.expect_problem(422, "invalid_input");
                assert_eq!(refused.json()["detail"], "expected an object", "{path}");
            }
        }
        for (method, path) in [
            ("PATCH", "/api/v1/me"),
            ("PUT", "/api/v1/me/password"),
            ("POST", "/api/v1/me/reauthenticate"),
        ] {
            let method = method.parse().expect("a method");
            let request = Request::new(method, path).bearer(&token).header("content-type", "application/json");
            let body = r#"["correct horse battery","correct horse battery staple"]"#;
            server.send(request.body(body)).await.expect_problem(422, "invalid_input");
        }
        for path in ["/api/v1/token/refresh", "/api/v1/logout"] {
            let refused = server.send(raw(path, r#"["x"]"#).same_origin()).await;
            assert!(refused.status.is_client_error() && refused.status != 401, "{path}: {}", refused.text);
        }
        let kind = json!({ "username": "ada", "password": PASSWORD, "session": { "token": null } });
        let refused = server.send(post("/api/v1/login").json(kind)).await.expect_problem(422, "invalid_input");
        assert_eq!(refused.json()["detail"], "session: expected `cookie` or `token`");
        // Server functions.
        for (path, body) in [
            ("/action/enter", r#"{"form":"login","filled":["ada","correct horse battery"],"next":null}"#),
            ("/action/enter", r#"["login",["ada","correct horse battery"],null]"#),
            ("/action/enter", r#"{"form":"register","filled":["bobby",null,"seven purple anvils drift"],"next":null}"#),
            ("/action/strength", r#"{"form":["x","",""]}"#),
            ("/action/act", r#"["profile",["Ada"]]"#),
            ("/action/enter", r#"{"form":"login","filled":{"identifier":"ada","identifier":"ada","password":"correct horse battery"},"next":null}"#),
        ] {
            let request = raw(path, body).same_origin().bearer(&token);
            let refused = server.send(request).await.expect(422);
            assert!(refused.text.contains("invalid_input"), "{path}: {}", refused.text);
        }
        assert_eq!(server.sql("select username from users").await, ["ada"]);
    }
}

both_with! {
    |flags| flags.tutorial_compat = Some("true".into());

    /// HTTP Basic in Latin-1 is no wrong password.
    async fn basic_in_another_encoding_is_refused(server: Server) {
        let basic = |text: &[u8]| post("/login").header("authorization", &format!("Basic {}", STANDARD.encode(text)));
        server.send(basic(b"ada:correct horse \xe9")).await.expect_problem(400, "not_utf8");
        server.send(basic("ada:correct horse é".as_bytes())).await.expect_problem(401, "invalid_credentials");
    }
}
