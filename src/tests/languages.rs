//! Languages: whose words a reader is told in, on pages and in answers to programs.

use axum::http::Method;
use serde_json::json;
use vestibule::server::{say::Language, service::setup};

use super::support::*;

/// The messages of a language, as they are written: `id`, and `id[key]` for each of several.
fn messages(code: &str) -> Vec<(String, &'static str)> {
    let text = match code {
        "ar" => include_str!("../../locales/ar.ftl"),
        "de" => include_str!("../../locales/de.ftl"),
        "en" => include_str!("../../locales/en.ftl"),
        _ => panic!("{code} is new"),
    };
    let (mut all, mut of) = (Vec::new(), "");
    for line in text.lines() {
        if line.starts_with(' ') {
            let variant = line.trim_start_matches([' ', '*', '[']).split_once("] ");
            all.extend(variant.map(|(key, text)| (format!("{of}[{key}]"), text)));
        } else if let Some((id, text)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            of = id;
            all.push((id.to_owned(), text));
        }
    }
    all
}

fn found(code: &str, id: &str) -> Option<&'static str> {
    messages(code).into_iter().find_map(|(found, text)| (found == id).then_some(text))
}

/// A message without variables.
fn message(code: &str, id: &str) -> &'static str {
    let text = found(code, id).expect("a message");
    assert!(!text.contains('{'), "{id}");
    text
}

fn page(path: &str) -> Request {
    get(path).header("accept", "text/html")
}

fn is_in(reply: &Reply, code: &str) -> bool {
    let direction = if code == "ar" { "rtl" } else { "ltr" };
    reply.text.contains(&format!(r#"<html lang="{code}" dir="{direction}""#))
        && reply.header("content-language") == code
}

both! {
    async fn what_a_reader_chose_comes_before_what_the_browser_asks_for(server: Server) {
        let many = ["de;q=NaN", "ar;q=0.1", "en;q=0.2"].map(|range| format!("{range},")).concat().repeat(40);
        for (cookie, accept, code) in [
            ("", "", "en"),
            ("", "de", "de"),
            ("", "DE-at, en;q=0.5", "de"),
            ("", "en;q=0.5, de-CH;q=0.7", "de"),
            // Nobody speaks `qaa`: it is kept for local use (ISO 639-2).
            ("", "qaa-QM, qaa;q=0.9, ar;q=0.4, en;q=0.2", "ar"),
            ("", "qaa, *;q=0.5", "en"),
            ("", "de;q=0, ar;q=0.1", "ar"),
            ("", "de;q=0", "en"),
            ("", "de;q=2, ar;Q=1", "ar"),
            ("", ";;;,=,q=1,de;q=", "en"),
            ("", ";;;,=,q=1,de;;q", "de"),
            ("", &*many, "en"),
            ("vestibule_language_3000=ar", "de", "ar"),
            ("vestibule_language_3000=en", "de", "en"),
            ("vestibule_language_3000=xx", "de", "de"),
            ("vestibule_language_3000=", "de", "de"),
            ("vestibule_language_3000=../de", "qaa", "en"),
            // Of two of the name nobody knows which one holds.
            ("vestibule_language_3000=ar; vestibule_language_3000=en", "de", "de"),
        ] {
            let mut request = page("/login");
            if !cookie.is_empty() {
                request = request.cookie(cookie);
            }
            if !accept.is_empty() {
                request = request.header("accept-language", accept);
            }
            let reply = server.send(request).await.expect(200);
            assert!(is_in(&reply, code), "{cookie:?} {accept:.60}: {:.80}", reply.text);
            assert_eq!(reply.header("vary"), "Accept-Encoding, Accept-Language, Cookie");
            assert_eq!(reply.header("cache-control"), "no-store");
            assert!(reply.text.contains(&format!(r#"value="{code}" aria-pressed="true" lang="{code}""#)), "{code}");
            assert_eq!(reply.text.matches(r#"aria-pressed="true" lang="#).count(), 1, "{code}");
        }
    }

    async fn a_choice_is_a_cookie_and_leads_back(server: Server) {
        let first = |language: &str, next: &str| form("/language", &[("language", language), ("next", next)]);
        let chosen = |language: &str, next: &str| first(language, next).cookie(KEPT);
        for (language, cookie) in [
            ("de", "vestibule_language_3000=de; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000"),
            ("AR", "vestibule_language_3000=ar; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000"),
            // None that there are messages in: the browser's own holds again.
            ("xx", "vestibule_language_3000=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"),
            ("", "vestibule_language_3000=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"),
            ("de; Domain=evil.example", "vestibule_language_3000=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"),
        ] {
            let reply = server.send(chosen(language, "/login?next=%2Faccount")).await.expect(303);
            assert_eq!((reply.header("location"), reply.header("set-cookie")), ("/login?next=%2Faccount", cookie));
        }
        for next in [
            "//evil.example", "/\\evil.example", "https://evil.example", "/%2fevil.example", "/%252fevil.example",
            "javascript:alert(1)", "/a\r\nset-cookie: x=y", "",
        ] {
            assert_eq!(server.send(chosen("de", next)).await.expect(303).header("location"), "/", "{next}");
        }
        // A browser that has sent none has to show that it keeps it.
        let arrived = server.send(first("de", "/login?next=%2Faccount")).await.expect(303);
        assert_eq!(arrived.header("location"), "/login?next=%2Faccount&arrived");
        let foreign = chosen("de", "/").replace("origin", "https://evil.example").replace("sec-fetch-site", "cross-site");
        assert_eq!(server.send(foreign).await.expect(403).header("set-cookie"), "");
        // Its address is a page with the choices, once each.
        let choices = server.send(page("/language")).await.expect(200);
        let (_, main) = choices.text.split_once("<main").expect("a page");
        assert!(main.split_once("</main>").is_some_and(|(main, _)| main.contains(r#"name="language" value="de""#)), "{main}");
        assert_eq!(choices.text.matches(r#"data-choice="language""#).count(), 1);
        // It needs no database.
        server.app.db.close().await;
        server.send(chosen("de", "/login")).await.expect(303);
    }

    async fn programs_are_answered_in_the_readers_language(server: Server) {
        server.register("ada").await;
        let token = server.login("ada").await;
        let german = |request: Request| server.send(request.header("accept-language", "de-DE,de;q=0.9"));
        let problem = |reply: Reply, id: &str| {
            let body = reply.json();
            assert_eq!((&body["title"], &body["message"]), (&json!(message("de", id)), &json!(message("de", id))));
            assert_eq!(reply.header("content-language"), "de");
            body
        };
        problem(german(get("/api/v1/me")).await.expect_problem(401, "missing_token"), "error-missing-token");
        problem(german(get("/api/v1/nothing")).await.expect_problem(404, "not_found"), "error-not-found");
        problem(german(get("/api/v1/login")).await.expect_problem(405, "method_not_allowed"), "error-method-not-allowed");
        problem(german(guess("ada")).await.expect_problem(401, "invalid_credentials"), "error-invalid-credentials");
        let body = json!({ "username": "ada@example.com", "password": "short" });
        let wrong = german(post("/api/v1/register").json(body.clone())).await.expect_problem(422, "invalid_input");
        let told = problem(wrong, "error-invalid-input");
        assert_eq!(told["errors"], json!([
            { "field": "username", "problem": "address", "message": message("de", "problem-address") },
            { "field": "password", "problem": "too_short", "min": 15, "message": "Mindestens 15 Zeichen." },
        ]));
        let patch = send_json(Method::PATCH, "/api/v1/me", json!({ "display_name": "\u{2800}" })).bearer(&token);
        let told = problem(german(patch).await.expect(422), "error-invalid-input");
        assert_eq!(told["errors"][0]["message"], message("de", "problem-unseen"));
        // Script.
        let reply = german(enter("register", body)).await.expect(422);
        assert_eq!((reply.header("content-language"), &reply.json()["message"]), ("de", &json!(message("de", "error-invalid-input"))));
        assert_eq!(reply.json()["fields"][0]["message"], message("de", "problem-address"));
        let advice = post("/action/strength").same_origin().json(json!({ "form": { "password": "seven quiet lanterns over water" } }));
        assert_eq!(german(advice).await.expect(200).json()["words"], message("de", "strength-4"));
        // What happened is told to each reader anew.
        let history = |code: &'static str| {
            server.send(get("/api/v1/me/security-history").bearer(&token).header("accept-language", code))
        };
        for code in ["de", "ar", "en"] {
            let events = history(code).await.expect(200).json();
            let newest = events["events"].as_array().and_then(|events| events.last()).expect("an event").clone();
            assert_eq!(newest["what"], message(code, "event[register]"));
        }
        // Who says nothing reads English, and codes are the same for all.
        let plain = server.send(get("/api/v1/me")).await.expect_problem(401, "missing_token");
        assert_eq!((plain.json()["message"].as_str(), plain.header("content-language")), (Some(message("en", "error-missing-token")), "en"));
    }

    async fn what_is_wrong_with_a_form_is_reported_in_the_readers_language(server: Server) {
        server.register("ada").await;
        let fields = [("identifier", "ada"), ("password", "not the right one")];
        let reply = server.send(form("/login", &fields).cookie("vestibule_language_3000=de")).await.expect(401);
        assert!(is_in(&reply, "de") && reply.text.contains("<title>Fehler: Anmelden · Vestibule</title>"), "{}", reply.text);
        assert!(reply.text.contains(message("de", "problem-wrong-pair")), "{}", reply.text);
        let reply = server.send(form("/register", &[]).cookie("vestibule_language_3000=ar")).await.expect(422);
        assert!(is_in(&reply, "ar") && reply.text.contains(message("ar", "failed[register]")), "{}", reply.text);
        let foreign = form("/logout", &[]).cookie("vestibule_language_3000=de").replace("origin", "https://evil.example");
        let refused = server.send(foreign.replace("sec-fetch-site", "cross-site")).await.expect(403);
        assert!(refused.text.contains(message("de", "error-cross-origin")), "{}", refused.text);
        // What was done is said on the next page, in its language.
        let cookie = server.browser("ada").await;
        let edit = server.send(page("/account?edit").cookie(&cookie)).await.expect(200).text;
        let fields = [("form", "profile"), ("form_token", &*form_token(&edit, "profile")), ("display_name", "Ada")];
        let done = server.send(form("/account", &fields).cookie(&cookie)).await.expect(303);
        let said = done.cookie("vestibule_said_3000").expect("what was done");
        let next = server.send(page("/account").cookie(&format!("{cookie}; {said}; vestibule_language_3000=de"))).await.expect(200);
        assert!(next.text.contains(message("de", "said-saved")), "{}", next.text);
    }

    async fn every_page_is_in_every_language(server: Server) {
        let link = setup::new_link(&server.app, Agent::System).await.expect("asked").expect("no admin yet");
        let setup = link.expose();
        for language in Language::all() {
            let cookie = format!("{}; vestibule_language_3000={}", link_cookie(setup), language.code());
            // The description of the API is in English.
            let pages = public_pages().into_iter().filter(|path| *path != "/docs");
            for path in pages.chain(["/login?reason=over", "/login?reason=elsewhere", "/nowhere"]) {
                check(&server.send(page(path).cookie(&cookie)).await, path, language);
            }
        }
        server.send(claim(setup, "operator")).await.expect(303);
        server.send(guess("operator")).await.expect(401);
        let token = server.login("operator").await;
        let body = json!({ "display_name": "Ada", "metadata": { "theme": "x" } });
        server.send(send_json(Method::PATCH, "/api/v1/me", body).bearer(&token)).await.expect(200);
        server.app.clock.advance(90_000);
        server.browser("operator").await;
        let cookie = server.browser("operator").await;
        for language in Language::all() {
            let cookie = format!("{cookie}; vestibule_language_3000={}", language.code());
            for path in [account_places(), pages_for_permissions(), vec!["/nowhere"]].concat() {
                check(&server.send(page(path).cookie(&cookie)).await, path, language);
            }
        }
    }
}

both! {
    async fn the_way_back_is_in_every_language(server: Server) {
        let mut browser = Browser::new();
        browser.post(&server, "/forgot", &[("identifier", "nobody")]).await.expect(303);
        for language in Language::all() {
            let cookie = format!("{}; vestibule_language_3000={}", browser.cookies(), language.code());
            check(&server.send(page("/forgot/code").cookie(&cookie)).await, "/forgot/code", language);
        }
    }
}

both_with! { |flags| {
        flags.verified = Some("required".into());
        flags.mail_code = Some("true".into());
    };
    async fn the_ways_in_are_in_every_language(server: Server) {
        let mut browser = Browser::new();
        let fields = [("username", "ada"), ("email", "ada@example.org"), ("password", PASSWORD)];
        browser.post(&server, "/register", &fields).await.expect(303);
        browser.post(&server, "/login/mail", &[("identifier", "nobody")]).await.expect(303);
        for language in Language::all() {
            let cookie = format!("{}; vestibule_language_3000={}", browser.cookies(), language.code());
            for path in ["/register", "/login", "/login/mail", "/login/code", "/verify"] {
                check(&server.send(page(path).cookie(&cookie)).await, path, language);
            }
        }
    }
}

/// Whether a page is in a language, and whole.
fn check(reply: &Reply, path: &str, language: Language) {
    let (code, html) = (language.code(), &reply.page());
    assert_eq!(reply.status, if path == "/nowhere" { 404 } else { 200 }, "{code} {path}: {html}");
    assert!(is_in(reply, code), "{code} {path}: {html:.90}");
    assert_eq!(html.matches("<h1").count(), 1, "{code} {path}");
    assert!(!html.contains("{ $") && !html.contains("{$"), "{code} {path}: {html}");
    let (_, body) = html.split_once("<body>").expect("a body");
    let texts: Vec<&str> = body
        .split('<')
        .filter_map(|tag| tag.split_once('>'))
        .map(|(_, text)| text.trim())
        .collect();
    for (id, _) in messages("en").into_iter().filter(|(id, _)| id.contains('-')) {
        assert!(!texts.contains(&&*id), "{code} {path} shows {id}");
    }
    for empty in ["<title></title>", "<h1></h1>", "<h3></h3>", "<a></a>", r#"aria-label="""#] {
        assert!(!html.contains(empty), "{code} {path}: {empty}: {html}");
    }
    if code == "en" {
        return;
    }
    // What is said in another language too is not said in English; a word may be the same in both.
    for (id, english) in messages("en")
        .into_iter()
        .filter(|(id, text)| !text.contains('{') && !id.starts_with("language"))
    {
        assert!(
            found(code, &id) == Some(english) || !texts.contains(&english),
            "{code} {path} says {id} in English"
        );
    }
}
