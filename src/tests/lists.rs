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

/// What a list has of each item, in the order of names. Programs rely on it: names are added, and none is changed.
const USER: [&str; 16] = [
    "app_metadata",
    "created_at",
    "disabled_at",
    "display_name",
    "email",
    "email_refused_at",
    "email_verified",
    "erase_after",
    "external_id",
    "id",
    "metadata",
    "passkeys",
    "profile",
    "roles",
    "second_factor_at",
    "username",
];
const SESSION: [&str; 10] = [
    "client_id",
    "client_ip",
    "created_at",
    "device",
    "expires_at",
    "id",
    "idle_expires_at",
    "kind",
    "last_seen_at",
    "user_id",
];
const KEY: [&str; 6] = ["active_at", "algorithm", "created_at", "kid", "ring", "state"];
const BLOCK: [&str; 4] = ["by", "created_at", "expires_at", "source"];

/// Each item has exactly these names, and operators can read of them.
pub(super) fn assert_shape(items: &[Value], shape: &[&str]) {
    let documented = include_str!("../../docs/commands.md");
    for item in items {
        let mut names: Vec<&str> =
            item.as_object().expect("an object").keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, shape);
    }
    for name in shape {
        assert!(documented.contains(&format!("`{name}`")), "{name}");
    }
}

/// Commands have the machine's clock.
fn meet_the_commands(server: &Server) {
    let now = vestibule::server::clock::Clock::System.now_s();
    server.app.clock.advance(now - server.app.clock.now_s());
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
        assert_shape(&all, &USER);
        // No character of a name is obeyed by a terminal or a reader of lines.
        let raw = Said::by(command(&server).args(["user", "show", "ada", "--json"])).fine();
        assert!(raw.trim_end().chars().all(|c| !c.is_control() && c != '\u{2028}'), "{raw}");
        let said = Said::by(command(&server).args(["user", "list"])).fine();
        assert!(said.lines().count() == 2 && said.contains("operator") && said.contains("enabled"), "{said}");
        let said = Said::by(command(&server).args(["user", "show", "ada"])).fine();
        assert!(said.contains("username      ada") && said.contains("disabled      no"), "{said}");
        let refused = Said::by(command(&server).args(["user", "show", "nobody"])).refused();
        assert!(refused.contains("there is no account nobody in"), "{refused}");
        // Nothing of addresses, which are the API's.
        for (what, arguments) in [
            ("there is no account nobody in", &["user", "disable", "nobody"][..]),
            ("there is no account nobody in", &["user", "unlock", "nobody"]),
            ("there is no block of 192.0.2.9 in", &["block", "lift", "192.0.2.9"]),
            ("there is no account nobody in", &["session", "end", "nobody"]),
        ] {
            let refused = Said::by(command(&server).args(arguments)).refused();
            assert!(refused.contains(what) && !refused.contains("at this address"), "{refused}");
        }
    }

    async fn sessions_are_listed_and_ended(server: Server) {
        meet_the_commands(&server);
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
        assert_shape(&listed, &SESSION);
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
        let said = Said::by(command(&server).args(["session", "end", "ada"])).fine();
        assert_eq!(said, "ended 2 sessions of ada\n");
        assert!(lines(&server, &["session", "list", "ada"]).is_empty());
        vestibule::server::service::follow::all(&server.app).await.expect("followed");
        server.send(get("/api/v1/me").bearer(&token)).await.expect_problem(401, "invalid_token");
        server.send(refreshing(&bob)).await.expect(200);
        let events = server.sql("select kind from audit_events where kind = 'session.revoke' and actor = 'operator'").await;
        assert_eq!(events.len(), 3);
    }

    async fn long_lists_are_whole_and_a_closed_pipe_is_no_error(server: Server) {
        server.register("ada").await;
        server.crowd().await;
        assert_eq!(lines(&server, &["user", "list"]).len(), 2051);
        // Half a list is one; half a backup is none.
        for (args, is_fine) in [(&["user", "list"][..], true), (&["audit", "export"], true), (&["backup", "-"], false)] {
            let mut child = command(&server).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
            let mut first = String::new();
            let mut out = BufReader::with_capacity(64, child.stdout.take().expect("piped"));
            out.read_line(&mut first).expect("a line");
            drop(out);
            let output = child.wait_with_output().expect("it ends");
            assert!(output.status.success() == is_fine && !first.is_empty(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }

    async fn keys_and_blocks_are_listed_for_programs(server: Server) {
        Said::by(command(&server).args(["block", "add", "203.0.113.7"])).fine();
        for (args, shape) in [(&["keys", "list"][..], &KEY[..]), (&["block", "list"], &BLOCK)] {
            let listed = lines(&server, args);
            assert_eq!(listed.len(), 1, "{args:?}");
            assert_shape(&listed, shape);
        }
        assert_eq!(lines(&server, &["block", "list"])[0]["source"], "203.0.113.7");
        assert_eq!(lines(&server, &["keys", "list"])[0]["state"], "signing");
    }

    async fn an_empty_list_has_no_line(server: Server) {
        let is_empty = |args: &[&str]| {
            assert_eq!(lines(&server, args), Vec::<Value>::new());
            assert_eq!(Said::by(command(&server).args(args)).fine(), "");
        };
        is_empty(&["user", "list"]);
        is_empty(&["block", "list"]);
        server.register("ada").await;
        is_empty(&["session", "list", "ada"]);
    }

    /// Whatever the database has: a line for each item, and no character that a terminal obeys.
    async fn odd_names_stay_on_their_line(server: Server) {
        meet_the_commands(&server);
        server.register("ada").await;
        server.browser("ada").await;
        let odd = "x\u{1b}[2J\n\u{202e}\"\\ \u{2028}y";
        server.sql("update users set username = 'x\u{1b}[2J\n\u{202e}\"\\ \u{2028}y'").await;
        server.sql("update users set display_name = username").await;
        server.sql("update sessions set client_ip = (select username from users), client_id = (select username from users)").await;
        for args in [&["user", "list"][..], &["user", "show", "ada"], &["session", "list", "ada"]] {
            let listed = lines(&server, args);
            assert!(listed.len() == 1 && listed[0].to_string().contains("2J"), "{listed:?}");
            let field = if args[0] == "user" { "username" } else { "client_ip" };
            assert_eq!(listed[0][field], odd, "{args:?}");
            for form in [&[][..], &["--json"]] {
                let said = Said::by(command(&server).args(args).args(form)).fine();
                let is_obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{2028}';
                assert!(!said.contains(is_obeyed), "{said:?}");
                assert!(args[1] != "list" || said.lines().count() == 1, "{said:?}");
            }
        }
    }

    async fn a_closed_pipe_is_no_error_for_any_list(server: Server) {
        meet_the_commands(&server);
        server.register("ada").await;
        server.browser("ada").await;
        for args in [
            &["user", "list"][..], &["user", "show", "ada"], &["session", "list", "ada"], &["keys", "list"],
            &["block", "add", "203.0.113.7"], &["block", "list"], &["audit", "verify"], &["user", "disable", "ada"],
        ] {
            let output = command(&server).args(args).stdout(std::io::pipe().expect("a pipe").1).output().expect("it runs");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && !said.contains("panicked"), "{args:?}: {said}");
        }
    }
}
