//! Import: ids of another app, usernames that cannot be used, lines that are left out, and the map of ids.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};
use vestibule::server::{
    db::users,
    service::import::{self, Rename},
};

use super::{
    backup::{self, command},
    support::*,
};

/// Odd people, and what `--rename slug` makes of them.
fn odd() -> [(Value, &'static str); 9] {
    [
        // The name is free, and somebody whose own it is comes later.
        (json!({ "username": "Zoë Müller", "external_id": 1 }), "Zoë-Müller-1"),
        (json!({ "username": "Zoë-Müller", "external_id": "2" }), "Zoë-Müller"),
        (json!({ "username": "jo", "external_id": "3" }), "jo-3"),
        (json!({ "username": "admin", "external_id": "4" }), "admin-4"),
        (json!({ "username": "mary@example.com" }), "mary"),
        (json!({ "username": "ada" }), "ada"),
        (json!({ "username": "ADA" }), "ADA-2"),
        (json!({ "username": "🎉", "external_id": "9" }), "user-9"),
        (json!({ "username": "Pat \"O'Brien\", Jr.", "display_name": "Pat" }), "Pat-O-Brien-Jr"),
    ]
}

fn text(lines: &[Value]) -> String {
    lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
}

async fn let_in(server: &Server, lines: &[Value]) {
    let plan = import::plan(&server.app, &text(lines), None).await.expect("read");
    assert!(plan.wrong.is_empty(), "{:?}", plan.wrong);
    import::carry_out(&server.app, Agent::Operator, plan, |_, _| ()).await.expect("let in");
}

both! {
    async fn external_ids_find_people_and_only_imports_write_them(server: Server) {
        let admin = server.admin().await;
        let lines = [
            json!({ "username": "ada", "external_id": 7, "metadata": { "cart": [] }, "app_metadata": { "plan": "pro" } }),
            json!({ "username": "bob", "external_id": "auth0|Ünï 8" }),
        ];
        let_in(&server, &lines).await;
        let found = async |query: &str| {
            let request = get(&format!("/api/v1/users?{query}")).bearer(&admin);
            let page = server.send(request).await.expect(200).json();
            let names: Vec<_> = page["users"].as_array().expect("people").iter().map(|user| user["username"].to_string()).collect();
            names.join(" ")
        };
        assert_eq!(found("external_id=7").await, "\"ada\"");
        assert_eq!(found("external_id=auth0%7C%C3%9Cn%C3%AF%208&limit=5").await, "\"bob\"");
        // Exactly this one; and what PostgreSQL could not even be asked.
        for nobody in ["external_id=", "external_id=07", "external_id=AUTH0%7C%C3%9Cn%C3%AF%208", "external_id=%00",
                       "external_id=7&after=ffffffff-ffff-7fff-bfff-ffffffffffff"] {
            assert_eq!(found(nobody).await, "", "{nobody}");
        }
        server.send(get("/api/v1/users?external_ids=7").bearer(&admin)).await.expect_problem(422, "invalid_input");
        // One's own is shown, and nobody else's.
        let change = vestibule::server::service::accounts::AccountChange::Password(
            vestibule::server::secure::secret::Secret::new(PASSWORD),
        );
        server.change("ada", change).await;
        let ada = server.login("ada").await;
        let me = server.send(get("/api/v1/me").bearer(&ada)).await.expect(200).json();
        assert_eq!((&me["external_id"], &me["metadata"], &me["app_metadata"]), (&json!("7"), &json!({ "cart": [] }), &json!({ "plan": "pro" })));
        server.send(get("/api/v1/users?external_id=7").bearer(&ada)).await.expect_problem(403, "forbidden");
        let id = me["id"].as_str().expect("an id");
        // S7: no endpoint writes it.
        let evil = json!({ "external_id": "1" });
        for (request, status) in [
            (send_json(http::Method::PATCH, "/api/v1/me", evil.clone()).bearer(&ada), 422),
            (send_json(http::Method::PATCH, &format!("/api/v1/users/{id}"), evil.clone()).bearer(&admin), 422),
            (post("/api/v1/register").json(json!({ "username": "eve", "password": PASSWORD, "external_id": "1" })), 422),
        ] {
            let reply = server.send(request).await;
            assert_eq!(reply.status.as_u16(), status, "{}", reply.text);
        }
        let ids = server.sql("select external_id from users where external_id is not null order by external_id").await;
        assert_eq!(ids, ["7", "auth0|Ünï 8"]);
        // By the command line.
        let listed = Said::by(command(&server).args(["user", "list", "--external-id", "7", "--json"])).fine();
        assert!(listed.lines().count() == 1 && listed.contains("\"username\":\"ada\""), "{listed}");
        let shown = Said::by(command(&server).args(["user", "show", "--external-id", "7"])).fine();
        assert!(shown.contains("external id   7"), "{shown}");
        let refused = Said::by(command(&server).args(["user", "show", "--external-id", "8"])).refused();
        assert!(refused.contains("there is no account with the external id 8 in"), "{refused}");
    }

    async fn a_backup_has_external_ids(server: Server) {
        let_in(&server, &[json!({ "username": "ada", "external_id": 7 })]).await;
        let file = backup::save(&server, "saved");
        let place = backup::Place::new(backup::backend(&server), &server.folder().join("secret.key")).await;
        place.restore(&file, "as-saved").fine();
        let (app, _) = place.open(&server).await;
        let found = users::by_external_id(&app.db, "7").await.expect("read");
        assert_eq!(found.map(|user| user.username), Some("ada".into()));
    }

    // Taken in the file, before, and by somebody who came between the look and the deed.
    async fn an_external_id_is_one_persons(server: Server) {
        let_in(&server, &[json!({ "username": "ada", "external_id": "7" })]).await;
        let lines = [
            json!({ "username": "bob", "external_id": 7 }),
            json!({ "username": "carol", "external_id": "8" }),
            json!({ "username": "dave", "external_id": 8 }),
        ];
        let plan = import::plan(&server.app, &text(&lines), None).await.expect("read");
        let said: Vec<_> = plan.wrong.iter().map(|(line, wrong)| format!("{line}: {wrong}")).collect();
        assert!(said[0].starts_with("1: external_id: an account here has this one"), "{said:?}");
        assert!(said[1].starts_with("3: external_id: an earlier line has this one"), "{said:?}");
        let plan = import::plan(&server.app, &text(&lines[1..2]), None).await.expect("read");
        let_in(&server, &[json!({ "username": "eve", "external_id": "8" })]).await;
        let stopped = import::carry_out(&server.app, Agent::Operator, plan, |_, _| ()).await.expect_err("refused");
        assert!(stopped.to_string().starts_with("line 1: external_id: an account here"), "{stopped}");
        assert_eq!(server.sql("select username from users order by username").await, ["ada", "eve"]);
    }

    async fn names_that_cannot_be_used_are_replaced(server: Server) {
        let lines: Vec<Value> = odd().into_iter().map(|(line, _)| line).collect();
        let plan = import::plan(&server.app, &text(&lines), Some(Rename::Slug)).await.expect("read");
        assert!(plan.wrong.is_empty(), "{:?}", plan.wrong);
        assert_eq!(plan.renamed().count(), 7);
        let mut names = Vec::new();
        import::carry_out(&server.app, Agent::Operator, plan, |people, _| {
            names.extend(people.iter().map(|person| person.username.clone()));
        })
        .await
        .expect("let in");
        assert_eq!(names, odd().map(|(_, name)| name));
        // They see the name that they knew, where it can be shown and the line has no other.
        let mut shown = server.sql("select display_name from users where display_name is not null").await;
        shown.sort();
        assert_eq!(shown, ["ADA", "Pat", "Zoë Müller", "admin", "jo", "🎉"]);
        // Of addresses; who has none of either stays wrong.
        let lines = [
            json!({ "username": "b o b", "email": "Bob.Hope@example.com" }),
            json!({ "email": "jo@example.com", "external_id": 12 }),
            json!({ "username": "mary@example.org", "external_id": 13 }),
            json!({ "username": "x y" }),
            json!({ "username": "ada", "email": "a@example.org" }),
        ];
        let plan = import::plan(&server.app, &text(&lines), Some(Rename::Email)).await.expect("read");
        let renamed: Vec<_> = plan.renamed().collect();
        assert_eq!(renamed, [(1, Some("b o b"), "Bob.Hope"), (2, None, "jo-12"), (3, Some("mary@example.org"), "mary-13")]);
        let said: Vec<_> = plan.wrong.iter().map(|(line, wrong)| format!("{line}: {wrong}")).collect();
        assert!(said[0].starts_with("4: username \"x y\": Use letters"), "{said:?}");
        // An account that is here is not made anew by another name.
        assert_eq!(said[1], "5: This username is taken here.");
    }

    // Without an external id nothing tells whether an account here is the same person's.
    async fn a_second_import_makes_nobody_twice(server: Server) {
        let lines = [
            json!({ "username": "mary@example.com" }),
            json!({ "username": "mary@example.org" }),
            json!({ "username": "jo" }),
            json!({ "username": "ada" }),
            json!({ "username": "ADA" }),
            json!({ "username": "🎉", "email": "eve@example.com" }),
            json!({ "email": "bob@example.com" }),
            json!({ "username": "o k", "external_id": 8 }),
        ];
        let plan = import::plan(&server.app, &text(&lines), Some(Rename::Slug)).await.expect("read");
        let names: Vec<_> = plan.renamed().map(|(_, _, name)| name.to_owned()).collect();
        assert_eq!(names, ["mary", "mary-2", "jo-2", "ADA-2", "user-2", "bob", "o-k"]);
        import::carry_out(&server.app, Agent::Operator, plan, |_, _| ()).await.expect("let in");
        let plan = import::plan(&server.app, &text(&lines), Some(Rename::Slug)).await.expect("read");
        assert_eq!(plan.count(), 0, "{:?}", plan.renamed().collect::<Vec<_>>());
        let said: Vec<_> = plan.wrong.iter().map(|(line, wrong)| format!("{line}: {wrong}")).collect();
        assert!(said[0].starts_with("1: The username mary is taken here, perhaps by an earlier import"), "{said:?}");
        assert_eq!(said[3], "4: This username is taken here.");
        assert!(said[7].starts_with("8: external_id: an account here has this one"), "{said:?}");
    }

    // As in the file: the rest of one that came in by half gets the names that were told.
    async fn an_account_that_is_here_is_like_an_earlier_line(server: Server) {
        let_in(&server, &[json!({ "username": "ada", "external_id": 1 })]).await;
        let lines = [json!({ "username": "ADA", "external_id": 5500 }), json!({ "username": "Ada", "external_id": 1 })];
        for (rename, expected) in [(None, "1: This username is taken here."), (Some(Rename::Slug), "")] {
            let plan = import::plan(&server.app, &text(&lines), rename).await.expect("read");
            let said: Vec<_> = plan.wrong.iter().map(|(line, wrong)| format!("{line}: {wrong}")).collect();
            assert_eq!(said.first().filter(|_| !expected.is_empty()).map_or("", String::as_str), expected);
            assert!(said.last().is_some_and(|said| said.starts_with("2: external_id: an account here")), "{said:?}");
            let renamed: Vec<_> = plan.renamed().collect();
            assert_eq!(renamed, rename.map(|_| (1, Some("ADA"), "ADA-5500")).into_iter().collect::<Vec<_>>());
        }
    }

    async fn wrong_lines_are_left_out_and_a_map_says_who_became_whom(server: Server) {
        let mut lines: Vec<Value> = odd().into_iter().map(|(line, _)| line).collect();
        lines.push(json!({ "username": "roles", "roles": ["editor"] }));
        lines.push(json!({ "username": "hash", "password_hash": "plain text" }));
        std::fs::write(server.folder().join("people.jsonl"), text(&lines)).expect("written");
        let import = |args: &[&str]| {
            let mut command = command(&server);
            command.current_dir(server.folder());
            Said::by(command.args(["user", "import", "people.jsonl"]).args(args))
        };
        std::fs::write(server.folder().join("there.csv"), "mine").expect("written");
        let said = import(&["--rename", "slug", "--skip", "--map", "there.csv"]).refused();
        assert!(said.contains("there.csv: File exists"), "{said}");
        assert_eq!(std::fs::read_to_string(server.folder().join("there.csv")).expect("read"), "mine");
        assert_eq!(server.sql("select id from users").await.len(), 0);
        let said = import(&["--rename", "slug", "--skip", "--map", "map.csv"]);
        assert!(said.err.contains("line 10: roles: \"editor\" is no role here"), "{said:?}");
        assert!(said.err.contains("line 11: password_hash: "), "{said:?}");
        assert_eq!(said.fine(), "imported 9 accounts, left out 2 lines\n");
        let file = server.folder().join("map.csv");
        assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
        let map = std::fs::read_to_string(file).expect("read");
        assert_eq!(map.lines().next(), Some("external_id,id,old_username,username"));
        assert_eq!(map.lines().count(), 10);
        let id = server.sql("select id from users where username = 'jo-3'").await.remove(0);
        assert!(map.contains(&format!("\n3,{id},jo,jo-3\n")), "{map}");
        assert!(map.contains(",\"Pat \"\"O'Brien\"\", Jr.\",Pat-O-Brien-Jr\n"), "{map}");
        assert_eq!(import(&["--dry-run", "--map", "x.csv"]).code, Some(2));
    }
}
