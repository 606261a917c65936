//! One's own data as a file: every table of the database is in it, or is left out for a reason.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vestibule::server::{
    db::Db,
    service::own_data::{LEFT_OUT, SECTIONS},
};

use super::{
    database::{postgres_columns, sqlite_columns},
    mail::{confirmed, subjects},
    support::*,
};

fn download(token: &str) -> Request {
    post("/api/v1/me/data").bearer(token)
}

async fn document(server: &Server, token: &str) -> Value {
    server.send(download(token)).await.expect(200).json()
}

both! {
    /// A new table or column needs its place in a section, or a reason.
    async fn every_column_of_the_schema_is_in_it_or_excused(server: Server) {
        let columns = match &server.app.db {
            Db::Sqlite { .. } => sqlite_columns(&server.app.db).await,
            Db::Postgres(_) => postgres_columns(&server.app.db).await,
        };
        let columns: BTreeSet<_> = columns.iter().map(|line| line.split(' ').next().expect("a name").to_owned()).collect();
        let excused: BTreeSet<_> = LEFT_OUT.iter().map(|(table, _)| *table).collect();
        let known: BTreeSet<_> = SECTIONS
            .iter()
            .flat_map(|section| {
                let names = section.columns.iter().map(|(name, _)| *name);
                let names = names.chain(section.left_out.iter().map(|(name, _)| *name));
                names.map(|name| format!("{}.{name}", section.rows.table)).collect::<Vec<_>>()
            })
            .collect();
        let told: BTreeSet<_> = columns
            .into_iter()
            .filter(|name| !excused.contains(name.split('.').next().expect("a table")))
            .collect();
        assert_eq!(told, known);
        // What has the id of a person is never excused as a whole.
        for table in excused {
            assert!(!known.contains(&format!("{table}.user_id")), "{table}");
        }
    }

    async fn it_has_everything_about_oneself_and_nothing_of_others(server: Server) {
        let admin = server.admin().await;
        let eve = confirmed(&server, "eve").await;
        let id = confirmed(&server, "ada").await;
        server.browser("ada").await;
        let token = server.login("ada").await;
        let change = json!({ "app_metadata": { "plan": "pro" } });
        let path = format!("/api/v1/users/{id}");
        let change = send_json(http::Method::PATCH, &path, change).bearer(&admin);
        server.send(change).await.expect(200);
        let made = server.send(download(&token)).await.expect(200);
        assert_eq!(made.header("content-disposition"), "attachment; filename=\"account-data.json\"");
        assert_eq!(made.header("content-type"), "application/json");
        assert!(made.header("cache-control").contains("no-store"), "{}", made.header("cache-control"));
        let text = made.text.clone();
        let document = made.json();
        assert_eq!((&document["schema"], &document["made_at"]), (&json!("vestibule.data/1"), &json!("2026-01-01T00:00:00Z")));
        let account = &document["sections"]["account"]["rows"][0];
        assert_eq!((&account["username"], &account["app_metadata"]["plan"], &account["created_at"]),
            (&json!("ada"), &json!("pro"), &json!("2026-01-01T00:00:00Z")));
        assert_eq!(document["sections"]["addresses"]["rows"][0]["address"], "ada@example.org");
        assert_eq!(document["sections"]["sessions"]["rows"].as_array().expect("rows").len(), 2);
        let events = document["sections"]["events"]["rows"].as_array().expect("rows");
        assert_eq!((&events[0]["kind"], &events[0]["actor"]), (&json!("data.export"), &json!("you")));
        assert!(events.iter().any(|event| event["actor"] == "administrator"), "{events:?}");
        for strange in ["argon2", "eve@example.org", &eve, "sealed\": \"v"] {
            assert!(!text.contains(strange), "{strange}");
        }
        let admins = server.sql("select id from users where username = 'operator'").await;
        assert!(!text.contains(&admins[0]), "the id of an administrator");
        let told = subjects(&server.app).await;
        assert!(told.iter().any(|subject| subject == "The data of your Vestibule account was downloaded"), "{told:?}");
    }

    async fn it_needs_a_fresh_proof_and_is_limited(server: Server) {
        server.register("ada").await;
        let token = server.login("ada").await;
        for _ in 0..5 {
            document(&server, &token).await;
        }
        server.send(download(&token)).await.expect_problem(429, "too_many_requests");
        assert_eq!(server.sql("select kind from audit_events where kind = 'data.export'").await.len(), 5);
        server.app.clock.advance(601);
        server.send(download(&token)).await.expect_problem(401, "reauthentication_required");
        let cookie = server.browser("ada").await;
        let shown = server.send(get("/account/data").header("accept", "text/html").cookie(&cookie)).await.expect(200).text;
        server.app.clock.advance(601);
        let fields = |page: &str, form: &str| {
            let (_, rest) = page.split_once(&format!(r#"name="form" value="{form}""#)).expect("the form");
            hidden(rest, "form_token")
        };
        let stale = [("form", "data"), ("form_token", &*fields(&shown, "data"))];
        let asked = server.send(form("/account/data/download", &stale).cookie(&cookie)).await.expect(401).text;
        let token = form_token(&asked, "proof");
        let proof = [("form", "proof"), ("then", "data"), ("form_token", &*token), ("password", PASSWORD)];
        let mut browser = Browser::new();
        let proven = browser.take(server.send(form("/account/confirm", &proof).cookie(&cookie)).await.expect(303));
        assert_eq!(proven.header("location"), "/account/data");
    }

    async fn a_browser_without_script_gets_the_file(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let shown = server.send(get("/account/data").header("accept", "text/html").cookie(&cookie)).await.expect(200).text;
        let (_, rest) = shown.split_once(r#"name="form" value="data""#).expect("the form");
        let token = hidden(rest, "form_token");
        let fields = [("form", "data"), ("form_token", &*token)];
        let made = server.send(form("/account/data/download", &fields).cookie(&cookie)).await.expect(200);
        assert_eq!(made.header("content-disposition"), "attachment; filename=\"account-data.json\"");
        assert_eq!(made.json()["sections"]["account"]["rows"][0]["username"], "ada");
        let wrong = [("form", "data"), ("form_token", "nonsense")];
        server.send(form("/account/data/download", &wrong).cookie(&cookie)).await.expect(403);
        server.send(form("/account/data/download", &fields)).await.expect(303);
    }
}
