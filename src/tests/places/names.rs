//! Names that look like others, and names in which nothing is seen.

use serde_json::json;

use super::*;

fn register(name: &str) -> Request {
    post("/api/v1/register").json(json!({ "username": name, "password": PASSWORD }))
}

both! {
    async fn look_alikes_of_reserved_names_are_nobodys(server: Server) {
        for name in ["SUPP0RT", "ADMlN", "R00T", "SECURlTY", "vestibuIe", "heIp", "nuII", "аdmin", "adrnin", "vestibu1e"] {
            let refused = server.send(register(name)).await.expect_problem(422, "invalid_input");
            assert_eq!(refused.json()["errors"][0]["problem"], "reserved", "{name}");
        }
        // A name that would only look so in other letters than those that people see.
        server.send(register("Seif")).await.expect(201);
        assert_eq!(server.sql("select username from users").await, ["Seif"]);
    }

    async fn each_rule_has_its_sentence(server: Server) {
        for name in ["יוסי", "טוטו", "فاطمة", "Сергей", "太郎丸"] {
            server.send(register(name)).await.expect(201);
        }
        for (names, problem, said) in [
            (&["сахар", "раса", "ехо", "ορος"][..], "looks_latin", "looks like a Latin letter"),
            (&["taro太郎", "pаypal"], "confusable", "several alphabets"),
        ] {
            for name in names {
                let refused = server.send(register(name)).await.expect_problem(422, "invalid_input");
                let error = &refused.json()["errors"][0];
                assert_eq!(error["problem"], problem, "{name}");
                assert!(error["message"].as_str().is_some_and(|message| message.contains(said)), "{error}");
            }
        }
    }

    /// At every endpoint that takes a display name: nothing to see, or a direction that is turned.
    async fn a_display_name_shows_something_and_hides_nothing(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let token = form_token(&server.send(opened("/account?edit").cookie(&cookie)).await.expect(200).text, "profile");
        let bearer = server.login("ada").await;
        for (name, problem) in [
            ("\u{200d}", "unseen"), ("\u{2800}", "unseen"), ("\u{301}\u{fe0f}", "unseen"), ("\u{1d159}", "unseen"),
            ("\u{202e}adA", "bad_characters"), ("Ada\u{2066}", "bad_characters"), ("\u{13440}", "bad_characters"),
            ("\u{e0041}", "bad_characters"), ("\u{3164}", "bad_characters"),
        ] {
            let refused = server.send(act("profile", json!({ "display_name": name })).bearer(&bearer)).await.expect(422);
            assert!(refused.text.contains(problem), "{name:?}: {}", refused.text);
            let fields = [("form", "profile"), ("form_token", &*token), ("display_name", name)];
            server.send(form("/account", &fields).cookie(&cookie)).await.expect_page(422);
        }
        assert_eq!(server.sql("select coalesce(display_name, 'none') from users").await, ["none"]);
    }
}
