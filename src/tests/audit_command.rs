//! `vestibule audit`, by running the binary; and a verifier of another make.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use futures::FutureExt;
use serde_json::Value;
use vestibule::server::{
    db::{DbError, audit as rows},
    error::Error,
    service::{audit, setup},
};

use super::{
    audit_tampering::{links, sealed},
    support::*,
};

fn command(server: &Server, args: &[&str]) -> Command {
    let (url, folder) = (server.flags.database_url.as_deref(), server.folder());
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("VESTIBULE_DATABASE_URL", url.expect("an address"))
        .env("VESTIBULE_DATA_DIR", folder);
    command
}

fn vestibule(server: &Server, args: &[&str]) -> Output {
    command(server, args).output().expect("it runs")
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn export(server: &Server, args: &[&str]) -> (String, Vec<Value>) {
    let output = vestibule(server, &[&["audit", "export"], args].concat());
    assert!(output.status.success(), "{}", said(&output.stderr));
    let text = said(&output.stdout);
    let lines = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (text, lines)
}

/// What examples/audit/verify.py says of an export: whether it is whole, and its words.
fn other_verifier(server: &Server, export: &str) -> (bool, String) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/audit/verify.py");
    let mut child = Command::new("python3")
        .args([script.as_ref(), server.folder().join("secret.key").as_os_str()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python 3");
    child.stdin.take().expect("piped").write_all(export.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("it ends");
    (output.status.success(), said(&output.stdout) + &said(&output.stderr))
}

/// An event whose texts try to break a line.
async fn hostile(server: &Server, at_ms: i64) {
    let insert = server.app.db.write(move |tx| {
        async move {
            let event = rows::Event {
                at_ms,
                kind: "login",
                outcome: "success",
                actor: Some("ä\u{2028}\u{7f}"),
                subject: Some(""),
                client_ip: None,
                user_agent: Some("x\r\n{\"kind\":\"forged\"}\u{1b}[31m\u{85}"),
                details: r#"{"a":"ü\n","b":[1,null]}"#,
            };
            rows::insert(tx, &event).await?;
            Ok::<(), DbError>(())
        }
        .boxed()
    });
    insert.await.expect("inserted");
}

both! {
    async fn verify_says_what_is_whole_and_fails_when_it_is_not(server: Server) {
        server.user("ada").await;
        audit::seal(&server.app).await.expect("sealed");
        setup::new_link(&server.app, Agent::System).await.expect("a link");
        let output = vestibule(&server, &["audit", "verify"]);
        let words = said(&output.stdout);
        assert!(output.status.success(), "{}", said(&output.stderr));
        assert!(words.contains("sealed and whole: 2, from 2026-01-01T00:00:00Z to 2026-01-01T00:00:00Z\n"), "{words}");
        assert!(words.contains("\nnot sealed yet: 1, the oldest for "), "{words}");
        let head = words.lines().find_map(|line| line.strip_prefix("head: ")).expect("a head").to_owned();
        assert!(vestibule(&server, &["audit", "verify", "--holds", &head]).status.success());
        let output = vestibule(&server, &["audit", "verify", "--holds", "2:x"]);
        assert_eq!((output.status.code(), said(&output.stderr).contains("noted head")), (Some(1), true));
        assert_eq!(vestibule(&server, &["audit", "verify", "--holds", "x"]).status.code(), Some(2));

        server.sql(match server.app.db {
            vestibule::server::db::Db::Sqlite { .. } => "drop trigger audit_events_sealed",
            vestibule::server::db::Db::Postgres(_) => "drop trigger audit_events_sealed on audit_events",
        }).await;
        server.sql("update audit_events set outcome = 'refused' where chain_pos = 2").await;
        let output = vestibule(&server, &["audit", "verify"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output.stderr).contains("broken: the event at place 2 was altered"), "{}", said(&output.stderr));
        assert!(said(&output.stdout).starts_with("sealed and whole: 1, "), "{}", said(&output.stdout));
    }

    async fn a_server_seals_by_itself(server: Server) {
        server.register("ada").await;
        let (url, folder) = (server.flags.database_url.as_deref(), server.folder().display().to_string());
        let settings =
            [("VESTIBULE_DATABASE_URL", url.expect("an address")), ("VESTIBULE_DATA_DIR", folder.as_str())];
        let serve = Process::start(server.folder(), &settings).await;
        // The registration, and the set-up link that a start makes.
        let sealed = async {
            while server.sql("select kind from audit_events where chain_pos is not null").await.len() < 2 {}
        };
        tokio::time::timeout(WITHIN, sealed).await.expect("sealed by the server");
        // Asked to stop, it seals what is left.
        serve.ask_to_stop();
        assert!(serve.has_ended().await);
        let report = audit::verify(&server.app, None).await.expect("read");
        assert!(report.whole >= 2, "{report:?}");
        assert_eq!((report.unsealed, report.flaw), (0, None));
    }

    async fn s102_an_export_is_one_line_an_event_and_others_can_verify_it(server: Server) {
        server.user("ada").await;
        hostile(&server, server.app.clock.now_ms()).await;
        audit::seal(&server.app).await.expect("sealed");
        server.app.clock.advance(86_400);
        server.login("ada").await;
        // The command seals when it has ended, and that it was run too.
        let head = audit::verify(&server.app, None).await.expect("read").head.expect("a head");
        let (text, lines) = export(&server, &[]);
        assert_eq!(lines.len(), 5, "four, and that the log was exported");
        assert!(text.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{2028}')), "{text}");
        let names = ["actor", "at", "at_ms", "chain_hash", "chain_pos", "client_ip", "details", "kind", "outcome", "seq", "subject", "user_agent"];
        let mut found: Vec<_> = lines[0].as_object().expect("an object").keys().collect();
        found.sort();
        assert_eq!(found, names);
        assert_eq!(lines[0]["at"], "2026-01-01T00:00:00.000Z");
        assert_eq!(lines[2]["user_agent"], "x\r\n{\"kind\":\"forged\"}\u{1b}[31m\u{85}");
        assert_eq!(lines[2]["details"]["b"][0], 1);
        let places: Vec<_> = lines.iter().map(|line| line["chain_pos"].as_i64()).collect();
        assert_eq!(places, [Some(1), Some(2), Some(3), None, None]);
        assert_eq!((&lines[4]["kind"], &lines[4]["actor"]), (&"audit.export".into(), &"operator".into()));

        let (whole, words) = other_verifier(&server, &text);
        assert!(whole && words.contains(&format!("whole; head {}:{}", head.0, head.1)), "{words}");
        for (from, to) in [("\"success\"", "\"refused\""), ("\"chain_pos\":2", "\"chain_pos\":4"), ("null", "\"\"")] {
            let (whole, words) = other_verifier(&server, &text.replacen(from, to, 1));
            assert!(!whole, "{from} {to}: {words}");
        }

        let chosen = |args: &[&str]| export(&server, args).1.iter().map(|line| line["kind"].as_str().unwrap_or("").to_owned()).filter(|kind| kind != "audit.export").collect::<Vec<_>>();
        assert_eq!(chosen(&["--until", "2026-01-02"]), ["register", "login", "login"]);
        assert_eq!(chosen(&["--since", "2026-01-02"]), ["login"]);
        assert_eq!(chosen(&["--since", "2026-01-01T00:00:00.001Z", "--until", "2026-01-02T01:00:00+01:00"]), [""; 0]);
        let wrong = vestibule(&server, &["audit", "export", "--since", "yesterday"]);
        assert!(!wrong.status.success() && said(&wrong.stderr).contains("2026-01-31"));
    }
}

both! {
    // An event of yesterday may be committed, and so sealed, after one of today.
    async fn an_export_of_some_days_has_no_holes(server: Server) {
        let day = |n: i64| server.app.clock.now_ms() + n * 86_400_000;
        for n in [0, 1, 0, 2, 1, 2] {
            hostile(&server, day(n)).await;
        }
        audit::seal(&server.app).await.expect("sealed");
        for (since, until, places) in [("2026-01-01", "2026-01-02", 1..=3), ("2026-01-02", "2026-01-03", 2..=5), ("2026-01-03", "2026-01-04", 4..=6)] {
            let (text, lines) = export(&server, &["--since", since, "--until", until]);
            let found: Vec<_> = lines.iter().filter_map(|line| line["chain_pos"].as_i64()).collect();
            assert_eq!(found, places.collect::<Vec<_>>());
            let (whole, words) = other_verifier(&server, &text);
            assert!(whole, "{words}");
        }
    }

    // More wait than fit on a page, and they are sealed while the first page is written.
    async fn an_export_omits_nothing_while_a_server_seals(server: Server) {
        sealed(&server.app, 3).await;
        links(&server.app, 1100).await;
        let (mut lines, runtime) = (Vec::new(), tokio::runtime::Handle::current());
        let exported = audit::export(&server.app, Agent::Operator, audit::Range::default(), |line| {
            if lines.len() == 4 {
                let sealing = tokio::task::block_in_place(|| runtime.block_on(audit::seal(&server.app)));
                assert_eq!(sealing.expect("sealed"), 1101);
            }
            lines.push(line.to_owned());
            Ok::<_, Error>(())
        });
        exported.await.expect("exported");
        let place = |line: &String| serde_json::from_str::<Value>(line).expect("JSON")["chain_pos"].as_i64();
        assert_eq!(lines.iter().filter_map(place).collect::<Vec<_>>(), (1..=1104).collect::<Vec<_>>());
        assert_eq!(lines.len(), 1104 + 1000, "a page was written as waiting before");
        let (whole, words) = other_verifier(&server, &lines.join("\n"));
        assert!(whole, "{words}");
    }
}

#[test]
fn the_document_names_every_kind_and_outcome() {
    let text = include_str!("../../docs/audit.md");
    for name in audit::Kind::ALL
        .iter()
        .map(|kind| kind.as_str())
        .chain(audit::Outcome::ALL.iter().map(|outcome| outcome.as_str()))
    {
        assert!(text.contains(&format!("`{name}`")), "{name}");
    }
}
