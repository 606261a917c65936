//! Who may do what: every route and every server function, by four actors.

use std::{fs, path::Path};

use serde_json::json;
use vestibule::server::{http::access::Access, router::routes, service::accounts::AccountChange};

use super::support::*;

mod expected;

use expected::expected;

/// The server functions with their access.
fn actions() -> Vec<(&'static str, Access)> {
    let rows = routes::table().into_iter().filter(|route| route.is_action);
    rows.map(|route| (route.path, route.access)).collect()
}

/// A path with its parameters filled in.
fn concrete(path: &str, id: &str) -> String {
    path.replace("{id}", id)
}

both! {
    async fn every_route_by_every_actor(server: Server) {
        server.admin().await;
        let id = server.register("ada").await;
        let disabled = server.user("gone").await;
        let disabled_cookie = server.browser("gone").await;
        server.change("gone", AccountChange::Disable).await;
        let rows: Vec<_> = routes::table().into_iter().filter(|route| !route.is_action).collect();
        let mut seen = 0;
        for route in &rows {
            // A sign-in for each request: one of the routes ends it.
            for actor in ["nobody", "user", "admin", "disabled"] {
                // Slowly enough for one account.
                server.app.clock.advance(1);
                let request = Request::new(route.method.clone(), &concrete(route.path, &id));
                let name = if actor == "admin" { "operator" } else { "ada" };
                let request = match (route.is_page(), actor) {
                    (_, "nobody") => request,
                    (true, "disabled") => request.cookie(&disabled_cookie),
                    (true, _) => request.cookie(&server.browser(name).await),
                    (false, "disabled") => request.bearer(&disabled),
                    (false, _) => request.bearer(&server.login(name).await),
                };
                let request = if route.is_page() { request.header("accept", "text/html") } else { request };
                let reply = server.send(request).await;
                let line = format!("{} {} by {actor}: {}", route.method, route.path, reply.text);
                let is_signed_in = matches!(actor, "user" | "admin");
                let expected = match route.path {
                    // These lead on who is signed in.
                    "/" | "/login" | "/register" if route.is_page() && is_signed_in => 303,
                    _ => expected(route, actor),
                };
                assert_eq!(reply.status.as_u16(), expected, "{line}");
                if matches!(route.access, Access::SignedIn | Access::PageFor(_)) && !is_signed_in {
                    let next = url::form_urlencoded::byte_serialize(route.path.as_bytes()).collect::<String>();
                    assert!(reply.header("location").starts_with(&format!("/login?next={next}")), "{line}");
                    assert!(reply.text.is_empty(), "{line}");
                }
                seen += 1;
            }
        }
        assert_eq!(seen, 4 * rows.len());
    }

    /// S65: by the lines of the table, so that a new route cannot forget it.
    async fn a_form_of_another_site_goes_no_further_than_the_guard(server: Server) {
        let token = server.user("ada").await;
        let cookie = server.browser("ada").await;
        for route in routes::table().into_iter().filter(|route| route.method == "POST" && !route.is_action) {
            // Larger than any body may be: the guard refuses before it is read.
            let posted = |kind: &'static str| {
                let request = post(route.path).cookie(&cookie).header("content-type", kind);
                request.header("accept", "text/html").body("x".repeat(70_000))
            };
            for kind in ["application/x-www-form-urlencoded", "Application/X-WWW-Form-URLEncoded; charset=utf-8"] {
                let foreign = || posted(kind).header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
                let (reply, silent) = (server.send(foreign()).await, server.send(posted(kind)).await);
                if matches!(route.access, Access::Form | Access::FormOrJson) {
                    for refused in [reply, silent] {
                        assert!(refused.expect(403).text.contains("came from another site"));
                    }
                } else {
                    assert!(matches!(reply.status.as_u16(), 401 | 403 | 413 | 415), "{}: {}", route.path, reply.text);
                    assert!(matches!(silent.status.as_u16(), 401 | 403 | 413 | 415), "{}: {}", route.path, silent.text);
                }
            }
            if route.access == Access::FormOrJson {
                // A program comes from anywhere, and a page of ours gets further.
                let json = post(route.path).header("origin", "https://evil.example").json(json!({}));
                server.send(json).await.expect(422);
                let kind = "application/x-www-form-urlencoded";
                server.send(posted(kind).same_origin()).await.expect(413);
            }
        }
        server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
        server.send(get("/account").cookie(&cookie)).await.expect(200);
    }

    async fn every_server_function_by_every_actor(server: Server) {
        let admin = server.admin().await;
        let user = server.user("ada").await;
        let disabled = server.user("gone").await;
        server.change("gone", AccountChange::Disable).await;
        let actors = [("nobody", None), ("user", Some(&user)), ("admin", Some(&admin)), ("disabled", Some(&disabled))];
        for (path, access) in actions() {
            for (actor, token) in actors {
                let mut request = post(path).same_origin().json(json!({}));
                if let Some(token) = token {
                    request = request.bearer(token);
                }
                let reply = server.send(request).await;
                let expected = match (access, actor) {
                    (Access::Bearer, "nobody" | "disabled") => 401,
                    (Access::Bearer, _) if path == "/action/whoami" => 200,
                    // Its argument is missing.
                    _ => 422,
                };
                assert_eq!(reply.status.as_u16(), expected, "{path} by {actor}: {}", reply.text);
            }
        }
    }

    async fn s59_a_cookie_alone_opens_nothing_but_refresh_and_sign_out(server: Server) {
        let admin = server.admin().await;
        server.send(get("/api/v1/users").bearer(&admin)).await.expect(200);
        let cookie = server.browser("operator").await;
        for route in routes::table() {
            if route.access.wants_token() && !route.is_action {
                let request = Request::new(route.method, &concrete(route.path, "x")).same_origin().cookie(&cookie);
                server.send(request).await.expect_problem(401, "missing_token");
            }
        }
        for (path, access) in actions() {
            if access == Access::Bearer {
                let request = post(path).same_origin().cookie(&cookie).json(json!({}));
                assert_eq!(server.send(request).await.expect(401).json()["code"], "missing_token");
            }
        }
        for path in ["/protected", "/users", "/get_name"] {
            server.send(get(path).same_origin().cookie(&cookie)).await.expect(401);
        }
    }

    async fn s67_every_server_function_is_listed_and_guarded(server: Server) {
        vestibule::server::router::check().expect("all are in the table");
        let registered: Vec<_> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
        assert_eq!(registered.len(), actions().len(), "{registered:?}");
        let token = server.user("ada").await;
        for (path, access) in actions() {
            let open = access != Access::Bearer;
            let reply = server.send(post(path).same_origin().json(json!({}))).await;
            assert_eq!(reply.status == 401, !open, "{path}: {}", reply.text);
            // Never by GET, never from another site, never as another type, never for HTML.
            server.send(get(path)).await.expect(405);
            server.send(post(path).json(json!({})).bearer(&token)).await.expect(403);
            let foreign = post(path).header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
            server.send(foreign.json(json!({})).bearer(&token)).await.expect(403);
            let form = post(path).same_origin().bearer(&token).header("content-type", "application/x-www-form-urlencoded");
            server.send(form.body("form[username]=x")).await.expect(415);
            let html = post(path).same_origin().bearer(&token).header("accept", "text/html").header("referer", "https://evil.example/");
            let reply = server.send(html.json(json!({}))).await.expect(415);
            assert!(reply.headers.get("location").is_none());
            let huge = post(path).same_origin().bearer(&token).header("content-type", "application/json");
            server.send(huge.body("x".repeat(70_000))).await.expect(413);
        }
        server.send(post("/action/nothing").same_origin().json(json!({}))).await.expect_problem(404, "not_found");
    }

    async fn a_server_function_works_with_the_bearer_token(server: Server) {
        let token = server.user("ada").await;
        let request = || post("/action/whoami").same_origin().json(json!({}));
        assert_eq!(server.send(request()).await.expect(401).json()["code"], "missing_token");
        let reply = server.send(request().bearer("nonsense")).await.expect(401);
        assert!(reply.header("www-authenticate").contains(r#"error="invalid_token""#));
        assert_eq!(server.send(request().bearer(&token)).await.expect(200).json()["name"], "ada");
        let rename = || act("profile", json!({ "display_name": "Ada" }));
        assert_eq!(server.send(rename()).await.expect(401).json()["code"], "missing_token");
        assert_eq!(server.send(rename().bearer(&token)).await.expect(200).json()["next"], "/account");
        assert_eq!(server.send(request().bearer(&token)).await.expect(200).json()["name"], "Ada");
        let reply = server.send(enter("login", json!({ "identifier": "nobody", "password": PASSWORD }))).await.expect(401);
        assert_eq!(reply.json()["code"], "invalid_credentials");
    }

    async fn people_for_admins(server: Server) {
        let admin = server.admin().await;
        for n in 0..12 {
            server.register(&format!("user{n:02}")).await;
        }
        let mut seen = Vec::new();
        let mut path = "/api/v1/users?limit=5".to_owned();
        for more in (0..3).rev() {
            let page = server.send(get(&path).bearer(&admin)).await.expect(200).json();
            seen.extend(page["users"].as_array().expect("people").iter().map(|user| user["username"].clone()));
            let next = page.get("next_after").map(|next| next.as_str().expect("an id"));
            assert_eq!(next.is_some(), more > 0, "three pages");
            path = format!("/api/v1/users?limit=5&after={}", next.unwrap_or_default());
        }
        assert_eq!(seen.len(), 13);
        for limit in ["0", "-1", "9223372036854775807"] {
            let page = server.send(get(&format!("/api/v1/users?limit={limit}")).bearer(&admin)).await.expect(200).json();
            let count = page["users"].as_array().map_or(0, Vec::len);
            assert!((1..=100).contains(&count));
        }
        for bad in ["limit=x", "limit=9223372036854775808", "sort=password_hash", "limit=1&limit=2"] {
            server.send(get(&format!("/api/v1/users?{bad}")).bearer(&admin)).await.expect(422);
        }
        // No cursor leads to an empty page.
        let page = server.send(get("/api/v1/users?limit=13").bearer(&admin)).await.expect(200).json();
        assert!(page["users"].as_array().map(Vec::len) == Some(13) && page.get("next_after").is_none(), "{page}");
        let all = server.send(get("/api/v1/users").bearer(&admin)).await.text;
        assert!(!all.contains("argon2") && !all.contains("password"), "{all}");
    }
}

#[test]
fn only_what_needs_a_session_is_sent_with_the_token() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/actions");
    let files =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let text: String = files.map(|file| fs::read_to_string(file).expect("a source file")).collect();
    for (path, access) in actions() {
        let endpoint = path.rsplit('/').next().expect("a name");
        let client = if access == Access::Public { "PublicClient" } else { "BearerClient" };
        let wanted = format!("endpoint = \"{endpoint}\", client = {client},");
        assert!(text.contains(&wanted), "{wanted}");
    }
}
