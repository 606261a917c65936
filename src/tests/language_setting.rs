//! The language that a person chose on their profile: their pages are in it, whatever the browser says.

use axum::http::Method;
use serde_json::{Value, json};

use super::support::*;

/// What a reader chose in the footer.
const NAME: &str = "vestibule_language_3000";
/// The language of the profile of who is signed in.
const THEIRS: &str = "vestibule_person_language_3000";

fn page(path: &str) -> Request {
    get(path).header("accept", "text/html")
}

fn language(reply: &Reply) -> String {
    let (_, rest) = reply.text.split_once(r#"<html lang=""#).expect("a page");
    let code = rest.split('"').next().expect("a code");
    assert_eq!(reply.header("content-language"), code);
    code.to_owned()
}

/// The page of the profile by a browser that asks for another language: the language, and the cookie that comes with it.
async fn shown(server: &Server, path: &str, cookie: &str) -> (String, Option<String>) {
    let reply =
        server.send(page(path).cookie(cookie).header("accept-language", "en")).await.expect(200);
    (language(&reply), reply.cookie(THEIRS))
}

/// The form of the profile, sent without script with this language.
async fn set(server: &Server, cookie: &str, code: &str) -> Reply {
    let html = server.send(page("/account?edit").cookie(cookie)).await.expect(200).text;
    let token = form_token(&html, "profile");
    let fields = [
        ("form", "profile"),
        ("form_token", &*token),
        ("display_name", "Ada"),
        ("pronouns", "she/her"),
        ("language", code),
    ];
    server.send(form("/account", &fields).cookie(cookie)).await
}

fn patch(bearer: &str, profile: Value) -> Request {
    send_json(Method::PATCH, "/api/v1/me", json!({ "profile": profile })).bearer(bearer)
}

both! {
    async fn a_persons_language_comes_before_what_the_browser_says(server: Server) {
        let bearer = server.user("ada").await;
        let cookie = server.browser("ada").await;
        assert_eq!(shown(&server, "/account", &cookie).await, ("en".into(), None));
        let done = set(&server, &cookie, "de").await.expect(303);
        assert_eq!((done.header("location"), done.cookie(NAME)), ("/account", None));
        assert_eq!(server.send(get("/api/v1/me").bearer(&bearer)).await.json()["profile"], json!({ "pronouns": "she/her", "language": "de" }));
        for path in account_places() {
            // A browser that has another one in its cookie, or none, is told once more.
            for other in [String::new(), format!("; {NAME}=ar"), format!("; {THEIRS}=ar"), format!("; {THEIRS}=xx")] {
                let seen = shown(&server, path, &format!("{cookie}{other}")).await;
                assert_eq!(seen, ("de".into(), Some(format!("{THEIRS}=de"))), "{path} {other}");
            }
            let seen = shown(&server, path, &format!("{cookie}; {THEIRS}=de; {NAME}=ar")).await;
            assert_eq!(seen, ("de".into(), None), "{path}");
        }
        // What is refused, and what is not there, too.
        let html = server.send(page("/account?edit").cookie(&cookie)).await.expect(200).text;
        assert!(html.contains(r#"<option value="de" lang="de" selected"#), "{html}");
        let long = "a".repeat(129);
        let fields = [("form", "profile"), ("form_token", &*form_token(&html, "profile")), ("display_name", &long)];
        let refused = server.send(form("/account", &fields).cookie(&cookie).header("accept-language", "en")).await.expect(422);
        assert_eq!(language(&refused), "de");
        let nowhere = server.send(page("/nowhere").cookie(&cookie).header("accept-language", "en")).await.expect(404);
        assert_eq!(language(&nowhere), "de");
        // Nobody else's pages change.
        server.register("bob").await;
        let other = server.browser("bob").await;
        assert_eq!(shown(&server, "/account", &other).await, ("en".into(), None));
        assert_eq!(shown(&server, "/login", KEPT).await, ("en".into(), None));
        // … also in a browser that showed theirs before.
        let before = format!("{other}; {THEIRS}=de");
        assert_eq!(shown(&server, "/account", &before).await, ("en".into(), Some(format!("{THEIRS}="))));
        assert_eq!(shown(&server, "/login", &format!("{THEIRS}=de")).await, ("en".into(), None));
        // What was chosen in the footer is what holds where nobody is signed in.
        assert_eq!(shown(&server, "/login", &format!("{NAME}=de")).await, ("de".into(), None));
    }

    async fn a_language_is_taken_away_again(server: Server) {
        let bearer = server.user("ada").await;
        let cookie = server.browser("ada").await;
        set(&server, &cookie, "ar").await.expect(303);
        set(&server, &cookie, "").await.expect(303);
        let before = format!("{cookie}; {THEIRS}=ar");
        let after = server.send(page("/account").cookie(&before)).await.expect(200);
        let is_removed = |reply: &Reply| {
            reply.headers.get_all("set-cookie").iter().any(|line| {
                line.to_str().is_ok_and(|line| line.starts_with(THEIRS) && line.contains("Max-Age=0"))
            })
        };
        assert!(language(&after) == "en" && is_removed(&after));
        assert_eq!(server.send(get("/api/v1/me").bearer(&bearer)).await.json()["profile"], json!({ "pronouns": "she/her" }));
        assert_eq!(shown(&server, "/account", &cookie).await, ("en".into(), None));
        // Then the browser's own holds again.
        assert_eq!(shown(&server, "/account", &format!("{cookie}; {NAME}=de")).await, ("de".into(), None));
        // A form that does not have the field leaves all as it is.
        set(&server, &cookie, "de").await.expect(303);
        let html = server.send(page("/account?edit").cookie(&cookie)).await.expect(200).text;
        let fields = [("form", "profile"), ("form_token", &*form_token(&html, "profile")), ("display_name", "Countess")];
        let done = server.send(form("/account", &fields).cookie(&cookie)).await.expect(303);
        assert_eq!(done.cookie(NAME), None);
        assert_eq!(shown(&server, "/account", &cookie).await.0, "de");
        // It goes with the person.
        let html = server.send(page("/account").cookie(&cookie)).await.expect(200).text;
        let fields = [("form", "logout"), ("form_token", &*form_token(&html, "logout"))];
        assert!(is_removed(&server.send(form("/logout", &fields).cookie(&cookie)).await.expect(303)));
    }

    async fn a_language_without_messages_is_refused(server: Server) {
        let bearer = server.user("ada").await;
        let cookie = server.browser("ada").await;
        for code in ["fr", "de-AT", "../de", "Deutsch", &"d".repeat(36)] {
            let refused = set(&server, &cookie, code).await.expect(422);
            assert_eq!(refused.cookie(NAME), None, "{code}");
            assert!(refused.text.contains("Error: "), "{}", refused.text);
            let refused = server.send(patch(&bearer, json!({ "language": code }))).await.expect_problem(422, "invalid_input").json();
            assert_eq!(refused["errors"][0]["field"], "language", "{refused}");
            server.send(act("profile", json!({ "language": code })).bearer(&bearer)).await.expect(422);
        }
        assert_eq!(server.sql("select profile from users").await, ["{}"]);
        assert_eq!(shown(&server, "/account", &cookie).await, ("en".into(), None));
    }

    async fn a_program_sets_it_for_the_pages(server: Server) {
        let bearer = server.user("ada").await;
        let cookie = server.browser("ada").await;
        let changed = server.send(patch(&bearer, json!({ "language": " AR " }))).await.expect(200).json();
        assert_eq!(changed["profile"], json!({ "language": "ar" }));
        let reply = server.send(page("/account").cookie(&cookie)).await.expect(200);
        assert!(language(&reply) == "ar" && reply.text.contains(r#"dir="rtl""#));
        assert_eq!(reply.cookie(THEIRS), Some(format!("{THEIRS}=ar")));
        server.send(act("profile", json!({ "language": "de" })).bearer(&bearer)).await.expect(200);
        assert_eq!(shown(&server, "/account", &cookie).await.0, "de");
        server.send(patch(&bearer, json!({ "language": "" }))).await.expect(200);
        assert_eq!(shown(&server, "/account", &cookie).await, ("en".into(), None));
    }
}
