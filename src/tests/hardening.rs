//! What an attacker's requests must not achieve: addresses, server functions, headers, SQL, sizes.

use axum::http::Method;
use serde_json::json;
use vestibule::server::{router::routes, service::accounts::AccountChange};

use super::support::*;

/// The address that a sign-in with these headers is remembered with.
async fn seen(server: &Server, peer: &str, headers: &[(&str, &str)]) -> String {
    let login = post("/api/v1/login").json(json!({ "username": "ada", "password": PASSWORD }));
    let login =
        headers.iter().fold(login.from(peer), |login, (name, value)| login.header(name, value));
    let token =
        server.send(login).await.expect(200).json()["access_token"].as_str().map(str::to_owned);
    let token = token.expect("a token");
    let sessions = server.send(get("/api/v1/me/sessions").bearer(&token)).await.expect(200).json();
    let mut sessions = sessions["sessions"].as_array().expect("sessions").iter();
    let this = sessions.find(|session| session["current"] == true).expect("this one");
    this["client_ip"].as_str().expect("an address").to_owned()
}

both_with! { |flags| flags.trusted_proxies = Some("10.0.0.0/8, 2001:db8:ffff::/48, ::ffff:172.16.0.0/108".into());
    /// S24, S25: behind trusted proxies the right-most hop that is none counts, in one form.
    async fn the_clients_address_comes_from_trusted_proxies_only(server: Server) {
        const XFF: &str = "x-forwarded-for";
        server.register("ada").await;
        type Case<'c> = (&'c str, &'c [(&'c str, &'c str)], &'c str);
        let table: [Case<'_>; 21] = [
            ("203.0.113.7", &[(XFF, "198.51.100.1")], "203.0.113.7"),
            ("203.0.113.7", &[("forwarded", "for=198.51.100.1")], "203.0.113.7"),
            ("203.0.113.7", &[("x-real-ip", "198.51.100.1")], "203.0.113.7"),
            ("::ffff:203.0.113.7", &[], "203.0.113.7"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &[(XFF, "198.51.100.1")], "198.51.100.1"),
            ("::ffff:10.0.0.1", &[(XFF, "198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", &[(XFF, "192.0.2.1, 198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", &[(XFF, "192.0.2.1, 198.51.100.1, 10.9.9.9")], "198.51.100.1"),
            ("10.0.0.1", &[(XFF, "192.0.2.1"), (XFF, "198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", &[(XFF, "198.51.100.1:4711")], "198.51.100.1"),
            ("10.0.0.1", &[(XFF, "[2001:DB8:1::0:7]:4711")], "2001:db8:1::7"),
            ("2001:db8:ffff::1", &[(XFF, "::ffff:198.51.100.1")], "198.51.100.1"),
            // What cannot be read is no address: the proxy that wrote it stands for the clients behind it.
            ("10.0.0.1", &[(XFF, "192.0.2.1, nonsense")], "10.0.0.1"),
            ("10.0.0.1", &[(XFF, "192.0.2.1, nonsense, 10.9.9.9")], "10.9.9.9"),
            ("10.0.0.1", &[(XFF, "192.0.2.1, ")], "10.0.0.1"),
            // … and spoils nothing that a proxy has appended.
            ("10.0.0.1", &[(XFF, "\", 198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", &[(XFF, "é, 198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", &[(XFF, "é"), (XFF, "198.51.100.1")], "198.51.100.1"),
            ("172.16.0.9", &[(XFF, "198.51.100.1")], "198.51.100.1"),
            // One header only: the proxy hands the others on as the client wrote them.
            ("10.0.0.1", &[("forwarded", "for=192.0.2.1"), ("x-real-ip", "192.0.2.1")], "10.0.0.1"),
        ];
        for (peer, headers, expected) in table {
            assert_eq!(seen(&server, peer, headers).await, expected, "{peer} {headers:?}");
        }
    }
}

mod forwarded {
    use super::*;

    both_with! { |flags| {
            flags.trusted_proxies = Some("10.0.0.1".into());
            flags.forwarded_header = Some("Forwarded".into());
        };
        /// S24: the same by RFC 7239.
        async fn its_for_is_read(server: Server) {
            server.register("ada").await;
            for (line, expected) in [
                ("for=198.51.100.1", "198.51.100.1"),
                ("For=\"198.51.100.1:80\";proto=https;by=10.0.0.1", "198.51.100.1"),
                ("proto=https;for=\"[2001:db8::1]:4711\"", "2001:db8::1"),
                ("for=192.0.2.1, for=198.51.100.1", "198.51.100.1"),
                ("for=192.0.2.1, for=unknown", "10.0.0.1"),
                ("for=192.0.2.1, for=\"_hidden,for=192.0.2.1\"", "10.0.0.1"),
                ("for=192.0.2.1;for=192.0.2.2", "10.0.0.1"),
                ("host=192.0.2.1", "10.0.0.1"),
                // A quote that the client opens swallows nothing of what the proxy appends.
                ("for=192.0.2.66;x=\", for=198.51.100.1", "198.51.100.1"),
                ("for=192.0.2.66;x=\", for=\"[2001:db8::1]\"", "2001:db8::1"),
                ("é, for=198.51.100.1", "198.51.100.1"),
            ] {
                let headers = [("forwarded", line), ("x-forwarded-for", "192.0.2.9")];
                assert_eq!(seen(&server, "10.0.0.1", &headers).await, expected, "{line}");
            }
        }
    }
}

both! {
    /// S28: who is disabled gets no token from any endpoint.
    async fn s28_no_endpoint_gives_a_disabled_account_a_token(server: Server) {
        let token = server.user("ada").await;
        let cookie = server.browser("ada").await;
        let body = json!({ "username": "ada", "password": PASSWORD, "session": "token" });
        let held = server.send(post("/api/v1/login").json(body.clone())).await.expect(200).json();
        server.change("ada", AccountChange::Disable).await;
        let again = json!({ "refresh_token": held["refresh_token"] });
        let change = json!({ "current_password": PASSWORD, "new_password": "another horse battery" });
        for request in [
            post("/api/v1/login").json(body.clone()),
            post("/login").json(body),
            form("/login", &[("identifier", "ada"), ("password", PASSWORD)]),
            enter("login", json!({ "identifier": "ada", "password": PASSWORD })),
            post("/api/v1/token/refresh").json(again),
            post("/api/v1/token/refresh").same_origin().cookie(&cookie),
            post("/api/v1/me/reauthenticate").bearer(&token).json(json!({ "password": PASSWORD })),
            send_json(Method::PUT, "/api/v1/me/password", change).bearer(&token),
        ] {
            let reply = server.send(request).await;
            assert!(matches!(reply.status.as_u16(), 400 | 401), "{}", reply.text);
            assert!(!reply.text.contains("eyJ") && reply.session_cookie().is_none(), "{}", reply.text);
        }
    }

    /// What a site beside ours has put into a cookie spoils none of ours.
    async fn a_foreign_cookie_signs_nobody_out(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let account = get("/account").header("accept", "text/html").cookie(&format!("x=é; {cookie}; y=\""));
        assert!(server.send(account).await.expect(200).text.contains("ada"));
    }

    /// S66: server functions neither change anything by GET nor send anybody anywhere.
    async fn s66_server_functions_refuse_what_pages_do_not_send(server: Server) {
        for path in routes::table().iter().filter(|route| route.is_action).map(|route| route.path) {
            server.send(get(path).same_origin()).await.expect(405);
            let elsewhere = || post(path).header("referer", "https://evil.example/form");
            let foreign = elsewhere().header("origin", "https://evil.example").json(json!({}));
            let reply = server.send(foreign).await.expect(403);
            assert_eq!(reply.header("location"), "");
            for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
                let request = elsewhere().same_origin().header("content-type", media_type).body("a=b");
                let reply = server.send(request).await.expect(415);
                assert_eq!(reply.header("location"), "", "{path}");
            }
            let html = elsewhere().same_origin().header("accept", "text/html").json(json!({}));
            assert_eq!(server.send(html).await.expect(415).header("location"), "");
        }
        server.send(post("/action/none").same_origin().json(json!({}))).await.expect_problem(404, "not_found");
    }

    /// S77: no value that comes with a request becomes a line of an answer's head.
    async fn s77_line_ends_stay_out_of_headers(server: Server) {
        server.register("ada").await;
        for next in ["/account\r\nSet-Cookie: a=b", "/account%0d%0aSet-Cookie:%20a=b", "/\r\n\r\n<script>"] {
            let fields = [("identifier", "ada"), ("password", PASSWORD), ("next", next)];
            let reply = server.send(form("/login", &fields)).await.expect(303);
            assert!(!reply.header("location").contains(['\r', '\n']), "{next}");
            assert!(reply.cookie("a").is_none(), "{next}");
        }
        let fields = [("theme", "dark\r\nX-Evil: 1"), ("next", "/\r\nX-Evil: 1")];
        let reply = server.send(form("/theme", &fields)).await.expect(303);
        assert!(reply.headers.get("x-evil").is_none());
    }

    /// S98: text is data: in names, cursors and sizes.
    async fn s98_no_text_becomes_sql(server: Server) {
        let admin = server.admin().await;
        for name in ["' or '1'='1", "ada'--", "ada\"; drop table users; --", "%", "_", "\\"] {
            let body = json!({ "username": name, "password": PASSWORD });
            server.send(post("/api/v1/login").json(body)).await.expect_problem(401, "invalid_credentials");
        }
        for name in ["ada", "eve", "joe"] {
            server.app.clock.advance(1);
            server.register(name).await;
        }
        let page = async |query: &str| {
            let page = server.send(get(&format!("/api/v1/users?{query}")).bearer(&admin)).await.expect(200).json();
            let names = page["users"].as_array().expect("people").iter().map(|user| user["username"].clone());
            let names: Vec<String> = names.map(|name| name.as_str().expect("a name").to_owned()).collect();
            (names, page["next_after"].as_str().map(str::to_owned))
        };
        let all = ["operator", "ada", "eve", "joe"];
        // Sizes are bounded, and a cursor is an id: each page is exactly the people that it names.
        for (size, shown) in [("0", 1), ("-1", 1), ("2", 2), ("4", 4), ("9223372036854775807", 4)] {
            let (names, next) = page(&format!("limit={size}")).await;
            assert_eq!(names, all[..shown], "{size}");
            assert_eq!(next.is_some(), shown < all.len(), "{size}");
        }
        let (_, next) = page("limit=2").await;
        let next = next.expect("two more");
        assert_eq!(page(&format!("limit=2&after={next}")).await, (vec!["eve".into(), "joe".into()], None));
        for size in ["9223372036854775808", "1;drop", "1%20or%201=1", ""] {
            let reply = server.send(get(&format!("/api/v1/users?limit={size}")).bearer(&admin)).await;
            reply.expect_problem(422, "invalid_input");
        }
        let joined = format!("{next}%27%20or%20%271%27=%271");
        for after in ["%27%20or%20%271%27=%271", "%25", "%00", "'", "_", &joined] {
            let reply = server.send(get(&format!("/api/v1/users?after={after}")).bearer(&admin)).await;
            reply.expect_problem(422, "invalid_input");
            let reply = server.send(get(&format!("/api/v1/users/{after}")).bearer(&admin)).await;
            reply.expect_problem(404, "not_found");
        }
        assert_eq!(page("limit=100").await.0, all, "all are there still, as they were");
    }

    /// S99: no endpoint reads more than 64 KiB, whatever it is told of the size.
    async fn s99_every_endpoint_bounds_its_body(server: Server) {
        let token = server.admin().await;
        let large = json!({ "username": "x".repeat(70_000) }).to_string();
        let endpoints = routes::table().into_iter().map(|route| (route.method, route.path));
        let mut unread = Vec::new();
        for (method, path) in endpoints.filter(|(method, _)| matches!(*method, Method::POST | Method::PATCH | Method::PUT)) {
            let request = Request::new(method.clone(), path).same_origin().bearer(&token);
            let page = ["/setup", "/logout", "/theme", "/language", "/forgot", "/forgot/code", "/reset", "/undo", "/secure", "/refuse", "/leaving", "/login/factor", "/login/passkey", "/register/passkey", "/login/enrol", "/login/mail", "/login/code", "/verify", "/invite"].contains(&path) || path.starts_with("/account") || path.starts_with("/oauth");
            let media_type = if page { "application/x-www-form-urlencoded" } else { "application/json" };
            let reply = server.send(request.header("content-type", media_type).body(large.clone())).await;
            if reply.status != 413 {
                unread.push(format!("{method} {path}: {}", reply.status.as_u16()));
            }
        }
        assert_eq!(unread, [""; 0]);
        let many = (0..10_000).map(|n| format!("f{n}=1")).collect::<Vec<_>>().join("&");
        let request = form("/login", &[]).body(many[..60_000].to_owned());
        assert!(server.send(request).await.status.is_client_error());
        let zipped = post("/api/v1/login").header("content-type", "application/json").header("content-encoding", "gzip");
        server.send(zipped.body("\u{1f}\u{8b}")).await.expect(400);
    }

    /// S101: refusals tell nothing of what is inside.
    async fn s101_no_answer_tells_of_the_inside(server: Server) {
        let token = server.user("ada").await;
        let mut replies = vec![
            server.send(get("/api/v1/users/%00").bearer(&token)).await,
            server.send(post("/api/v1/login").header("content-type", "application/json").body("{")).await,
            server.send(get("/nowhere").header("accept", "text/html")).await,
        ];
        server.app.db.close().await;
        replies.push(server.send(get("/api/v1/me").bearer(&token)).await.expect(503));
        replies.push(server.send(form("/login", &[("identifier", "ada"), ("password", PASSWORD)])).await.expect(503));
        for reply in replies {
            let text = reply.text.to_lowercase();
            for inside in ["sqlx", "select ", ".rs:", "panicked", "/src/", "sqlite", "postgres"] {
                assert!(!text.contains(inside), "{inside}: {text}");
            }
            assert!(reply.headers.get("server").is_none() && reply.headers.get("x-powered-by").is_none());
        }
    }
}
