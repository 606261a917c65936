//! What commands write, and to whom: a reader that has gone is no error, a full disk is one.

use std::{
    fs::File,
    io::pipe,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use super::support::*;

const COMMANDS: &[&[&str]] = &[
    &["--help"],
    &["--version"],
    &["user", "--help"],
    &["keys", "list"],
    &["audit", "verify"],
    &["audit", "export"],
    &["block", "list"],
    &["block", "add", "203.0.113.7"],
    &["user", "disable", "ada"],
    &["tune", "--within", "10"],
];

fn command(server: &Server, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command
        .args(args)
        .current_dir(server.folder())
        .env_clear()
        .env("VESTIBULE_DATABASE_URL", server.flags.database_url.as_deref().expect("an address"))
        .env("VESTIBULE_DATA_DIR", server.folder());
    command
}

fn ended(mut command: Command) -> Output {
    command.output().expect("it runs")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_has_gone_ends_a_command_quietly() {
    let server = Server::new(Backend::Sqlite).await;
    server.register("ada").await;
    for args in COMMANDS {
        let mut command = command(&server, args);
        // Both: `vestibule … 2>&1 | true`.
        command.stdout(pipe().expect("a pipe").1).stderr(pipe().expect("a pipe").1);
        let status = command.status().expect("it runs");
        assert_eq!(status.code(), Some(0), "{args:?}");
        let mut command = self::command(&server, args);
        command.stdout(pipe().expect("a pipe").1).stderr(Stdio::piped());
        let said = command.output().expect("it runs").stderr;
        let said = String::from_utf8_lossy(&said);
        assert!(!said.contains("panic") && !said.contains("Broken pipe"), "{args:?}: {said}");
    }
    let disabled = server.sql("select username from users where disabled_at is not null").await;
    assert_eq!(disabled, ["ada"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn output_that_cannot_be_written_is_an_error() {
    let server = Server::new(Backend::Sqlite).await;
    server.register("ada").await;
    for args in COMMANDS.iter().filter(|args| args[1..] != ["list"] || args[0] != "block") {
        let mut command = command(&server, args);
        command.stdout(File::options().write(true).open("/dev/full").expect("there"));
        command.stderr(Stdio::piped());
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
        assert!(
            said.contains("cannot write to standard output: No space left"),
            "{args:?}: {said}"
        );
    }
    // The work is done all the same.
    let disabled = server.sql("select username from users where disabled_at is not null").await;
    assert_eq!(disabled, ["ada"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fatal_errors_have_the_format_of_the_log() {
    let server = Server::new(Backend::Sqlite).await;
    let json = ("VESTIBULE_LOG_FORMAT", "json");
    for (args, name, value) in [
        (&["serve"][..], "VESTIBULE_SECRET", "short"),
        (&["serve"], "VESTIBULE_ACCESS_TOKEN_TTL", "never"),
        (&["user", "disable", "nobody"], "VESTIBULE_LOG_LEVEL", "off"),
    ] {
        let mut failing = command(&server, args);
        failing.env(json.0, json.1).env(name, value);
        let output = ended(failing);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<Value> =
            said.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let fatal = lines.last().expect("a line");
        assert_eq!(fatal["level"], "ERROR", "{said}");
        assert!(fatal["fields"]["message"].as_str().is_some_and(|why| why.len() > 20), "{said}");
        let mut failing = command(&server, args);
        failing.env(name, value);
        let said = String::from_utf8_lossy(&ended(failing).stderr).into_owned();
        assert!(said.lines().last().is_some_and(|line| line.starts_with("vestibule: ")), "{said}");
    }
}
