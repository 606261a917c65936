//! A page of ours whose browser hides where it is.

use super::*;

/// What a browser says of a form of ours where the policy for referrers is `no-referrer`.
fn hidden(request: Request, site: &str) -> Request {
    request.replace("origin", "null").replace("sec-fetch-site", site)
}

both! {
    async fn an_origin_that_is_hidden_says_nothing_against_a_page_of_ours(server: Server) {
        server.register("ada").await;
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        for site in ["same-origin", "none"] {
            let arrived = server.send(hidden(form("/login", &fields), site)).await.expect(303);
            let cookie = arrived.session_cookie().expect("signed in");
            server.send(hidden(form("/theme", &[("theme", "dark")]), site)).await.expect(303);
            let refreshed = hidden(post("/api/v1/token/refresh").same_origin(), site).cookie(&cookie);
            server.send(refreshed).await.expect(200);
            let filled = serde_json::json!({ "identifier": "ada", "password": PASSWORD });
            server.send(hidden(enter("login", filled), site)).await.expect(200);
        }
        // What the browser says of another site's page, or does not say, is as it was.
        for site in ["cross-site", "same-site", "", "nonsense", "same-origin, same-origin"] {
            server.send(hidden(form("/login", &fields), site)).await.expect_page(403);
        }
        let silent = post("/login").header("origin", "null").header("content-type", "application/x-www-form-urlencoded");
        server.send(silent.body("identifier=ada")).await.expect(403);
        for origin in ["https://evil.example", "http://localhost:3001", "NULL", "null null", ""] {
            server.send(form("/login", &fields).replace("origin", origin)).await.expect_page(403);
        }
        let twice = form("/login", &fields).header("origin", "https://evil.example");
        server.send(twice).await.expect_page(403);
        let twice = form("/login", &fields).header("sec-fetch-site", "cross-site");
        server.send(twice).await.expect_page(403);
    }
}
