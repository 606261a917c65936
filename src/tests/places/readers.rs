//! People get pages and programs get problems, whichever part of the server answers.

use axum::http::Method;
use vestibule::server::router::routes;

use super::*;

/// Addresses of every kind.
const ADDRESSES: [&str; 14] = [
    "/",
    "/login",
    "/account",
    "/logout",
    "/theme",
    "/account/confirm",
    "/account/password",
    "/nowhere",
    "/pkg/none.js",
    "/favicon.ico",
    "/api/v1/me",
    "/api/v1/nothing",
    "/action/enter",
    "/.well-known/jwks.json",
];

/// `Accept` of programs: what they want is no page, or something else more.
const PROGRAMS: [&str; 9] = [
    "",
    "*/*",
    "application/json",
    "text/*",
    "text/html;q=0",
    "text/html; q=0.000, */*",
    "application/json, text/html;q=0.9",
    "application/problem+json;q=0.5, text/html;q=0.4",
    "text/html;q=nonsense",
];

/// The same of people.
const PEOPLE: [&str; 6] = [
    NAVIGATION,
    "text/html",
    "TEXT/HTML;level=1",
    "application/json;q=0.9, text/html",
    "application/xhtml+xml",
    "text/html;q=0.3, */*;q=0.8",
];

both! {
    async fn one_place_decides_who_is_a_person(server: Server) {
        for accept in PROGRAMS {
            for path in ["/nowhere", "/api/v1/me", "/pkg/none.js"] {
                let reply = server.send(get(path).header("accept", accept)).await;
                assert_eq!(reply.header("content-type"), "application/problem+json", "{path} {accept:?}: {}", reply.text);
            }
        }
        for accept in PEOPLE {
            for (path, status) in [("/nowhere", 404), ("/api/v1/me", 401), ("/pkg/none.js", 404)] {
                server.send(get(path).header("accept", accept)).await.expect_page(status);
            }
        }
        // In more than one line.
        let lines = get("/nowhere").header("accept", "application/json;q=0.5").header("accept", "text/html");
        server.send(lines).await.expect_page(404);
        server.send(get("/nowhere")).await.expect_problem_json(404);
    }

    /// Every method on every address: what is refused is refused in the reader's terms.
    async fn every_refusal_is_for_its_reader(server: Server) {
        for path in ADDRESSES {
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "BREW"] {
                let method: Method = method.parse().expect("a method");
                for (accept, media_type) in [(NAVIGATION, "text/html; charset=utf-8"), ("*/*", "application/problem+json")] {
                    let request = Request::new(method.clone(), path).header("accept", accept);
                    let reply = server.send(request).await;
                    // Server functions are called by pages of ours only, and refuse in their own encoding.
                    let is_function = path.starts_with("/action/") && method == Method::POST && accept == "*/*";
                    if reply.status.is_client_error() && !is_function {
                        assert_eq!(reply.header("content-type"), media_type, "{method} {path} {accept}: {}", reply.text);
                    }
                    assert!(!reply.status.is_server_error(), "{method} {path}");
                    if reply.status == 405 {
                        assert!(!reply.header("allow").is_empty(), "{method} {path}");
                    }
                }
            }
        }
    }

    /// Every line of the table, opened by a person who is not signed in.
    async fn every_route_is_for_its_reader(server: Server) {
        // Libraries of OAuth read its own errors alone, whatever they say that they accept.
        let is_of_oauth = |path: &str| {
            let pages = ["/oauth/authorize", "/oauth/consent", "/oauth/end_session", "/oauth/end_session/confirm"];
            path.starts_with("/oauth/") && !pages.contains(&path)
        };
        let lines = routes::table().into_iter().map(|route| (route.method, route.path));
        for (method, path) in lines.filter(|(_, path)| !is_of_oauth(path)) {
            for accept in [NAVIGATION, "application/json"] {
                let request = Request::new(method.clone(), path).header("accept", accept).same_origin();
                let reply = server.send(request).await;
                let status = reply.status;
                if status.is_client_error() && accept == NAVIGATION {
                    reply.expect_page(status.as_u16());
                } else if status.is_client_error() && !path.starts_with("/action/") {
                    reply.expect_problem_json(status.as_u16());
                }
            }
        }
    }

    /// Each status, from whichever layer.
    async fn every_status_has_a_page(server: Server) {
        let person = |request: Request| request.header("accept", NAVIGATION);
        let form = |path: &str| person(post(path)).header("content-type", "application/x-www-form-urlencoded");
        let json = |path: &str, body: String| person(post(path)).header("content-type", "application/json").body(body);
        server.send(json("/api/v1/login", "{".into())).await.expect_page(400);
        server.send(form("/login").same_origin().body("identifier=%E9")).await.expect_page(400);
        let refused = server.send(opened("/api/v1/me")).await.expect_page(401);
        assert_eq!(refused.header("www-authenticate"), r#"Bearer realm="vestibule""#);
        assert!(refused.text.contains("for programs"), "{}", refused.text);
        let cross = form("/login").header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
        assert!(server.send(cross).await.expect_page(403).text.contains("another site"));
        server.send(person(post("/nowhere"))).await.expect_page(404);
        let wrong = server.send(person(post("/account/activity"))).await.expect_page(405);
        assert_eq!(wrong.header("allow"), "GET,HEAD");
        server.send(json("/api/v1/login", "x".repeat(70_000))).await.expect_page(413);
        let plain = person(post("/login")).same_origin().header("content-type", "multipart/form-data; boundary=x").body("--x--");
        let told = server.send(plain).await.expect_page(415);
        assert!(!told.text.contains("application/json"), "{}", told.text);
        let elsewhere = server.send(opened("/account").replace("host", "192.0.2.7:3000")).await.expect_page(421);
        assert!(elsewhere.text.contains(&format!(r#"href="{ORIGIN}""#)), "{}", elsewhere.text);
        server.send(json("/api/v1/login", "[]".into())).await.expect_page(422);
        let token = server.user("ada").await;
        let guess = || json("/api/v1/me/reauthenticate", r#"{"password":"wrong horse battery"}"#.into()).bearer(&token);
        let mut told = server.send(guess()).await;
        for _ in 0..20 {
            if told.status == 429 {
                break;
            }
            told = server.send(guess()).await;
        }
        let told = told.expect_page(429);
        assert!(!told.header("retry-after").is_empty() && !told.header("ratelimit").is_empty());
        assert!(told.text.contains("Try again in "), "{}", told.text);
        server.app.db.close().await;
        let away = server.send(json("/api/v1/login", format!(r#"{{"username":"ada","password":"{PASSWORD}"}}"#))).await;
        assert!(!away.expect_page(503).header("retry-after").is_empty());
    }

    /// What is refused before anything is counted costs little: a page of nobody, not compressed, and no look at the database.
    async fn refusals_at_the_edge_look_at_nothing(server: Server) {
        server.register("ada").await;
        let cookie = format!("{}; vestibule_language_3000=de; {KEPT}", server.browser("ada").await);
        let browser = |path: &str| opened(path).cookie(&cookie).header("accept-encoding", "gzip, br").header("sec-fetch-site", "same-origin");
        // What compresses a page that is there.
        assert_eq!(server.send(browser("/account")).await.expect(200).header("content-encoding"), "br");
        let seen = "select cast(last_seen_at as text) from sessions order by id";
        let before = server.sql(seen).await;
        server.app.clock.advance(600);
        let mut taken = server.app.load.requests.share(None);
        for away in [false, true] {
            if away {
                server.app.db.close().await;
            } else {
                taken.more(5_000).expect("all of it");
            }
            let full = [(browser("/account"), 503), (browser("/nowhere"), 503), (browser("/pkg/none.js"), 503)];
            let elsewhere = browser("/account").replace("host", "192.0.2.7:3000");
            for (request, status) in full.into_iter().chain([(elsewhere, 421)]) {
                let refused = server.send(request).await.expect_page(status);
                assert_eq!(refused.header("content-encoding"), "");
                assert_eq!(refused.header("content-language"), "de", "what the cookie says: {}", refused.text);
                assert!(refused.text.contains(r#"data-theme="dark""#), "{}", refused.text);
                // Nobody's: no name, no form of a person.
                assert!(!refused.text.contains("ada") && !refused.text.contains("form_token"), "{}", refused.text);
                assert_eq!(refused.header("retry-after"), if status == 503 { "1" } else { "" });
            }
            let full = server.send(get("/account").cookie(&cookie)).await.expect_problem(503, "overloaded");
            assert_eq!(full.header("retry-after"), "1");
            let form = form("/login", &[("identifier", "ada"), ("password", PASSWORD)]).header("accept-encoding", "br");
            assert_eq!(server.send(form.cookie(&cookie)).await.expect_page(503).header("content-encoding"), "");
            if !away {
                assert_eq!(server.sql(seen).await, before);
            }
        }
    }

    /// What a page refuses is a problem for a program, cookies and all.
    async fn pages_refuse_programs_by_problems(server: Server) {
        server.register("ada").await;
        for (path, body, status) in [
            ("/login", "identifier=ada&password=wrong+horse+battery", 401),
            ("/register", "username=ada&password=correct+horse+battery", 409),
            ("/setup", "username=ada&password=correct+horse+battery", 410),
            ("/account", "form=nothing", 400),
        ] {
            let request = post(path).same_origin().header("content-type", "application/x-www-form-urlencoded");
            let reply = server.send(request.body(body)).await.expect_problem_json(status);
            assert_eq!(reply.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'", "{path}");
        }
        server.send(get("/setup")).await.expect_problem(410, "setup_closed");
    }

    /// A person who opens the address of a form finds it, and by that alone nothing changes.
    async fn addresses_of_forms_are_pages(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let asked = server.send(opened("/logout").cookie(&cookie)).await.expect_page(200);
        server.send(opened("/account").cookie(&cookie)).await.expect(200);
        let main = asked.text.split_once("<main").expect("a page").1;
        assert!(main.contains(r#"data-form="logout""#), "{main}");
        let token = form_token(main, "logout");
        let out = form("/logout", &[("form", "logout"), ("form_token", &token)]).cookie(&cookie);
        server.send(out).await.expect(303);
        assert!(server.send(opened("/logout")).await.expect_page(200).text.contains("not signed in"));
        let colours = server.send(opened("/theme")).await.expect_page(200);
        let main = colours.text.split_once("<main").and_then(|(_, rest)| rest.split_once("</main>")).expect("a page").0;
        assert!(main.contains(r#"action="/theme""#) && main.contains(r#"value="dark""#), "{main}");
        // Where a question was asked after a form had been sent, and the page is loaded again.
        assert_eq!(server.send(opened("/account/confirm")).await.expect(303).header("location"), "/account");
        let download = server.send(opened("/account/data/download")).await.expect(303);
        assert_eq!(download.header("location"), "/account/data");
    }
}

/// A line in the log, once a minute.
#[tokio::test]
async fn another_host_is_told_in_the_log() {
    let server = Server::new(Backend::Sqlite).await;
    let told = async |times: usize| {
        let log = Log::start();
        for _ in 0..times {
            server.send(get("/").replace("host", "192.0.2.7:3000")).await.expect(421);
        }
        let text = log.end();
        assert!(!text.contains("192.0.2.7"), "{text}");
        text.matches("asks for another host").count()
    };
    assert_eq!(told(3).await, 1);
    assert_eq!(told(1).await, 0);
    server.app.clock.advance(60);
    assert_eq!(told(2).await, 1);
}
