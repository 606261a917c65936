//! `app_metadata`: what the app keeps about a person, and no endpoint of the person's writes (S7, S115).

use axum::http::Method;
use serde_json::{Value, json};

use super::support::*;

fn patch(id: &str, token: &str, data: Value) -> Request {
    let body = json!({ "app_metadata": data });
    send_json(Method::PATCH, &format!("/api/v1/users/{id}"), body).bearer(token)
}

both! {
    async fn the_app_writes_it_and_everybody_concerned_sees_it(server: Server) {
        let admin = server.admin().await;
        let ada = server.register("ada").await;
        let token = server.login("ada").await;
        let me = server.send(get("/api/v1/me").bearer(&token)).await.expect(200).json();
        assert_eq!((&me["app_metadata"], &me["metadata"]), (&json!({}), &json!({})));
        let data = json!({ "plan": "pro", "seats": [1, 2.5], "a\0b": { "ß": null } });
        server.send(patch(&ada, &admin, data.clone())).await.expect(200);
        // No right depends on it here, so nobody has to sign in again.
        let me = server.send(get("/api/v1/me").bearer(&token)).await.expect(200).json();
        assert_eq!((&me["app_metadata"], &me["metadata"]), (&data, &json!({})));
        for path in [format!("/api/v1/users/{ada}"), "/api/v1/users".into()] {
            let text = server.send(get(&path).bearer(&admin)).await.expect(200).text;
            assert!(text.contains(r#""plan":"pro""#), "{text}");
        }
        let signed_in = server.send(right("ada")).await.expect(200).json();
        assert_eq!(signed_in["user"]["app_metadata"], data);
        // It is replaced as a whole.
        server.send(patch(&ada, &admin, json!({ "plan": "free" }))).await.expect(200);
        let user = server.send(patch(&ada, &admin, json!(null))).await.expect(200).json();
        assert_eq!(user["app_metadata"], json!({}));
    }

    async fn it_is_an_object_of_16_kib_at_most(server: Server) {
        let admin = server.admin().await;
        let ada = server.register("ada").await;
        let sized = |size: usize| json!({ "a": "x".repeat(size - r#"{"a":""}"#.len()) });
        server.send(patch(&ada, &admin, sized(16 * 1024))).await.expect(200);
        let reply = server.send(patch(&ada, &admin, sized(16 * 1024 + 1))).await;
        let error = &reply.expect_problem(422, "invalid_input").json()["errors"][0];
        assert_eq!((&error["field"], &error["problem"]), (&json!("app_metadata"), &json!("too_many_bytes")));
        for wrong in [json!([]), json!("x"), json!(1), json!(true)] {
            server.send(patch(&ada, &admin, wrong)).await.expect_problem(422, "invalid_input");
        }
    }

    async fn s7_its_owner_writes_it_by_no_endpoint(server: Server) {
        let ada = server.register("ada").await;
        let token = server.login("ada").await;
        let evil = json!({ "plan": "pro" });
        let with = |mut body: Value| {
            body["app_metadata"] = evil.clone();
            body
        };
        let account = |name: &str| with(json!({ "username": name, "password": PASSWORD }));
        for (request, status) in [
            (send_json(Method::PATCH, "/api/v1/me", with(json!({}))).bearer(&token), 422),
            (send_json(Method::PATCH, "/api/v1/me", json!({ "metadata": with(json!({})) })).bearer(&token), 200),
            (patch(&ada, &token, evil.clone()), 403),
            (post("/api/v1/register").json(account("eve")), 422),
            (post("/api/v1/login").json(account("ada")), 422),
            (post("/register").json(account("eve")), 422),
            (enter("register", account("eve")), 422),
            (enter("login", account("ada")), 422),
            (enter("setup", account("eve")), 422),
        ] {
            let reply = server.send(request).await;
            assert_eq!(reply.status.as_u16(), status, "{}", reply.text);
        }
        // What a name of ours for another thing says is no field of this one.
        let rename = json!({ "display_name": "Ada", "app_metadata": evil });
        server.send(act("profile", rename).bearer(&token)).await;
        let fields = [("username", "bob"), ("password", PASSWORD), ("app_metadata", r#"{"plan":"pro"}"#)];
        server.send(form("/register", &fields)).await;
        let written = server.sql("select app_metadata from users").await;
        assert!(written.iter().all(|data| data == "{}"), "{written:?}");
        let me = server.send(get("/api/v1/me").bearer(&token)).await.expect(200).json();
        assert_eq!(me["metadata"]["app_metadata"], evil, "the owner's own, in the owner's own place");
    }

    async fn the_page_for_developers_says_whose_is_what(server: Server) {
        let admin = server.admin().await;
        let ada = server.register("ada").await;
        let cookie = server.browser("ada").await;
        let page = || get("/account/developer").header("accept", "text/html").cookie(&cookie);
        let text = server.send(page()).await.expect(200).text;
        assert!(text.contains("Yours to write") && !text.contains("What the app keeps about you"), "{text}");
        server.send(patch(&ada, &admin, json!({ "plan": "pro" }))).await.expect(200);
        let text = server.send(page()).await.expect(200).text;
        assert!(text.contains("What the app keeps about you") && (text.contains("&quot;plan&quot;") || text.contains("\"plan\"")), "{text}");
    }
}
