//! The warning that a session may have been copied: where it is told, and how a person dismisses it.

use serde_json::json;

use super::support::*;

const HEADING: &str = "We ended a sign-in that may have been copied";

fn page(path: &str, cookie: &str) -> Request {
    get(path).header("accept", "text/html").cookie(cookie)
}

async fn shown(server: &Server, path: &str, cookie: &str) -> String {
    server.send(page(path, cookie)).await.expect(200).page()
}

/// A session of somebody ends because a token of it came twice.
async fn copied(server: &Server, name: &str) {
    let body = json!({ "username": name, "password": PASSWORD, "session": "token" });
    let first = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
    let refresh = async |held: &serde_json::Value, status: u16| {
        let body = json!({ "refresh_token": held["refresh_token"] });
        server.send(post("/api/v1/token/refresh").json(body)).await.expect(status).json()
    };
    let second = refresh(&first, 200).await;
    refresh(&second, 200).await;
    server.app.clock.advance(11);
    refresh(&first, 400).await;
}

/// The form that dismisses what this page tells: its token, and the session up to which it does.
fn seen(html: &str) -> (String, String) {
    let (_, rest) = html.split_once(r#"data-form="seen""#).expect("the form");
    let (_, rest) = rest.split_once(r#"name="session" value=""#).expect("its session");
    let session = rest.split('"').next().expect("a value").to_owned();
    (form_token(html, "seen"), session)
}

fn dismissal(token: &str, session: &str, cookie: &str) -> Request {
    let fields = [("form", "seen"), ("form_token", token), ("session", session)];
    form("/account/devices", &fields).cookie(cookie)
}

/// How many copied sessions a program is told of.
async fn told(server: &Server, bearer: &str) -> usize {
    let told = server.send(get("/api/v1/me/sessions").bearer(bearer)).await.expect(200).json();
    told["ended_for_reuse"].as_array().map_or(0, Vec::len)
}

async fn dismissals(server: &Server) -> usize {
    let events = "select kind from audit_events where kind = 'alert.dismiss' and subject = actor";
    server.sql(events).await.len()
}

both! {
    async fn a_copied_session_is_reported_on_each_page_until_that_is_dismissed(server: Server) {
        let bearer = server.user("ada").await;
        let bob = server.user("bob").await;
        let (cookie, other) = (server.browser("ada").await, server.browser("bob").await);
        for path in account_places() {
            let html = shown(&server, path, &cookie).await;
            assert!(!html.contains(HEADING) && !html.contains(r#"data-form="seen""#), "{path}");
        }
        copied(&server, "ada").await;
        for path in account_places() {
            let html = shown(&server, path, &cookie).await;
            assert_eq!(html.matches(HEADING).count(), 1, "{path}");
            let (_, main) = html.split_once("<main").expect("a page");
            assert!(main.contains(r#"href="/account/password""#) && main.contains(r#"href="/account/devices""#), "{path}");
            seen(&html);
            // Of somebody else nothing is told.
            assert!(!shown(&server, path, &other).await.contains(HEADING), "{path}");
        }
        // Where one of its forms is refused, too.
        let html = shown(&server, "/account?edit", &cookie).await;
        let long = "a".repeat(129);
        let fields = [("form", "profile"), ("form_token", &*form_token(&html, "profile")), ("display_name", &long)];
        assert!(server.send(form("/account", &fields).cookie(&cookie)).await.expect(422).text.contains(HEADING));

        let (token, session) = seen(&shown(&server, "/account/activity", &cookie).await);
        // Neither another person's form nor another page's token does it.
        server.send(dismissal(&token, &session, &other)).await.expect(403);
        server.send(dismissal(&form_token(&html, "profile"), &session, &cookie)).await.expect(403);
        assert!(shown(&server, "/account", &cookie).await.contains(HEADING));
        let done = server.send(dismissal(&token, &session, &cookie)).await.expect(303);
        assert_eq!(done.header("location"), "/account/devices");
        let said = done.cookie("vestibule_said_3000").expect("what was done");
        let next = shown(&server, "/account/devices", &format!("{cookie}; {said}")).await;
        assert!(next.contains("The warning is dismissed."), "{next}");
        for path in account_places() {
            assert!(!shown(&server, path, &cookie).await.contains(HEADING), "{path}");
        }
        // Once more changes nothing, and programs are told of it still.
        server.send(dismissal(&token, &session, &cookie)).await.expect(303);
        assert_eq!(dismissals(&server).await, 1);
        assert_eq!((told(&server, &bearer).await, told(&server, &bob).await), (1, 0));
        assert!(shown(&server, "/account/activity", &cookie).await.contains("A warning was dismissed"));
    }

    /// A form that was drawn before a later theft says nothing of that.
    async fn a_later_copy_is_reported_again(server: Server) {
        let bearer = server.user("ada").await;
        let cookie = server.browser("ada").await;
        copied(&server, "ada").await;
        let (token, session) = seen(&shown(&server, "/account", &cookie).await);
        copied(&server, "ada").await;
        let html = shown(&server, "/account", &cookie).await;
        let (_, alert) = html.split_once(HEADING).expect("the warning");
        assert_eq!(alert.split_once("</ul>").expect("a list").0.matches("<li>").count(), 2, "{html}");
        let (both, latest) = seen(&html);
        assert_ne!(latest, session);
        server.send(dismissal(&token, &session, &cookie)).await.expect(303);
        let html = shown(&server, "/account", &cookie).await;
        let (_, alert) = html.split_once(HEADING).expect("the later one is told");
        assert_eq!(alert.split_once("</ul>").expect("a list").0.matches("<li>").count(), 1, "{html}");
        server.send(dismissal(&both, &latest, &cookie)).await.expect(303);
        assert!(!shown(&server, "/account", &cookie).await.contains(HEADING));
        // The earlier form, sent late, does not bring back or take away.
        server.send(dismissal(&token, &session, &cookie)).await.expect(303);
        assert!(!shown(&server, "/account", &cookie).await.contains(HEADING));
        copied(&server, "ada").await;
        assert!(shown(&server, "/account", &cookie).await.contains(HEADING));
        server.send(dismissal(&both, &latest, &cookie)).await.expect(303);
        assert!(shown(&server, "/account", &cookie).await.contains(HEADING));
        assert_eq!((told(&server, &bearer).await, dismissals(&server).await), (3, 2));
    }

    /// Nothing is dismissed by a session of somebody else, one that goes on, or nonsense.
    async fn only_what_ended_of_ones_own_is_dismissed(server: Server) {
        server.register("ada").await;
        server.register("bob").await;
        let (ada, bob) = (server.browser("ada").await, server.browser("bob").await);
        copied(&server, "ada").await;
        server.app.clock.advance(60);
        copied(&server, "bob").await;
        let (token, _) = seen(&shown(&server, "/account", &ada).await);
        let (_, of_bob) = seen(&shown(&server, "/account", &bob).await);
        let mine = server.sql(
            "select sessions.id from sessions join users on users.id = user_id where username = 'ada' and revoked_at is null",
        );
        for (session, status) in [(of_bob.as_str(), 303), (&mine.await.concat(), 303), ("nothing", 404), ("", 422)] {
            server.send(dismissal(&token, session, &ada)).await.expect(status);
            assert!(shown(&server, "/account", &ada).await.contains(HEADING), "{session}");
        }
        assert_eq!(dismissals(&server).await, 0);
    }

    /// By script it is the same form, with the access token.
    async fn script_dismisses_it_too(server: Server) {
        let bearer = server.user("ada").await;
        let cookie = server.browser("ada").await;
        copied(&server, "ada").await;
        let (_, session) = seen(&shown(&server, "/account", &cookie).await);
        server.send(act("seen", json!({ "session": session })).bearer(&bearer)).await.expect(200);
        assert!(!shown(&server, "/account", &cookie).await.contains(HEADING));
        server.send(act("seen", json!({})).bearer(&bearer)).await.expect(422);
    }
}
