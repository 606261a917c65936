//! What browsers see: pages, headers, cross-site requests.

use serde_json::json;

use super::support::*;

/// Pages that anybody can look at.
const PAGES: [&str; 4] = ["/", "/login", "/register", "/nowhere"];

fn page(path: &str) -> Request {
    get(path).header("accept", "text/html")
}

both! {
    async fn pages_render_for_strangers_and_for_people(server: Server) {
        for path in PAGES {
            let reply = server.send(page(path)).await.expect(if path == "/nowhere" { 404 } else { 200 });
            assert!(reply.text.starts_with("<!doctype html><html lang=\"en\" dir=\"ltr\">"), "{}", &reply.text[..100]);
            assert_eq!(reply.text.matches("<h1").count(), 1, "{path}");
            assert_eq!(reply.header("cache-control"), "no-store");
        }
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        for path in ["/", "/login", "/register", "/login?next=%2Faccount"] {
            assert_eq!(server.send(page(path).cookie(&cookie)).await.expect(303).header("location"), "/account");
        }
        assert!(server.send(get("/")).await.expect(200).text.starts_with("Welcome"));
    }

    async fn forms_work_without_script(server: Server) {
        let fields = [("username", "ada"), ("email", ""), ("password", PASSWORD), ("next", "/account?x=1")];
        let reply = server.send(form("/register", &fields).cookie(KEPT)).await.expect(303);
        assert_eq!(reply.header("location"), "/account?x=1");
        let cookie = reply.session_cookie().expect("signed in");
        let account = server.send(page("/account").cookie(&cookie)).await.expect(200);
        assert!(account.text.contains("Your account"));

        // Wrong: the page again, with the name and without the password.
        let reply = server.send(form("/login", &[("identifier", "ada"), ("password", "wrong but long enough")])).await;
        let reply = reply.expect(401);
        assert!(reply.text.contains(r#"value="ada""#) && !reply.text.contains("wrong but long"));
        assert!(reply.text.contains("<title>Error: Sign in") && reply.text.contains(r#"role="alert""#));
        let fields = [("username", "ada"), ("email", "a@b.example"), ("password", PASSWORD)];
        let reply = server.send(form("/register", &fields)).await.expect(409);
        assert!(reply.text.contains("a@b.example") && reply.text.contains("taken") && !reply.text.contains(PASSWORD));
    }

    async fn s65_other_sites_cannot_post(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        let attacks: [&[(&'static str, &str)]; 8] = [
            &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
            &[("sec-fetch-site", "same-site"), ("origin", "http://sub.localhost:3000")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", "http://localhost:3000.evil.example")],
            &[("origin", "http://localhost:3001")],
            &[("origin", "https://localhost:3000")],
            &[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)],
        ];
        for headers in attacks {
            for path in ["/login", "/register", "/logout", "/theme", "/language", "/account", "/setup"] {
                let mut request = Request::new(axum::http::Method::POST, path).cookie(&cookie)
                    .header("content-type", "application/x-www-form-urlencoded");
                for (name, value) in headers {
                    request = request.header(name, value);
                }
                let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                let reply = server.send(request.body(body)).await.expect(403);
                assert!(reply.headers.get("set-cookie").is_none());
            }
            for path in ["/api/v1/token/refresh", "/api/v1/logout"] {
                let mut request = post(path).cookie(&cookie);
                for (name, value) in headers {
                    request = request.header(name, value);
                }
                server.send(request).await.expect_problem(403, "cross_origin");
            }
        }
        // Neither header: no browser of today, refused.
        server.send(post("/api/v1/token/refresh").cookie(&cookie)).await.expect(403);
        server.send(get("/api/v1/logout").cookie(&cookie)).await.expect(405);
        // It asks, and signs nobody out.
        server.send(get("/logout").cookie(&cookie)).await.expect(200);
        server.send(page("/account").cookie(&cookie)).await.expect(200);
    }

    async fn s68_cors_is_an_exact_list(server: Server) {
        let listed = Server::with(Backend::Sqlite, |flags| {
            flags.cors_origins = Some("https://app.example.com".into());
        }).await;
        let allowed = async |server: &Server, origin: &str, path: &str| {
            let reply = server.send(get(path).header("origin", origin)).await;
            assert!(reply.headers.get("access-control-allow-credentials").is_none());
            reply.header("access-control-allow-origin").to_owned()
        };
        assert_eq!(allowed(&listed, "https://app.example.com", "/api/v1/me").await, "https://app.example.com");
        for origin in [
            "null", "https://app.example.com.evil.example", "https://evilapp.example.com", "https://example.com",
            "http://app.example.com", "https://app.example.com:444", "https://sub.app.example.com", "HTTPS://APP.EXAMPLE.COM",
        ] {
            assert_eq!(allowed(&listed, origin, "/api/v1/me").await, "", "{origin}");
            assert_eq!(allowed(&server, origin, "/api/v1/me").await, "", "{origin}");
        }
        assert_eq!(allowed(&listed, "https://app.example.com", "/action/whoami").await, "");
        let reply = listed.send(get("/api/v1/me").header("origin", "https://evil.example")).await;
        assert!(reply.headers.get_all("vary").iter().any(|vary| vary.to_str().is_ok_and(|vary| vary.to_lowercase().contains("origin"))));
    }

    async fn s69_s70_content_security_policy(server: Server) {
        let mut nonces = std::collections::HashSet::new();
        for path in PAGES.iter().cycle().take(12) {
            let reply = server.send(page(path)).await;
            let policy = reply.header("content-security-policy");
            for part in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"] {
                assert!(policy.contains(part), "{policy}");
            }
            assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
            let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
            assert!(nonce.len() >= 22, "128 bits: {nonce}");
            assert!(reply.text.contains(&format!("nonce=\"{nonce}\"")));
            assert!(!reply.text.contains(" style=\"") && !reply.text.contains(" onclick="));
            nonces.insert(nonce.to_owned());
        }
        assert_eq!(nonces.len(), 12, "fresh on every answer");
    }

    async fn s71_headers_on_every_answer(server: Server) {
        let long = "x".repeat(70_000);
        let requests = [
            page("/"), page("/nowhere"), get("/api/v1/me"), get("/api/v1/login"), get("/healthz"), get("/pkg/none.js"),
            get("/.well-known/jwks.json"), post("/api/v1/login").header("content-type", "application/json").body(long),
            get("/").replace("host", "evil.example"), page("/account"), get("/favicon.ico"),
        ];
        let guess = json!({ "password": "wrong horse battery" });
        let token = server.user("ada").await;
        let limited = (0..11).map(|_| post("/api/v1/me/reauthenticate").bearer(&token).json(guess.clone()));
        for request in requests.into_iter().chain(limited) {
            let reply = server.send(request).await;
            for (name, value) in [
                ("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
            ] {
                assert_eq!(reply.header(name), value, "{}", reply.text);
            }
            assert!(!reply.header("permissions-policy").is_empty() && !reply.header("content-security-policy").is_empty());
            assert!(reply.headers.get("server").is_none() && reply.headers.get("x-powered-by").is_none());
        }
    }

    async fn s72_nothing_personal_is_cached(server: Server) {
        let token = server.user("ada").await;
        let cookie = server.browser("ada").await;
        for request in [
            get("/api/v1/me").bearer(&token), page("/account").cookie(&cookie), page("/account/security").cookie(&cookie),
            post("/api/v1/login").json(json!({ "username": "ada", "password": PASSWORD })),
        ] {
            assert_eq!(server.send(request).await.expect(200).header("cache-control"), "no-store");
        }
    }

    async fn s73_next_never_leaves(server: Server) {
        server.register("ada").await;
        for next in [
            "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https://evil.example", "/%09/evil.example",
            "/%2fevil.example", "/%252fevil.example", "javascript:alert(1)", "data:text/html,x", "@evil.example", "/a\r\nset-cookie: x=y",
        ] {
            let fields = [("identifier", "ada"), ("password", PASSWORD), ("next", next)];
            let reply = server.send(form("/login", &fields).cookie(KEPT)).await.expect(303);
            assert_eq!(reply.header("location"), "/account", "{next}");
            let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            let shown = server.send(page(&format!("/login?next={query}"))).await.expect(200);
            assert!(shown.text.contains(r#"name="next" value="/account""#), "{next}: {}", shown.text);
            let filled = json!({ "identifier": "ada", "password": PASSWORD });
            let body = json!({ "form": "login", "filled": filled, "next": next });
            let reply = server.send(post("/action/enter").same_origin().cookie(KEPT).json(body)).await.expect(200);
            assert_eq!(reply.json()["next"], "/account", "{next}");
            let theme = form("/theme", &[("theme", "dark"), ("next", next)]);
            let reply = server.send(theme.cookie(KEPT)).await.expect(303);
            assert_eq!(reply.header("location"), "/", "{next}");
        }
        let elsewhere = server.send(page("/account?tab=a&b=%2F")).await.expect(303);
        assert_eq!(elsewhere.header("location"), "/login?next=%2Faccount%3Ftab%3Da%26b%3D%252F");
    }

    async fn s74_names_are_text(server: Server) {
        let token = server.user("ada").await;
        let cookie = server.browser("ada").await;
        let hostile = "</script><img src=x onerror=alert(1)>\"'<!--";
        let unseen = format!("{hostile}\u{2028}");
        let body = json!({ "display_name": hostile, "metadata": { unseen.clone(): unseen } });
        server.send(send_json(axum::http::Method::PATCH, "/api/v1/me", body).bearer(&token)).await.expect(200);
        for path in account_places() {
            let text = server.send(page(path).cookie(&cookie)).await.expect(200).text;
            assert!(!text.contains("<img") && !text.contains("</script><img"), "{path}");
            assert!(text.contains("&lt;img") || text.contains("\\u003Cimg"), "{path}: it is shown, as text");
        }
        let reply = server.send(form("/login", &[("identifier", hostile), ("password", PASSWORD)])).await.expect(401);
        assert!(!reply.text.contains("<img"));
    }

    async fn s78_unknown_hosts_are_refused(server: Server) {
        for host in ["evil.example", "localhost", "localhost:3001", "localhost.evil.example:3000", "", "a b"] {
            server.send(get("/api/v1/me").replace("host", host)).await.expect_problem(421, "misdirected_request");
        }
        for host in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "LOCALHOST:3000"] {
            server.send(get("/api/v1/me").replace("host", host)).await.expect(401);
        }
        let forwarded = get("/").header("x-forwarded-host", "evil.example").header("forwarded", "host=evil.example");
        assert!(!server.send(forwarded.header("accept", "text/html")).await.expect(200).text.contains("evil"));
        server.send(get("/healthz").replace("host", "10.0.0.7:80")).await.expect(200);
    }

    async fn the_theme_is_a_cookie(server: Server) {
        let reply = server.send(form("/theme", &[("theme", "dark"), ("next", "/login")]).cookie(KEPT)).await.expect(303);
        assert_eq!(reply.header("location"), "/login");
        assert!(reply.header("set-cookie").starts_with("vestibule_theme_3000=dark;"));
        assert!(server.send(page("/").cookie("vestibule_theme_3000=dark")).await.text.contains(r#"data-theme="dark""#));
        assert!(!server.send(page("/").cookie("vestibule_theme_3000=x\"><script>")).await.text.contains("data-theme"));
    }

    async fn the_page_of_sessions_says_when_in_words(server: Server) {
        server.register("ada").await;
        let agent = "<b>Fire</b>fox (iPhone)";
        let body = json!({ "username": "ada", "password": PASSWORD, "session": "token" });
        server.send(post("/api/v1/login").header("user-agent", agent).json(body)).await.expect(200);
        let (mut passed, path) = (0, "/account/devices");
        for (seconds, words) in [
            (59, "Just now"),
            (60, "1 minute ago"),
            (7_199, "1 hour ago"),
            (7_200, "2 hours ago"),
            (86_400, "1 day ago"),
            (1_209_599, "13 days ago"),
        ] {
            server.app.clock.advance(seconds - passed);
            passed = seconds;
            let cookie = server.browser("ada").await;
            let text = server.send(page(path).cookie(&cookie)).await.expect(200).page();
            let told = format!(r#"<time datetime="2026-01-01T00:00:00Z">{words} · <bdi data-local"#);
            let (_, moment) = text.split_once(&told).expect("when it was seen");
            assert!(!moment.contains(&told), "{seconds}: {words}");
            // The moment itself, which script writes in local time.
            let (moment, _) = moment.split_once("</bdi></time>").expect("a moment");
            assert!(moment.ends_with(">1 Jan 2026, 00:00 UTC"), "{moment}");
            assert!(text.contains("A browser on iPhone") && !text.contains("<b>"));
            assert_eq!(text.matches(">This browser<").count(), 1);
        }
        let elsewhere = server.send(page(path)).await.expect(303);
        assert_eq!(elsewhere.header("location"), "/login?next=%2Faccount%2Fdevices");
    }
}
