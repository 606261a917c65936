//! Claims that a setting names (S115): what operators write and nobody else, of their types, at the next refresh, and no
//! more than a token can carry.

use axum::http::Method;
use serde_json::{Value, json};
use vestibule::server::service::import;

use super::support::*;

fn claims(token: &str) -> Value {
    part(token, 1)
}

async fn let_in(server: &Server, line: Value) {
    let plan = import::plan(&server.app, &line.to_string(), None).await.expect("read");
    assert!(plan.wrong.is_empty(), "{:?}", plan.wrong);
    import::carry_out(&server.app, Agent::Operator, plan, |_, _| ()).await.expect("let in");
    let change = vestibule::server::service::accounts::AccountChange::Password(
        vestibule::server::secure::secret::Secret::new(PASSWORD),
    );
    server.change(line["username"].as_str().expect("a name"), change).await;
}

fn app_metadata(id: &str, admin: &str, data: &Value) -> Request {
    let body = json!({ "app_metadata": data });
    send_json(Method::PATCH, &format!("/api/v1/users/{id}"), body).bearer(admin)
}

both_with! { |flags| flags.token_claims = Some("preferred_username, email, external_id, app_metadata.plan, app_metadata.seats".into());
    async fn chosen_claims_are_in_the_token_and_change_at_the_next_refresh(server: Server) {
        let admin = server.admin().await;
        let seats = json!([1, 2.5, { "a": null, "big": 9_007_199_254_740_993_i64 }, true, "ß"]);
        let_in(&server, json!({
            "username": "Ada", "external_id": 7, "email": "ada@example.com", "email_verified": true,
            "metadata": { "plan": "mine" }, "app_metadata": { "plan": "pro", "seats": seats, "note": "not named" },
        })).await;
        let body = json!({ "username": "ada", "password": PASSWORD, "session": "token" });
        let reply = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
        let token = reply["access_token"].as_str().expect("a token").to_owned();
        let said = claims(&token);
        assert_eq!((&said["preferred_username"], &said["email"], &said["external_id"]), (&json!("Ada"), &json!("ada@example.com"), &json!("7")));
        assert_eq!(said["app_metadata"], json!({ "plan": "pro", "seats": seats }));
        assert!(said.get("metadata").is_none());
        // It opens what it opened, the first time and from the cache, and the service says the same of it.
        for _ in 0..2 {
            let told = server.send(get("/api/v1/token").bearer(&token)).await.expect(200).json();
            assert_eq!(told["app_metadata"], said["app_metadata"], "{told}");
            assert_eq!(told["external_id"], "7");
        }
        let data = json!({ "plan": { "name": "free" } });
        server.send(app_metadata(said["sub"].as_str().expect("an id"), &admin, &data)).await.expect(200);
        server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
        let refresh = json!({ "refresh_token": reply["refresh_token"] });
        let next = server.send(post("/api/v1/token/refresh").json(refresh)).await.expect(200).json();
        assert_eq!(claims(next["access_token"].as_str().expect("a token"))["app_metadata"], data);
    }

    // An address that nobody has verified proves nothing; what is absent is no claim.
    async fn what_is_not_known_is_no_claim(server: Server) {
        let_in(&server, json!({ "username": "bob", "email": "ada@example.com" })).await;
        let said = claims(&server.login("bob").await);
        assert_eq!(said["preferred_username"], "bob");
        for name in ["email", "external_id", "app_metadata"] {
            assert!(said.get(name).is_none(), "{said}");
        }
    }

    async fn a_token_carries_no_more_than_a_cookie_can(server: Server) {
        let admin = server.admin().await;
        // The longest of everything that is bounded elsewhere.
        let name = "ß".repeat(64);
        let email = format!("{}@{}.example", "a".repeat(64), "b".repeat(60));
        let_in(&server, json!({ "username": name, "external_id": "i".repeat(128), "email": email, "email_verified": true })).await;
        let id = claims(&server.login(&name).await)["sub"].as_str().expect("an id").to_owned();
        let sized = |size: usize| json!({ "plan": "x".repeat(size - r#"{"plan":""}"#.len()), "note": "y".repeat(9_000) });
        server.send(app_metadata(&id, &admin, &sized(1024))).await.expect(200);
        let token = server.login(&name).await;
        assert_eq!(claims(&token)["app_metadata"]["plan"].as_str().map(str::len), Some(1024 - 11));
        assert!(token.len() < 4096, "{}", token.len());
        server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
        let deep: Value = serde_json::from_str(&format!("{}{}", "[".repeat(17), "]".repeat(17))).expect("JSON");
        let vast: Value = serde_json::from_str("1e400").expect("JSON");
        for unfit in [sized(1025), json!({ "seats": deep }), json!({ "plan": [vast] })] {
            let reply = server.send(app_metadata(&id, &admin, &unfit)).await.expect_problem(422, "invalid_input").json();
            let error = &reply["errors"][0];
            assert_eq!((&error["field"], &error["problem"], &error["max"]), (&json!("app_metadata"), &json!("unfit_claims"), &json!(1024)));
            // Nor by an import.
            let line = json!({ "username": "eve", "app_metadata": unfit }).to_string();
            let plan = import::plan(&server.app, &line, None).await.expect("read");
            assert_eq!(plan.wrong.len(), 1);
            // Of a process that knew another setting: the person signs in all the same, without it.
            let (_, other) = server.again_with(|flags| flags.token_claims = None).await;
            send(&other, app_metadata(&id, &admin, &unfit)).await.expect(200);
            let token = server.login(&name).await;
            assert!(claims(&token).get("app_metadata").is_none());
            assert_eq!(claims(&token)["external_id"], "i".repeat(128));
            server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
        }
    }
}

both! {
    async fn without_the_setting_a_token_says_nothing_of_the_person(server: Server) {
        let_in(&server, json!({ "username": "ada", "external_id": 7, "email": "ada@example.com", "email_verified": true, "app_metadata": { "plan": "pro" } })).await;
        let said = claims(&server.login("ada").await);
        for name in ["preferred_username", "email", "external_id", "app_metadata", "metadata"] {
            assert!(said.get(name).is_none(), "{said}");
        }
    }
}

/// Only who gets a token costs the look at app_metadata, and the log has one line a minute.
#[tokio::test]
async fn what_does_not_fit_is_said_once_a_minute() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    create(&mut vestibule(folder), "ada", &[]).fine();
    let unfit = json!({ "plan": "x".repeat(2_000) }).to_string();
    Said::by(vestibule(folder).args(["user", "set-app-metadata", "ada", &unfit])).fine();
    let claims = [("VESTIBULE_TOKEN_CLAIMS", "app_metadata.plan")];
    let said = async |process: Process| {
        process.ask_to_stop();
        assert!(process.has_ended().await);
        let log = std::fs::read_to_string(folder.join("log")).expect("a log");
        log.matches("app_metadata is not in the access token").count()
    };
    let client = reqwest::Client::new();
    let process = Process::start(folder, &claims).await;
    let mut session = String::new();
    for _ in 0..2 {
        let body = json!({ "username": "ada", "password": PASSWORD, "session": "cookie" });
        let request = client.post(format!("{}/api/v1/login", process.url)).body(body.to_string());
        let request = request.header("content-type", "application/json");
        let answer = request.header("sec-fetch-site", "same-origin").send().await;
        let answer = answer.expect("an answer").error_for_status().expect("signed in");
        let cookies = answer.headers().get_all("set-cookie").iter();
        let mut cookies = cookies.filter_map(|cookie| cookie.to_str().ok()?.split_once('='));
        let cookie = cookies.find(|(name, _)| name.starts_with("vestibule_session"));
        session = cookie.expect("a session").1.split(';').next().expect("a value").to_owned();
    }
    assert_eq!(said(process).await, 1);
    // A server that has said nothing yet.
    let process = Process::start(folder, &claims).await;
    let port = process.url.rsplit_once(':').expect("a port").1;
    for _ in 0..3 {
        let request = client.get(format!("{}/account", process.url));
        let request = request.header("cookie", format!("vestibule_session_{port}={session}"));
        let answer = request.send().await.expect("an answer");
        assert_eq!((answer.status().as_u16(), answer.url().path()), (200, "/account"));
    }
    assert_eq!(said(process).await, 0);
}
