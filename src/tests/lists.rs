//! What the command line lists: accounts, sessions, keys and blocks, for people and for programs.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use serde_json::{Value, json};

use super::{backup::command, support::*};

fn lines(server: &Server, args: &[&str]) -> Vec<Value> {
    let said = Said::by(command(server).args(args).arg("--json")).fine();
    said.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn names(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

both! {
    async fn accounts_are_listed_and_shown(server: Server) {
        server.admin().await;
        let token = server.user("ada").await;
        let profile = json!({ "display_name": "Ada", "metadata": { "plan": "x\u{2028}\u{85}" } });
        server.send(send_json(http::Method::PATCH, "/api/v1/me", profile).bearer(&token)).await.expect(200);
        let all = lines(&server, &["user", "list"]);
        let mut found: Vec<&str> = all.iter().filter_map(|user| user["username"].as_str()).collect();
        found.sort();
        assert_eq!(found, ["ada", "operator"]);
        let shown = lines(&server, &["user", "show", "ADA"]);
        assert!(shown.len() == 1 && all.contains(&shown[0]), "{shown:?}");
        assert_eq!((&shown[0]["metadata"], &shown[0]["display_name"]), (&json!({ "plan": "x\u{2028}\u{85}" }), &json!("Ada")));
        let documented = include_str!("../../docs/operations.md");
        for name in names(&shown[0]) {
            assert!(documented.contains(&format!("`{name}`")), "{name}");
        }
        // No character of a name is obeyed by a terminal or a reader of lines.
        let raw = Said::by(command(&server).args(["user", "show", "ada", "--json"])).fine();
        assert!(raw.trim_end().chars().all(|c| !c.is_control() && c != '\u{2028}'), "{raw}");
        let said = Said::by(command(&server).args(["user", "list"])).fine();
        assert!(said.lines().count() == 2 && said.contains("operator") && said.contains("enabled"), "{said}");
        let said = Said::by(command(&server).args(["user", "show", "ada"])).fine();
        assert!(said.contains("username      ada") && said.contains("disabled      no"), "{said}");
        let refused = Said::by(command(&server).args(["user", "show", "nobody"])).refused();
        assert!(refused.contains("there is no account nobody in"), "{refused}");
    }

    async fn sessions_are_listed_and_ended(server: Server) {
        // The command has the machine's clock.
        let now = vestibule::server::clock::Clock::System.now();
        server.app.clock.advance(now - server.app.clock.now());
        server.register("ada").await;
        server.register("bob").await;
        let bob = server.browser("bob").await;
        let one = server.browser("ada").await;
        // Ids are in order of time.
        server.app.clock.advance(1);
        let other = server.browser("ada").await;
        server.app.clock.advance(1);
        let token = server.login("ada").await;
        let listed = lines(&server, &["session", "list", "ada"]);
        assert_eq!(listed.len(), 3);
        let documented = include_str!("../../docs/operations.md");
        for name in names(&listed[0]) {
            assert!(documented.contains(&format!("`{name}`")), "{name}");
        }
        let refreshing = |cookie: &str| post("/api/v1/token/refresh").same_origin().cookie(cookie);
        let id = |n: usize| listed[n]["id"].as_str().expect("an id").to_owned();
        // The newest first: the one of the token, then the two of browsers.
        Said::by(command(&server).args(["session", "end", "ada", "--id", &id(1)])).fine();
        let reply = server.send(refreshing(&other)).await;
        assert!(matches!(reply.status.as_u16(), 400 | 401), "{}", reply.text);
        server.send(refreshing(&one)).await.expect(200);
        let refused = Said::by(command(&server).args(["session", "end", "ada", "--id", &id(1)])).refused();
        assert!(refused.contains("there is no session"), "{refused}");
        let theirs = lines(&server, &["session", "list", "bob"])[0]["id"].as_str().expect("an id").to_owned();
        Said::by(command(&server).args(["session", "end", "ada", "--id", &theirs])).refused();
        let said = Said::by(command(&server).args(["session", "end", "ada"]));
        assert!(said.err.contains("ended 2 sessions of ada"), "{said:?}");
        assert!(lines(&server, &["session", "list", "ada"]).is_empty());
        vestibule::server::service::follow::all(&server.app).await.expect("followed");
        server.send(get("/api/v1/me").bearer(&token)).await.expect_problem(401, "invalid_token");
        server.send(refreshing(&bob)).await.expect(200);
        let events = server.sql("select kind from audit_events where kind = 'session.revoke' and actor = 'operator'").await;
        assert_eq!(events.len(), 3);
    }

    async fn long_lists_are_whole_and_a_closed_pipe_is_no_error(server: Server) {
        server.register("ada").await;
        server.sql(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2050)
             insert into users (id, username, username_canonical, metadata, epoch, created_at, updated_at)
             select '018f3f2e-0000-7000-8000-' || cast(100000000000 + i as text),
                    'u' || cast(i as text), 'u' || cast(i as text), '{}', 0, 0, 0 from n",
        ).await;
        assert_eq!(lines(&server, &["user", "list"]).len(), 2051);
        for args in [&["user", "list"][..], &["audit", "export"], &["backup", "-"]] {
            let mut child = command(&server).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
            let mut first = String::new();
            let mut out = BufReader::with_capacity(64, child.stdout.take().expect("piped"));
            out.read_line(&mut first).expect("a line");
            drop(out);
            let output = child.wait_with_output().expect("it ends");
            assert!(output.status.success() && !first.is_empty(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }

    async fn keys_and_blocks_are_listed_for_programs(server: Server) {
        Said::by(command(&server).args(["block", "add", "203.0.113.7"])).fine();
        let documented = include_str!("../../docs/operations.md");
        for args in [&["keys", "list"][..], &["block", "list"]] {
            let listed = lines(&server, args);
            assert_eq!(listed.len(), 1, "{args:?}");
            for name in names(&listed[0]) {
                assert!(documented.contains(&format!("`{name}`")), "{name}");
            }
        }
        assert_eq!(lines(&server, &["block", "list"])[0]["source"], "203.0.113.7");
        assert_eq!(lines(&server, &["keys", "list"])[0]["state"], "signing");
    }
}
