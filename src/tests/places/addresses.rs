//! Other spellings of a page's address lead to it, and nowhere else.

use axum::http::Method;

use super::*;

both! {
    async fn other_spellings_find_the_page(server: Server) {
        for (path, page) in [
            ("/login/", "/login"), ("/Login", "/login"), ("/LOGIN//", "/login"), ("/ACCOUNT/", "/account"),
            ("/Account/Activity/", "/account/activity"), ("/Setup", "/setup"), ("/register/", "/register"),
            ("/login/?next=%2Faccount%3Fa%3D1&b", "/login?next=%2Faccount%3Fa%3D1&b"), ("/Login?", "/login?"),
            ("/Login?next=//evil.example/", "/login?next=//evil.example/"), ("/Theme", "/theme"),
        ] {
            for method in [Method::GET, Method::HEAD] {
                let request = Request::new(method, path).header("accept", NAVIGATION);
                assert_eq!(server.send(request).await.expect(308).header("location"), page, "{path}");
            }
            assert_eq!(server.send(get(path)).await.expect(308).header("location"), page, "{path}");
            server.send(Request::new(Method::POST, path).same_origin()).await.expect(404);
        }
    }

    /// RFC 9110 section 9.3.2: the answer to GET without its body, and with the length that it would have.
    async fn head_is_answered_as_get_without_the_body(server: Server) {
        for (path, status) in
            [("/healthz", 200), ("/login", 200), ("/openapi.json", 200), ("/api/v1/me", 401), ("/nowhere", 404)]
        {
            let answer = async |method| server.send(Request::new(method, path)).await.expect(status);
            let (got, head) = (answer(Method::GET).await, answer(Method::HEAD).await);
            assert_eq!(head.text, "", "{path}");
            assert_eq!(head.header("content-length"), got.text.len().to_string(), "{path}");
            assert_eq!(head.header("content-type"), got.header("content-type"), "{path}");
        }
    }

    async fn no_spelling_leads_elsewhere(server: Server) {
        for path in [
            "//", "//login", "//evil.example/", "//evil.example/login", "/\\evil", "/\\evil/", "/%2f%2fevil", "/%2f%2fevil/",
            "/%5cevil/", "/login/..", "/./login/", "/login%2f", "/login;/", "/login/x", "/api/v1/me/", "/API/v1/me", "/Api/V1/Token/",
            "/Healthz", "/healthz/", "/.Well-Known/jwks.json", "/action/enter/", "/Users", "/get_name/", "/Pkg/none.js",
            "/.well-known/change-password/", "/nowhere/",
        ] {
            for accept in [NAVIGATION, "*/*"] {
                let Ok(uri) = path.parse::<axum::http::Uri>() else { continue };
                let reply = server.send(get(&uri.to_string()).header("accept", accept)).await.expect(404);
                assert_eq!(reply.header("location"), "", "{path}");
            }
        }
    }
}
