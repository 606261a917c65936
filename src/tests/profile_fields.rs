//! Fields that are kept with a profile by their names: registration, the page and the API treat them alike.

use serde_json::json;

use super::support::*;

both! {
    async fn pronouns_come_with_registration_by_a_program_and_are_changed_or_taken_away(server: Server) {
        let profile = json!({ "pronouns": " she/her " });
        let body = json!({ "username": "ada", "password": PASSWORD, "profile": profile });
        server.send(post("/api/v1/register").json(body)).await.expect(201);
        let token = server.login("ada").await;
        let me = || server.send(get("/api/v1/me").bearer(&token));
        assert_eq!(me().await.expect(200).json()["profile"], json!({ "pronouns": "she/her" }));
        let change = |profile: serde_json::Value| {
            let request = Request::new(axum::http::Method::PATCH, "/api/v1/me");
            server.send(request.bearer(&token).json(json!({ "profile": profile })))
        };
        let changed = change(json!({ "pronouns": "they/them" })).await.expect(200);
        assert_eq!(changed.json()["profile"], json!({ "pronouns": "they/them" }));
        // What is not named stays; an empty text takes it away.
        change(json!({})).await.expect(200);
        assert_eq!(me().await.json()["profile"], json!({ "pronouns": "they/them" }));
        server.send(act("profile", json!({ "display_name": "Ada", "pronouns": "" })).bearer(&token)).await.expect(200);
        let me = me().await.json();
        assert_eq!((&me["profile"], &me["display_name"]), (&json!({}), &json!("Ada")));
    }

    async fn a_program_registers_with_all_fields_of_the_profile_and_the_page_asks_for_none(server: Server) {
        let profile = json!({ "pronouns": "she/her", "language": "de" });
        let body = json!({ "username": "ada", "password": PASSWORD, "profile": profile });
        server.send(post("/api/v1/register").json(body)).await.expect(201);
        let token = server.login("ada").await;
        assert_eq!(server.send(get("/api/v1/me").bearer(&token)).await.json()["profile"], profile);
        // "A username and a password are enough."
        let page = server.send(get("/register").header("accept", "text/html")).await.expect(200).text;
        assert!(!page.contains("pronouns") && !page.contains("register-language"), "{page}");
        let filled = json!({ "username": "eve", "password": PASSWORD, "email": "", "pronouns": "she/her" });
        let refused = server.send(enter("register", filled)).await.expect(422).json();
        assert_eq!(refused["fields"][0]["problem"], "unknown", "{refused}");
    }

    async fn what_cannot_be_kept_is_refused(server: Server) {
        let api = |profile: serde_json::Value| {
            let body = json!({ "username": "ada", "password": PASSWORD, "profile": profile });
            server.send(post("/api/v1/register").json(body))
        };
        let long = "x".repeat(41);
        for (profile, problem) in [
            (json!({ "pronouns": long }), "too_long"),
            (json!({ "pronouns": "a\u{202e}b" }), "bad_characters"),
            (json!({ "pronouns": "\u{2800}" }), "unseen"),
            (json!({ "language": "tlh" }), "invalid"),
            // Fields of ours that no profile has.
            (json!({ "password": "x" }), "unknown"),
        ] {
            let refused = api(profile).await.expect(422).json();
            assert_eq!(refused["errors"][0]["problem"], problem, "{refused}");
        }
        api(json!({ "shoe_size": "42" })).await.expect(422);
        api(json!({ "pronouns": 1 })).await.expect(422);
        assert_eq!(server.sql("select id from users").await.len(), 0);
    }

    async fn the_page_shows_and_changes_them_without_script(server: Server) {
        let fields = [("username", "ada"), ("password", PASSWORD), ("email", "")];
        let cookie = server.send(form("/register", &fields)).await.expect(303).session_cookie().expect("a cookie");
        let page = |path: &str| server.send(get(path).header("accept", "text/html").cookie(&cookie));
        let token = form_token(&page("/account?edit").await.expect(200).text, "profile");
        let fields = [("form", "profile"), ("form_token", &*token), ("display_name", ""), ("pronouns", "she/her")];
        server.send(form("/account", &fields).cookie(&cookie)).await.expect(303);
        let shown = page("/account").await.expect(200).text;
        assert!(shown.contains("Pronouns") && shown.contains("she/her"), "{shown}");
        let edited = page("/account?edit").await.expect(200).text;
        let token = form_token(&edited, "profile");
        let fields = [("form", "profile"), ("form_token", &token), ("display_name", ""), ("pronouns", "<b>")];
        server.send(form("/account", &fields).cookie(&cookie)).await.expect(303);
        let shown = page("/account").await.expect(200).text;
        assert!(shown.contains("&lt;b>") || shown.contains("&lt;b&gt;"), "{shown}");
        assert!(!shown.contains("<b>"), "{shown}");
    }
}
