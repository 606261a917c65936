//! The pages of an account: what they tell of it, and where they lead.

use axum::http::Method;
use serde_json::json;

use super::support::*;

const NEW: &str = "another horse battery";

fn page(path: &str) -> Request {
    get(path).header("accept", "text/html")
}

/// A page in a browser.
async fn shown(server: &Server, path: &str, cookie: &str) -> String {
    server.send(page(path).cookie(cookie)).await.expect(200).page()
}

/// What a page of activity lists.
fn listed(html: &str) -> Vec<String> {
    let rows = html.split(r#"<p class="what">"#).skip(1);
    rows.map(|row| row.split(['<', '\n']).next().unwrap_or_default().trim().to_owned()).collect()
}

fn change(token: &str, current: &str, new: &str) -> Request {
    let body = json!({ "current_password": current, "new_password": new });
    send_json(Method::PUT, "/api/v1/me/password", body).bearer(token)
}

/// The same by the form of the page.
async fn posted(server: &Server, cookie: &str, current: &str, new: &str) -> Reply {
    let html = shown(server, "/account/password", cookie).await;
    let token = form_token(&html, "password");
    let fields = [
        ("form", "password"),
        ("form_token", &*token),
        ("current_password", current),
        ("new_password", new),
    ];
    server.send(form("/account/password", &fields).cookie(cookie)).await
}

both! {
    async fn activity_shows_what_is_asked_for(server: Server) {
        let token = server.user("ada").await;
        server.send(guess("ada")).await.expect(401);
        let name = json!({ "display_name": "Ada" });
        server.send(send_json(Method::PATCH, "/api/v1/me", name).bearer(&token)).await.expect(200);
        server.send(change(&token, "wrong horse battery", NEW)).await.expect(401);
        let cookie = server.browser("ada").await;
        let (signed_in, failed) = ("Signed in", "Failed sign-in: wrong password");
        let (kept, renamed, made) = ("Password not changed: wrong password", "Profile changed", "Account created");
        let all = [signed_in, kept, renamed, failed, signed_in, made];
        for (query, words, rows) in [
            ("", "All", &all[..]),
            ("?show=all", "All", &all[..]),
            ("?show=sign-ins", "Sign-ins", &[signed_in, failed, signed_in, made][..]),
            ("?show=failed", "Failed", &[kept, failed][..]),
            ("?show=changes", "Changes", &[renamed, made][..]),
            // A word that means nothing leaves nothing out.
            ("?show=everything", "All", &all[..]),
            ("?show=", "All", &all[..]),
            ("?show='or'1'='1", "All", &all[..]),
            ("?show=failed&show=all", "Failed", &[kept, failed][..]),
        ] {
            let html = shown(&server, &format!("/account/activity{query}"), &cookie).await;
            assert_eq!(listed(&html), rows, "{query}");
            assert!(html.contains(&format!(r#"aria-current="true">{words}</a>"#)), "{query}: {html}");
            assert_eq!(html.matches(r#"aria-current="true""#).count(), 1, "{query}");
            assert_eq!(html.matches(">Refused<").count(), rows.iter().filter(|row| row.contains("wrong")).count(), "{query}");
        }
    }

    async fn older_activity_is_of_the_same_choice(server: Server) {
        let token = server.user("ada").await;
        for n in 0..28 {
            let name = json!({ "display_name": format!("Ada {n}") });
            server.send(send_json(Method::PATCH, "/api/v1/me", name).bearer(&token)).await.expect(200);
            server.app.clock.advance(1);
        }
        let cookie = server.browser("ada").await;
        let html = shown(&server, "/account/activity?show=changes", &cookie).await;
        assert_eq!(listed(&html), ["Profile changed"; 25]);
        let older = html.split("href=\"").find(|rest| rest.starts_with("/account/activity?show=changes&amp;before="));
        let older = older.and_then(|rest| rest.split('"').next()).expect("a link").replace("&amp;", "&");
        let html = shown(&server, &older, &cookie).await;
        let older_still = r#"href="/account/activity?show=changes&amp;before="#;
        assert_eq!(listed(&html), ["Profile changed", "Profile changed", "Profile changed", "Account created"]);
        assert!(html.contains(r#"href="/account/activity?show=changes""#) && !html.contains(older_still), "{html}");
        // A place in the history that is none leads to the newest of the same choice.
        for (query, newest) in [("?before=zzz", ""), ("?before=", ""), ("?show=failed&before=x", "?show=failed"), ("?before=zzz&show=nothing", "")] {
            let away = server.send(page(&format!("/account/activity{query}")).cookie(&cookie)).await.expect(303);
            assert_eq!(away.header("location"), format!("/account/activity{newest}"), "{query}");
        }
        assert!(shown(&server, "/account/activity?show=failed", &cookie).await.contains("There is nothing here yet."));
    }

    async fn what_somebody_else_may_have_done_can_be_doubted(server: Server) {
        let token = server.user("ada").await;
        server.send(guess("ada")).await.expect(401);
        server.send(change(&token, "wrong horse battery", NEW)).await.expect(401);
        server.send(act("username", json!({ "username": "countess" })).bearer(&token)).await.expect(200);
        server.send(change(&token, PASSWORD, NEW)).await.expect(200);
        let entered = server.send(form("/login", &[("identifier", "countess"), ("password", NEW)])).await.expect(303);
        let cookie = entered.session_cookie().expect("a session cookie");
        let html = shown(&server, "/account/activity", &cookie).await;
        let rows = html.split(r#"<p class="what">"#).skip(1);
        let offered: Vec<bool> = rows.map(|row| row.contains(r#"href="/account/password?not-me""#)).collect();
        let told = ["Signed in", "Password changed", "Username changed", "Password not changed: wrong password", "Failed sign-in: wrong password", "Signed in", "Account created"];
        assert_eq!(listed(&html), told);
        assert_eq!(offered, [true, true, true, false, false, true, false], "{html}");
        assert_eq!(html.matches("This was not me").count(), 4);
        // There it is said what to do, and only there.
        let html = shown(&server, "/account/password?not-me", &cookie).await;
        assert!(html.contains("Keep others out") && html.contains("Choose a new password. Every other device is signed out at once."), "{html}");
        form_token(&html, "password");
        assert!(!shown(&server, "/account/password", &cookie).await.contains("Keep others out"));
    }

    async fn the_card_of_security_says_what_happened_lately(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let tells = async |cookie: &str, words: [&str; 3]| {
            for path in ["/account", "/account/security"] {
                let html = shown(&server, path, cookie).await;
                for words in words {
                    let said = [format!("<p>{words}</p>"), format!(">{words}</time></p>")];
                    assert!(said.iter().any(|said| html.contains(said)), "{path}: {words}: {html}");
                }
            }
        };
        tells(&cookie, ["Last set: Just now", "No failed sign-ins in the last 7 days", "Signed in only here"]).await;
        server.send(guess("ada")).await.expect(401);
        server.app.clock.advance(2 * 86_400);
        tells(&cookie, ["Last set: 2 days ago", "1 failed sign-in in the last 7 days", "Signed in only here"]).await;
        server.send(guess("ada")).await.expect(401);
        // Those of others, and what fails besides, are none of its sign-ins.
        server.register("bob").await;
        server.send(guess("bob")).await.expect(401);
        posted(&server, &cookie, "wrong horse battery", NEW).await.expect(401);
        server.browser("ada").await;
        tells(&cookie, ["Last set: 2 days ago", "2 failed sign-ins in the last 7 days", "Signed in on 2 devices"]).await;
        server.app.clock.advance(5 * 86_400 + 1);
        tells(&cookie, ["Last set: 7 days ago", "1 failed sign-in in the last 7 days", "Signed in on 2 devices"]).await;
        server.app.clock.advance(2 * 86_400);
        tells(&cookie, ["Last set: 9 days ago", "No failed sign-ins in the last 7 days", "Signed in on 2 devices"]).await;
        let done = posted(&server, &cookie, PASSWORD, NEW).await.expect(303);
        let cookie = done.session_cookie().expect("a new identity");
        server.app.clock.advance(3_600);
        tells(&cookie, ["Last set: 1 hour ago", "No failed sign-ins in the last 7 days", "Signed in only here"]).await;
    }

    /// Strangers can add to somebody's log: its page looks at the newest thousand events.
    async fn the_card_of_security_looks_at_the_newest_events_only(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        server.sql(
            "insert into audit_events (at_ms, kind, outcome, subject, details)
             with recursive n (i) as (select 1 union all select i + 1 from n where i < 1500)
             select (select max(at_ms) from audit_events), 'login', 'wrong_password', (select id from users), '{}' from n",
        ).await;
        let html = shown(&server, "/account/security", &cookie).await;
        assert!(html.contains("<p>1000 failed sign-ins in the last 7 days</p>") && !html.contains("<p>Last set: "), "{html}");
    }

    async fn the_same_password_is_no_new_one(server: Server) {
        let token = server.user("ada").await;
        let refused = server.send(change(&token, PASSWORD, PASSWORD)).await.expect_problem(422, "invalid_input").json();
        assert_eq!(refused["errors"], json!([
            { "field": "new_password", "problem": "same", "message": "That is your current password. Choose another one." },
        ]));
        // Only who knows it hears that.
        server.send(change(&token, NEW, NEW)).await.expect_problem(401, "invalid_credentials");
        server.send(right("ada")).await.expect(200);
        server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
        assert!(server.sql("select kind from audit_events where kind = 'password.change' and outcome = 'success'").await.is_empty());
        let cookie = server.browser("ada").await;
        let again = posted(&server, &cookie, PASSWORD, PASSWORD).await.expect(422).text;
        assert!(again.contains("That is your current password. Choose another one.") && !again.contains(PASSWORD), "{again}");
        server.send(change(&token, PASSWORD, NEW)).await.expect(200);
    }

    async fn an_address_is_no_username(server: Server) {
        for name in ["ada@example.com", "@ada", "ada@", "ａda＠example.com", "@"] {
            let body = json!({ "username": name, "password": PASSWORD });
            let refused = server.send(post("/api/v1/register").json(body)).await.expect_problem(422, "invalid_input").json();
            let problem = if name == "@" { "too_short" } else { "address" };
            assert_eq!((&refused["errors"][0]["field"], &refused["errors"][0]["problem"]), (&json!("username"), &json!(problem)), "{name}");
        }
        let fields = [("username", "ada@example.com"), ("password", PASSWORD)];
        let again = server.send(form("/register", &fields)).await.expect(422).text;
        assert!(again.contains("That looks like an email address. Put it under “Email”.") && again.contains(r#"value="ada@example.com""#));
        assert!(server.sql("select id from users").await.is_empty());
    }

    async fn set_up_ends_where_the_next_steps_are(server: Server) {
        server.admin().await;
        server.register("ada").await;
        let (admin, user) = (server.browser("operator").await, server.browser("ada").await);
        let html = shown(&server, "/account/ready", &admin).await;
        assert!(html.contains("Vestibule is ready</h1>") && html.contains("Put https in front"), "{html}");
        assert_eq!(html.matches(r#"class="mark good""#).count(), 1, "{html}");
        server.send(page("/account/ready").cookie(&user)).await.expect(403);
        let stranger = server.send(page("/account/ready")).await.expect(303);
        assert_eq!(stranger.header("location"), "/login?next=%2Faccount%2Fready");
        // What is done is done.
        let (_, router) = server.again_with(|flags| {
            flags.brand_name = Some("Acme".into());
            flags.public_url = Some("https://id.example.com".into());
        }).await;
        let cookie = admin.replace("vestibule_session_3000", "__Host-session");
        let asked = page("/account/ready").replace("host", "id.example.com").cookie(&cookie);
        let html = send(&router, asked).await.expect(200).page();
        assert!(html.contains("Acme is ready</h1>"), "{html}");
        assert_eq!(html.matches(r#"class="mark good""#).count(), 3, "{html}");
    }

    async fn the_page_to_sign_in_says_why_of_a_closed_set(server: Server) {
        const OVER: &str = "Your session has ended. Sign in to go on.";
        const ELSEWHERE: &str = "You signed out in another tab.";
        for (query, over, elsewhere) in [
            ("?reason=over", true, false),
            ("?reason=elsewhere", false, true),
            ("?next=%2Faccount&reason=over", true, false),
            ("", false, false),
            ("?reason=", false, false),
            ("?reason=OVER", false, false),
            ("?reason=Call+0900-1234+to+unlock", false, false),
            ("?reason=%3Cb%3Ex", false, false),
            ("?reason=elsewhere&reason=over", false, true),
        ] {
            let html = server.send(page(&format!("/login{query}"))).await.expect(200).text;
            assert_eq!((html.contains(OVER), html.contains(ELSEWHERE)), (over, elsewhere), "{query}");
        }
    }

    async fn a_session_that_is_over_leads_back_to_where_it_was(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let html = shown(&server, "/account?edit", &cookie).await;
        let fields = [("form", "profile"), ("form_token", &*form_token(&html, "profile")), ("display_name", "Ada")];
        server.sql("update sessions set revoked_at = 1, revoked_reason = 'user'").await;
        for (path, next) in [
            ("/account", "%2Faccount"),
            ("/account/devices", "%2Faccount%2Fdevices"),
            ("/account/activity?show=failed", "%2Faccount%2Factivity%3Fshow%3Dfailed"),
        ] {
            let over = server.send(page(path).cookie(&cookie)).await.expect(303);
            assert_eq!(over.header("location"), format!("/login?next={next}&reason=over"));
            assert_eq!(over.header("set-cookie"), "");
            // A stranger never was signed in.
            let stranger = server.send(page(path)).await.expect(303);
            assert_eq!(stranger.header("location"), format!("/login?next={next}"));
        }
        let over = server.send(form("/account", &fields).cookie(&cookie)).await.expect(303);
        assert_eq!(over.header("location"), "/login?next=%2Faccount&reason=over");
        // The cookie is removed, and the page is public.
        let login = server.send(page("/login?next=%2Faccount&reason=over").cookie(&cookie)).await.expect(200);
        assert_eq!(login.cookie("vestibule_session_3000").as_deref(), Some("vestibule_session_3000="));
        server.send(page("/").cookie(&cookie)).await.expect(200);
    }
}
