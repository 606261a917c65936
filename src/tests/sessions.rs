//! Sessions: how refresh tokens come, rotate and end.

use serde_json::json;
use vestibule::server::service::{accounts::AccountChange, hashing::PermitHolder};

use super::support::*;

/// Signs in as an API client that wants a refresh token in the body.
async fn token_session(server: &Server, name: &str) -> serde_json::Value {
    let body = json!({ "username": name, "password": PASSWORD, "session": "token" });
    server.send(post("/api/v1/login").json(body)).await.expect(200).json()
}

/// The cookies that an answer sets, in order, with all that is said of each but its value.
fn flags_of_cookies(reply: &Reply) -> Vec<String> {
    let lines = reply.headers.get_all("set-cookie").iter().map(|line| line.to_str().expect("text"));
    let mut lines: Vec<String> = lines
        .map(|line| {
            let (pair, flags) = line.split_once(';').expect("flags");
            let (name, value) = pair.split_once('=').expect("a value");
            format!("{name}={};{flags}", if value.is_empty() { "" } else { "…" })
        })
        .collect();
    lines.sort();
    lines
}

async fn refresh(server: &Server, token: &str) -> Reply {
    server.send(post("/api/v1/token/refresh").json(json!({ "refresh_token": token }))).await
}

both! {
    async fn s58_a_refresh_token_goes_one_way_only(server: Server) {
        server.register("ada").await;
        let credentials = json!({ "username": "ada", "password": PASSWORD });
        let with = |session: &str| {
            let mut body = credentials.clone();
            body["session"] = json!(session);
            body
        };
        let reply = server.send(post("/api/v1/login").json(with("token"))).await.expect(200);
        assert!(reply.json()["refresh_token"].is_string() && reply.headers.get("set-cookie").is_none());

        let request = post("/api/v1/login").same_origin().json(with("cookie"));
        let reply = server.send(request).await.expect(200);
        let line = reply.header("set-cookie");
        for part in ["vestibule_session_3000=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
            assert!(line.contains(part), "{line}");
        }
        assert!(!line.contains("Domain"), "{line}");
        let value = reply.session_cookie().expect("a cookie");
        let value = value.split_once('=').expect("a value").1;
        assert!(!reply.text.contains(value) && reply.json().get("refresh_token").is_none());

        // A cookie is for pages of ours: another site's page cannot plant one (S63, S65).
        server.send(post("/api/v1/login").json(with("cookie"))).await.expect_problem(403, "cross_origin");
        server.send(post("/api/v1/login").json(with("both"))).await.expect(422);
    }

    async fn over_tls_the_cookie_is_bound_to_the_host(server: Server) {
        let server = Server::with(Backend::Sqlite, |flags| {
            flags.public_url = Some("https://id.example.com".into());
            flags.database_url = server.flags.database_url.clone();
            flags.secret_file = Some(server.folder().join("secret.key").display().to_string());
        }).await;
        let fields = [("username", "ada"), ("email", ""), ("password", PASSWORD)];
        let request = form("/register", &fields)
            .replace("host", "id.example.com")
            .replace("origin", "https://id.example.com");
        let reply = server.send(request).await.expect(303);
        // Session and device: bound to the host and to TLS, out of script's reach, for their times.
        assert_eq!(flags_of_cookies(&reply), [
            "__Host-device=…; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=31536000",
            "__Host-session=…; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=7776000",
        ]);
        let session = reply.session_cookie().expect("a session");
        let at = |request: Request| request.replace("host", "id.example.com");
        let theme = form("/theme", &[("theme", "dark"), ("next", "/")]).replace("origin", "https://id.example.com");
        let reply = server.send(at(theme)).await.expect(303);
        assert_eq!(flags_of_cookies(&reply), ["__Host-theme=…; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=31536000"]);
        let shown = get("/account").header("accept", "text/html").cookie(&session);
        let token = form_token(&server.send(at(shown)).await.expect(200).text, "logout");
        let leave = form("/logout", &[("form_token", &token)]).replace("origin", "https://id.example.com").cookie(&session);
        let reply = server.send(at(leave)).await.expect(303);
        assert_eq!(flags_of_cookies(&reply), [
            "__Host-person_language=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0",
            "__Host-said=…; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60",
            "__Host-session=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0",
        ]);
        assert!(reply.header("strict-transport-security").contains("max-age"));
    }

    async fn refresh_rotates(server: Server) {
        server.register("ada").await;
        let first = token_session(&server, "ada").await;
        let second = refresh(&server, first["refresh_token"].as_str().expect("one")).await.expect(200).json();
        assert_ne!(first["refresh_token"], second["refresh_token"]);
        let access = second["access_token"].as_str().expect("one");
        server.send(get("/api/v1/me").bearer(access)).await.expect(200);
        refresh(&server, second["refresh_token"].as_str().expect("one")).await.expect(200);
    }

    async fn s57_invented_and_altered_refresh_tokens_touch_nothing(server: Server) {
        server.register("ada").await;
        let good = token_session(&server, "ada").await["refresh_token"].as_str().expect("one").to_owned();
        let flipped = format!("{}{}", &good[..good.len() - 5], if good.ends_with("AAAAA") { "BBBBB" } else { "AAAAA" });
        let long = format!("{good}A");
        for bad in ["", "x", &good[1..], &good[..good.len() - 1], &long, &flipped, &"A".repeat(10_000), "a\0b"] {
            refresh(&server, bad).await.expect_problem(400, "invalid_grant");
        }
        server.send(post("/api/v1/token/refresh")).await.expect_problem(401, "missing_session");
        refresh(&server, &good).await.expect(200);
    }

    async fn s56_idle_and_absolute_ends(server: Server) {
        server.register("ada").await;
        let mut token = token_session(&server, "ada").await;
        const DAY: i64 = 86_400;
        for _ in 0..8 {
            server.app.clock.advance(10 * DAY);
            token = refresh(&server, token["refresh_token"].as_str().expect("one")).await.expect(200).json();
        }
        // Day 80; rotation has not moved the end on day 90.
        server.app.clock.advance(10 * DAY);
        refresh(&server, token["refresh_token"].as_str().expect("one")).await.expect(400);

        let token = token_session(&server, "ada").await;
        server.app.clock.advance(14 * DAY);
        refresh(&server, token["refresh_token"].as_str().expect("one")).await.expect(400);
    }

    async fn s60_signing_out_ends_refresh_and_access(server: Server) {
        server.register("ada").await;
        let session = token_session(&server, "ada").await;
        let (refresh_token, access) = (
            session["refresh_token"].as_str().expect("one"),
            session["access_token"].as_str().expect("one"),
        );
        server.send(get("/api/v1/me").bearer(access)).await.expect(200);
        server.send(post("/api/v1/logout").json(json!({ "refresh_token": refresh_token }))).await.expect(204);
        refresh(&server, refresh_token).await.expect_problem(400, "invalid_grant");
        server.send(get("/api/v1/me").bearer(access)).await.expect_problem(401, "invalid_token");

        // By bearer token, where there is nothing else.
        let access = server.login("ada").await;
        server.send(post("/api/v1/logout").bearer(&access)).await.expect(204);
        server.send(get("/api/v1/me").bearer(&access)).await.expect(401);
        server.send(post("/api/v1/logout")).await.expect_problem(401, "missing_token");
    }

    async fn a_browser_stays_signed_in_and_signs_out(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let page = get("/account").header("accept", "text/html");
        server.send(page.cookie(&cookie)).await.expect(200);

        let reply = server.send(post("/api/v1/token/refresh").same_origin().cookie(&cookie)).await.expect(200);
        assert!(reply.json().get("refresh_token").is_none());
        let cookie = reply.session_cookie().expect("the next cookie");
        let access = reply.json()["access_token"].as_str().expect("one").to_owned();
        server.send(get("/api/v1/me").bearer(&access).cookie(&cookie)).await.expect(200);

        let shown = server.send(get("/account").header("accept", "text/html").cookie(&cookie)).await.expect(200);
        let leave = form("/logout", &[("form_token", &form_token(&shown.text, "logout"))]);
        let reply = server.send(leave.cookie(&cookie)).await.expect(303);
        assert!(reply.cookie("vestibule_session_3000").is_some_and(|cookie| cookie.ends_with('=')));
        assert_eq!(reply.header("clear-site-data"), "\"storage\"");
        let page = get("/account").header("accept", "text/html").cookie(&cookie);
        assert_eq!(server.send(page).await.expect(303).header("location"), "/login?next=%2Faccount&reason=over");
        server.send(get("/api/v1/me").bearer(&access)).await.expect(401);
    }

    async fn disabled_people_get_nothing_anywhere(server: Server) {
        let access = server.user("ada").await;
        let session = token_session(&server, "ada").await;
        let cookie = server.browser("ada").await;
        server.change("ada", AccountChange::Disable).await;
        server.send(get("/api/v1/me").bearer(&access)).await.expect_problem(401, "invalid_token");
        refresh(&server, session["refresh_token"].as_str().expect("one")).await.expect(400);
        server.send(get("/account").header("accept", "text/html").cookie(&cookie)).await.expect(303);
        let credentials = json!({ "username": "ada", "password": PASSWORD });
        server.send(post("/api/v1/login").json(credentials.clone())).await.expect_problem(401, "invalid_credentials");
        // Enabled again: a new sign-in works at once, what was ended stays ended.
        server.change("ada", AccountChange::Enable).await;
        server.send(get("/api/v1/me").bearer(&access)).await.expect(401);
        let access = server.login("ada").await;
        server.send(get("/api/v1/me").bearer(&access)).await.expect(200);
    }

    async fn a_cookie_and_a_token_that_disagree(server: Server) {
        let ada = server.user("ada").await;
        server.register("bob").await;
        let bob = server.browser("bob").await;
        server.send(get("/api/v1/me").bearer(&ada).cookie(&bob)).await.expect_problem(401, "session_mismatch");
    }

    async fn s53_a_lost_answer_signs_nobody_out(server: Server) {
        server.register("ada").await;
        let first = server.browser("ada").await;
        let refresh = async |cookie: &str| {
            let request = post("/api/v1/token/refresh").same_origin().cookie(cookie);
            server.send(request).await
        };
        let second = refresh(&first).await.expect(200).session_cookie().expect("the next");
        // The answer was lost: the old cookie gets the same successor, and still draws pages.
        let page = || get("/account").header("accept", "text/html").cookie(&first);
        server.send(page()).await.expect(200);
        let again = refresh(&first).await.expect(200).session_cookie().expect("the next");
        assert_eq!(again, second);
        // Tabs at once: one successor for all.
        let tabs = futures::future::join_all((0..20).map(|_| refresh(&second))).await;
        let cookies: std::collections::HashSet<_> =
            tabs.into_iter().map(|reply| reply.expect(200).session_cookie()).collect();
        assert_eq!(cookies.len(), 1);
        // Past the window pages and refresh agree that it is over.
        server.app.clock.advance(10);
        server.send(page()).await.expect(303);
        refresh(&first).await.expect_problem(400, "invalid_grant");
        refresh(&second).await.expect(400);
    }

    async fn a_sign_in_under_way_does_not_outlive_a_new_password(server: Server) {
        server.register("ada").await;
        // All hashing threads are held, so that the sign-in waits with the old hash in its hands.
        let (open, gate) = tokio::sync::watch::channel(false);
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let held: Vec<_> = (0..threads).map(|_| {
            let mut gate = gate.clone();
            let handle = tokio::runtime::Handle::current();
            let pool = server.app.passwords.hashing.clone();
            let hold = move |_: &_| handle.block_on(gate.wait_for(|open| *open)).is_ok();
            tokio::spawn(async move { pool.run(PermitHolder::Operator, hold).await })
        }).collect();
        let body = json!({ "username": "ada", "password": PASSWORD, "session": "token" });
        let login = server.send(post("/api/v1/login").json(body));
        let change = async {
            // It has read the hash once all threads are held and its work waits.
            let hashing = &server.app.passwords.hashing;
            until(|| hashing.reserved() > threads && hashing.waiting() == 1).await;
            let id = vestibule::server::db::users::by_username(&server.app.db, "ada").await;
            let id = id.expect("read").expect("there").id;
            let changed = server.app.db.write(move |tx| Box::pin(async move {
                vestibule::server::db::users::set_password(tx, id.as_str(), "$argon2id$new", 0).await
            })).await;
            assert!(changed.expect("changed"));
            open.send_replace(true);
        };
        let (reply, ()) = futures::future::join(login, change).await;
        reply.expect_problem(401, "invalid_credentials");
        for thread in held {
            assert!(thread.await.expect("ended").expect("ran"));
        }
    }
}
