//! One's own data as a file: every table of the database is in it, or is left out for a reason.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vestibule::server::{
    db::Db,
    service::own_data::{LEFT_OUT, SECTIONS},
};

use super::{
    database::{postgres_columns, sqlite_columns},
    factors::enrol_in,
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
        // What has the id of a person is never excused as a whole; the feed forgets its lines after some hours.
        for name in &columns {
            let (table, column) = name.split_once('.').expect("a table");
            let is_of_a_person = ["user_id", "subject", "actor"].contains(&column);
            assert!(!is_of_a_person || !excused.contains(table) || table == "revocations", "{name}");
        }
        let told: BTreeSet<_> = columns
            .into_iter()
            .filter(|name| !excused.contains(name.split('.').next().expect("a table")))
            .collect();
        assert_eq!(told, known);
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
        let change = change.from("198.51.100.77").header("user-agent", "Console/77");
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
        let by_admin = events.iter().find(|event| event["actor"] == "administrator").expect("an event");
        assert_eq!((&by_admin["client_ip"], &by_admin["user_agent"]), (&json!(null), &json!(null)));
        let left_out = &document["sections"]["events"]["left_out"];
        assert!(left_out["client_ip"].is_string() && left_out["user_agent"].is_string(), "{left_out}");
        assert_eq!(document["sections"]["acts"]["rows"], json!([]));
        for strange in ["argon2", "eve@example.org", &eve, "sealed\": \"v", "198.51.100.77", "Console/77"] {
            assert!(!text.contains(strange), "{strange}");
        }
        let admins = server.sql("select id from users where username = 'operator'").await;
        assert!(!text.contains(&admins[0]), "the id of an administrator");
        let told = subjects(&server.app).await;
        assert!(told.iter().any(|subject| subject == "The data of your Vestibule account was downloaded"), "{told:?}");
    }

    /// What somebody did to others is theirs too, without the others.
    async fn it_has_what_one_did_to_others(server: Server) {
        let admin = server.admin().await;
        let id = server.register("ada").await;
        let change = json!({ "app_metadata": { "plan": "pro" } });
        let change = send_json(http::Method::PATCH, &format!("/api/v1/users/{id}"), change).bearer(&admin);
        server.send(change.from("198.51.100.77").header("user-agent", "Console/77")).await.expect(200);
        let document = document(&server, &admin).await;
        let acts = document["sections"]["acts"]["rows"].as_array().expect("rows");
        let act = acts.iter().find(|act| act["kind"] == "user.app_metadata").expect("the change");
        assert_eq!((&act["client_ip"], &act["user_agent"]), (&json!("198.51.100.77"), &json!("Console/77")));
        assert!(!document.to_string().contains(&id), "{document}");
    }

    async fn it_has_the_second_factor_without_its_secrets(server: Server) {
        server.register("ada").await;
        let token = server.login("ada").await;
        let enrolled = enrol_in(&server, &token).await;
        let document = document(&server, &enrolled.token).await;
        let app = &document["sections"]["authenticator_app"]["rows"];
        assert_eq!(app[0]["created_at"], "2026-01-01T00:00:00Z");
        assert!(app[0].get("seed_sealed").is_none(), "{app}");
        let codes = document["sections"]["recovery_codes"]["rows"].as_array().expect("rows");
        assert_eq!((codes.len(), &codes[0]), (10, &json!({ "created_at": "2026-01-01T00:00:00Z", "spent_at": null })));
    }

    /// A request that finds no place has used up nothing.
    async fn a_process_makes_two_at_once(server: Server) {
        server.register("ada").await;
        let token = server.login("ada").await;
        let places = [(); 2].map(|()| server.app.own_data.take().expect("a place"));
        let busy = server.send(download(&token)).await.expect_problem(503, "overloaded");
        assert_eq!(busy.header("retry-after"), "5");
        assert_eq!(server.sql("select kind from audit_events where kind = 'data.export'").await, Vec::<String>::new());
        drop(places);
        for _ in 0..5 {
            document(&server, &token).await;
        }
        drop([(); 2].map(|()| server.app.own_data.take().expect("a place that is free again")));
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
