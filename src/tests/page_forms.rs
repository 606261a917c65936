//! Forms of people who are signed in, as a browser posts them without script: cookie, origin and token together (S59, S65).

use super::support::*;

const NEW: &str = "another horse battery";

/// A form of a person: the page that has it, where it is posted, its name, and what is filled in.
type Line = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

const FORMS: [Line; 7] = [
    ("/account?edit", "/account", "profile", &[("display_name", "Ada Lovelace")]),
    (
        "/account/password",
        "/account/password",
        "password",
        &[("current_password", PASSWORD), ("new_password", NEW)],
    ),
    ("/account/devices", "/account/devices", "end_session", &[("session", "OTHER")]),
    ("/account/devices", "/account/devices", "end_others", &[]),
    ("/account/devices", "/account/devices", "end_all", &[]),
    ("/account", "/logout", "logout", &[]),
    ("/account?edit=username", "/account", "username", &[("username", "countess")]),
];

/// A browser's page.
fn page(path: &str, cookie: &str) -> Request {
    get(path).header("accept", "text/html").cookie(cookie)
}

/// A server with somebody on it who has two sessions: the cookie of a browser, and the id of the other one.
async fn person(like: &Server) -> (Server, String, String) {
    let server = like.another().await;
    server.register("ada").await;
    server.browser("ada").await;
    let other = server.sql("select id from sessions where kind = 'cookie'").await.concat();
    let cookie = server.browser("ada").await;
    (server, cookie, other)
}

/// The form with this token.
fn posted((_, to, name, fields): Line, other: &str, token: &str) -> Request {
    let mut all = vec![("form", name), ("form_token", token)];
    all.extend(
        fields.iter().map(|(name, value)| (*name, if *value == "OTHER" { other } else { value })),
    );
    form(to, &all)
}

async fn token(server: &Server, line: Line, cookie: &str) -> String {
    let drawn = || async { server.send(page(line.0, cookie)).await.expect(200).text };
    let html = drawn().await;
    if line.2 != "end_all" {
        return form_token(&html, line.2);
    }
    // The page has it where nobody else is signed in: the others are over for that long.
    let (_, rest) = html.split_once(r#"data-sid=""#).expect("a session");
    let sid = rest.split('"').next().expect("its id");
    let over = "update sessions set revoked_at = -1 where revoked_at is null and id <> ";
    server.sql(format!("{over}'{sid}'").leak()).await;
    let html = drawn().await;
    server.sql("update sessions set revoked_at = null where revoked_at = -1").await;
    form_token(&html, line.2)
}

/// What an act could change.
async fn state(server: &Server) -> Vec<String> {
    let people = server.sql(
        "select username || coalesce(display_name, '') || cast(epoch as text) || password_hash from users",
    );
    let sessions =
        server.sql("select id || coalesce(revoked_reason, '') from sessions order by id");
    [people.await, sessions.await].concat()
}

async fn each_works_with_cookie_and_token(like: &Server) {
    for line @ (_, to, name, _) in FORMS {
        let (server, cookie, other) = person(like).await;
        let (token, before) = (token(&server, line, &cookie).await, state(&server).await);
        let reply = server.send(posted(line, &other, &token).cookie(&cookie)).await.expect(303);
        let next = match name {
            "end_all" | "logout" => "/",
            // Where the person came from to that form.
            "password" => "/account/security",
            _ => to,
        };
        assert_eq!(reply.header("location"), next, "{name}");
        assert_ne!(state(&server).await, before, "{name}");
        // The next page tells it, once.
        let said = reply.cookie("vestibule_said_3000").expect("what was done");
        let cookie = reply.session_cookie().unwrap_or(cookie);
        let told = server.send(page(next, &format!("{cookie}; {said}"))).await.expect(200);
        assert_eq!(
            told.cookie("vestibule_said_3000").as_deref(),
            Some("vestibule_said_3000="),
            "{name}"
        );
        let toast = told.text.split_once(r#"id="toast""#).expect("a place for it").1;
        assert!(toast.split_once("</p>").is_some_and(|(toast, _)| toast.contains('.')), "{name}");
    }
}

async fn none_works_without_one_of_the_three(like: &Server) {
    for line @ (_, _, name, _) in FORMS {
        let (server, cookie, other) = person(like).await;
        let mine = token(&server, line, &cookie).await;
        let before = state(&server).await;
        // Another site, whose page knows the token.
        let foreign = posted(line, &other, &mine).cookie(&cookie);
        let foreign = foreign
            .replace("origin", "https://evil.example")
            .replace("sec-fetch-site", "cross-site");
        server.send(foreign).await.expect(403);
        // No token, one of another form, of another session of the same person, or nonsense.
        let another =
            FORMS.into_iter().find(|(_, _, other, _)| *other != name).expect("another form");
        let elsewhere = server.browser("ada").await;
        let sessions = state(&server).await;
        for wrong in [
            String::new(),
            token(&server, another, &cookie).await,
            token(&server, line, &elsewhere).await,
            "A".repeat(107),
            mine[..mine.len() - 2].to_owned(),
        ] {
            is_stale(&server, line, posted(line, &other, &wrong).cookie(&cookie)).await;
        }
        assert_eq!(state(&server).await, sessions, "{name}");
        // The cookie of nobody.
        let reply = server.send(posted(line, &other, &mine)).await.expect(303);
        assert!(reply.header("location").starts_with("/login?next=") || name == "logout", "{name}");
        assert_eq!(state(&server).await, sessions, "{name}");
        assert_ne!(sessions, before);
        // A day later.
        server.app.clock.advance(86_400);
        is_stale(&server, line, posted(line, &other, &mine).cookie(&cookie)).await;
        assert_eq!(state(&server).await, sessions, "{name}");
    }
}

/// Refused as a form that is too old. That to sign out is there again, with a token of now.
async fn is_stale(server: &Server, (_, _, name, _): Line, request: Request) {
    let refused = server.send(request).await;
    assert!(
        refused.session_cookie().is_none() && refused.header("set-cookie").is_empty(),
        "{name}"
    );
    if name == "logout" {
        assert!(!form_token(&refused.expect(403).text, "logout").is_empty());
    } else {
        let text = refused.expect(403).text;
        assert!(text.contains("open for too long"), "{name}: {text}");
    }
}

both! {
    async fn s59_each_form_works_with_cookie_and_token(server: Server) {
        each_works_with_cookie_and_token(&server).await;
    }

    async fn s65_no_form_works_without_origin_cookie_and_token(server: Server) {
        none_works_without_one_of_the_three(&server).await;
    }

    /// A token is of an epoch: what revokes tokens closes forms that were drawn before.
    async fn a_new_epoch_closes_forms_drawn_before(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let before = token(&server, FORMS[0], &cookie).await;
        server.sql("update users set epoch = epoch + 1").await;
        server.send(posted(FORMS[0], "", &before).cookie(&cookie)).await.expect(403);
        let after = token(&server, FORMS[0], &cookie).await;
        server.send(posted(FORMS[0], "", &after).cookie(&cookie)).await.expect(303);
    }

    /// What was wrong is on the page again, with what was filled in and without passwords.
    async fn a_refusal_is_the_page_again(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let long = "a".repeat(129);
        let mine = token(&server, FORMS[0], &cookie).await;
        let fields = [("form", "profile"), ("form_token", &mine), ("display_name", &long)];
        let again = server.send(form("/account", &fields).cookie(&cookie)).await.expect(422).text;
        assert!(again.contains(&format!(r#"value="{long}""#)) && again.contains("At most 128 characters"), "{again}");
        assert!(again.contains("<title>Error: "), "{again}");
        // With the token of now: sent again it works.
        let fields = [("form", "profile"), ("form_token", &form_token(&again, "profile")), ("display_name", "Ada")];
        server.send(form("/account", &fields).cookie(&cookie)).await.expect(303);

        let mine = token(&server, FORMS[1], &cookie).await;
        let fields = [
            ("form", "password"), ("form_token", &*mine),
            ("current_password", "not the right one"), ("new_password", NEW),
        ];
        let again = server.send(form("/account/password", &fields).cookie(&cookie)).await.expect(401).text;
        assert!(again.contains("That is not your current password") && !again.contains("not the right one"), "{again}");
        assert!(!again.contains(NEW), "{again}");
        // What is no field is left out.
        let mine = form_token(&again, "password");
        let fields = [
            ("form", "password"), ("form_token", &*mine), ("an_extension", "1"),
            ("current_password", PASSWORD), ("new_password", NEW),
        ];
        server.send(form("/account/password", &fields).cookie(&cookie)).await.expect(303);
    }

    /// An act that wants a fresh proof asks for the password and is done then.
    async fn a_proof_carries_the_act(server: Server) {
        server.register("ada").await;
        server.browser("ada").await;
        let other = server.sql("select id from sessions where kind = 'cookie'").await.concat();
        let cookie = server.browser("ada").await;
        server.app.clock.advance(700);
        let line = FORMS[2];
        let mine = token(&server, line, &cookie).await;
        let asked = server.send(posted(line, &other, &mine).cookie(&cookie)).await.expect(401).text;
        assert!(asked.contains("Confirm that it is you") && asked.contains(&other), "{asked}");
        assert!(asked.contains(r#"<div role="alert" tabindex="-1" hidden class="summary">"#), "{asked}");
        let proof = |token: &str, password: &str| {
            let fields = [
                ("form", "proof"), ("form_token", token), ("then", "end_session"),
                ("session", &*other), ("password", password),
            ];
            form("/account/confirm", &fields).cookie(&cookie)
        };
        let ended = || server.sql("select id from sessions where revoked_at is not null");
        let again = server.send(proof(&form_token(&asked, "proof"), "not the right one")).await.expect(401).text;
        assert!(again.contains("Wrong password") && again.contains(&other), "{again}");
        // The token of the act is none of the proof.
        server.send(proof(&mine, PASSWORD)).await.expect(403);
        assert!(ended().await.is_empty());
        let done = server.send(proof(&form_token(&again, "proof"), PASSWORD)).await.expect(303);
        assert_eq!(done.header("location"), "/account/devices");
        assert!(ended().await.contains(&other));
        // The session has a new identity.
        let new = done.session_cookie().expect("the new cookie");
        server.send(page("/account", &new)).await.expect(200);
        server.send(page("/account", &cookie)).await.expect(303);
    }

    /// Signing out works while the database is away, by the form as well.
    async fn signing_out_needs_no_database(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let mine = token(&server, FORMS[5], &cookie).await;
        let (away, router) = server.again().await;
        away.db.close().await;
        let left = send(&router, posted(FORMS[5], "", &mine).cookie(&cookie)).await.expect(303);
        assert!(left.header("set-cookie").contains("Max-Age=0") || left.session_cookie().is_none());
        assert_eq!(left.header("clear-site-data"), "\"storage\"");
        // The session is over, as was promised: its page says so.
        send(&router, posted(FORMS[5], "", "").cookie(&cookie)).await.expect(403);
    }

    /// Nobody's form is no way to somebody's act, and no form of a person signs in.
    async fn forms_of_strangers_and_of_people_are_apart(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let mine = token(&server, FORMS[0], &cookie).await;
        for name in ["login", "register", "setup", "nothing", ""] {
            let fields = [("form", name), ("form_token", &*mine), ("identifier", "ada"), ("password", PASSWORD)];
            let refused = server.send(form("/account", &fields).cookie(&cookie)).await.expect(400);
            assert!(refused.session_cookie().is_none(), "{name}");
        }
        let login = act("login", serde_json::json!({ "identifier": "ada", "password": PASSWORD }));
        server.send(login.bearer(&server.login("ada").await)).await.expect(404);
        server.send(enter("profile", serde_json::json!({ "display_name": "x" }))).await.expect(404);
    }
}
