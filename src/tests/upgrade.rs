//! A database of an earlier version is brought up to date without loss, and its clients go on.

use serde_json::{Value, json};
use vestibule::server::{
    db::instance,
    service::{audit, import, limits::blocks},
};

use super::support::*;

/// What the clients of a fixture hold.
struct Held(Value);

impl Held {
    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_else(|| panic!("{name} in {}", self.0))
    }

    fn cookie(&self, name: &str) -> String {
        format!("vestibule_session_3000={}", self.text(name))
    }

    fn refreshing(&self, name: &str) -> Request {
        post("/api/v1/token/refresh").json(json!({ "refresh_token": self.text(name) }))
    }
}

fn by_cookie(cookie: &str) -> Request {
    post("/api/v1/token/refresh").same_origin().cookie(cookie)
}

fn page(cookie: &str) -> Request {
    get("/account").header("accept", "text/html").cookie(cookie)
}

/// Schema 10, the last before sessions had a method, a client and an identity that changes.
async fn from_schema_0010(backend: Backend) {
    let (server, held) = match backend {
        Backend::Sqlite => {
            let held = include_str!("fixtures/schema_0010/sqlite.json");
            (
                Server::of_dump(backend, include_str!("fixtures/schema_0010/sqlite.sql"), held)
                    .await,
                held,
            )
        }
        Backend::Postgres => {
            let held = include_str!("fixtures/schema_0010/postgres.json");
            (
                Server::of_dump(backend, include_str!("fixtures/schema_0010/postgres.sql"), held)
                    .await,
                held,
            )
        }
    };
    let held = Held(serde_json::from_str(held).expect("a fixture"));

    // Access tokens that are out go on, and those that were revoked stay so.
    let me =
        server.send(get("/api/v1/me").bearer(held.text("access_token"))).await.expect(200).json();
    assert_eq!(me["id"], held.text("user_id"));
    assert_eq!((&me["username"], &me["display_name"]), (&json!("Ada"), &json!("Countess")));
    assert_eq!(
        (&me["email"], &me["metadata"]),
        (&json!("Ada@Example.org"), &json!({ "theme": "dark", "n": 1 }))
    );
    assert_eq!((&me["app_metadata"], &me["external_id"]), (&json!({}), &Value::Null));
    server
        .send(get("/api/v1/me").bearer(held.text("ended_access_token")))
        .await
        .expect_problem(401, "invalid_token");
    let admin = held.text("admin_access_token");
    let people = server.send(get("/api/v1/users").bearer(admin)).await.expect(200).json();
    let names: Vec<&Value> =
        people["users"].as_array().expect("people").iter().map(|user| &user["username"]).collect();
    assert_eq!(names, ["Ada", "bob", "operator", "grace"]);

    let mine = get("/api/v1/me/sessions").bearer(held.text("access_token"));
    let listed = server.send(mine).await.expect(200).json();
    assert_eq!(listed["sessions"][1]["device"], "Firefox 145 on Linux");

    // So do sessions; the answer that may have been lost is repeated.
    let cookie = held.cookie("cookie");
    server.send(page(&cookie)).await.expect(200);
    let next = server.send(by_cookie(&cookie)).await.expect(200);
    let next_cookie = next.session_cookie().expect("the next");
    server.send(page(&next_cookie)).await.expect(200);
    let access = next.json()["access_token"].as_str().expect("a token").to_owned();
    assert_eq!(part(&access, 1)["amr"], json!(["pwd"]));
    let listed = server.send(get("/api/v1/me/sessions").bearer(&access)).await.expect(200).json();
    assert_eq!(listed["sessions"].as_array().map(Vec::len), Some(2), "{listed}");
    server.send(held.refreshing("refresh_token")).await.expect(200);
    for ended in ["ended_refresh_token", "disabled_refresh_token"] {
        server.send(held.refreshing(ended)).await.expect_problem(400, "invalid_grant");
    }
    let history =
        server.send(get("/api/v1/me/security-history").bearer(&access)).await.expect(200).json();
    assert_eq!(history["events"].as_array().map(Vec::len), Some(6), "{history}");

    // Passwords, and what is not allowed.
    server.send(right("ada@example.org")).await.expect(401);
    server.send(right("ADA")).await.expect(200);
    server.send(right("bob")).await.expect(401);
    let grace = json!({ "identifier": "grace@example.org", "password": "pässword of ﬁve words" });
    server.send(post("/api/v1/login").json(grace)).await.expect(200);
    let blocked = blocks::list(&server.app).await.expect("blocks");
    assert_eq!(blocked.iter().map(|block| block.source()).collect::<Vec<_>>(), ["203.0.113.7"]);

    // Who is imported from now on can have the id of another app.
    let line = r#"{"username":"hopper","external_id":9}"#;
    let plan = import::plan(&server.app, line, None).await.expect("read");
    import::carry_out(&server.app, Agent::Operator, plan, |_, _| ()).await.expect("let in");
    let found = get("/api/v1/users?external_id=9").bearer(admin);
    let found = server.send(found).await.expect(200).json();
    assert_eq!(found["users"][0]["username"], "hopper");

    // The log is whole, and goes on.
    audit::seal(&server.app).await.expect("sealed");
    let report = audit::verify(&server.app, None).await.expect("read");
    assert!(report.flaw.is_none() && report.whole > 18, "{} whole", report.whole);
    assert!(instance::get(&server.app.db, "secret_check").await.expect("read").is_some());
}

mod from_schema_0010 {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::from_schema_0010(Backend::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        super::from_schema_0010(Backend::Postgres).await;
    }
}
