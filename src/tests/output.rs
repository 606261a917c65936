//! What commands write, and to whom: a reader that has gone is no error, a full disk is one.

use std::{
    fs::File,
    io::{Write, pipe},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

use super::{keys::ED25519_PEM, support::*};

/// Every command that prints, in an order in which each has something to do, and what it reads. `KID` is the key that
/// signs, `FILE` a private key, `INVITATION` the one that was made, `SECRET` the first of a client.
const COMMANDS: &[(&str, &str)] = &[
    ("--help", ""),
    ("--version", ""),
    ("help user", ""),
    ("user --help", ""),
    ("session list ada --json", ""),
    ("session end ada", ""),
    ("user create grace --admin --password-stdin", PASSWORD),
    ("user import - --dry-run", "{\"username\":\"lin\"}"),
    ("user import -", "{\"username\":\"lin\"}"),
    ("user password ada --password-stdin", "another horse battery lantern"),
    ("user grant ada admin", ""),
    ("user disable grace", ""),
    ("user enable grace", ""),
    ("user withdraw ada admin", ""),
    ("user set-app-metadata ada {}", ""),
    ("user unlock ada", ""),
    ("user remove-factor ada", ""),
    ("user list", ""),
    ("user list --json", ""),
    ("user show ada", ""),
    ("user delete ada", ""),
    ("user delete ada --keep", ""),
    ("user disable ada", ""),
    ("block add 203.0.113.7", ""),
    ("block list", ""),
    ("block add 203.0.113.8", ""),
    ("block lift 203.0.113.7", ""),
    ("keys list", ""),
    ("keys rotate --now", ""),
    ("keys retire KID", ""),
    ("keys import FILE", ""),
    ("audit verify", ""),
    ("audit export", ""),
    ("config show", ""),
    ("config show --json", ""),
    ("config check", ""),
    ("backup -", ""),
    ("backup saved", ""),
    ("restore --check saved", ""),
    ("secret rotate --online", ""),
    ("migrate --plan", ""),
    ("migrate", ""),
    ("completions bash", ""),
    ("man", ""),
    ("man .", ""),
    ("openapi", ""),
    ("healthcheck", ""),
    ("tune --within 10", ""),
    ("mail outbox", ""),
    ("mail outbox --json", ""),
    ("mail retry", ""),
    ("mail test ada@example.org", ""),
    ("mail preview test", ""),
    ("invite create eve@example.org --print", ""),
    ("invite list", ""),
    ("invite list --json", ""),
    ("invite revoke INVITATION", ""),
    ("resource create https://api.example.com --name Orders --scope orders:read=See", ""),
    ("resource edit https://api.example.com --token-life 2m", ""),
    ("resource disable https://api.example.com", ""),
    ("resource enable https://api.example.com", ""),
    ("resource list", ""),
    ("resource show https://api.example.com", ""),
    ("client create nightly --kind machine --name Nightly --resource https://api.example.com", ""),
    ("client edit nightly --name Daily", ""),
    ("client secret add nightly --for 1h", ""),
    ("client list", ""),
    ("client list --json", ""),
    ("client show nightly", ""),
    ("client secret remove nightly SECRET", ""),
    ("client disable nightly", ""),
    ("client enable nightly", ""),
    ("client delete nightly", ""),
    ("client apply apps.toml --dry-run", ""),
    ("client apply apps.toml", ""),
    ("resource delete https://api.example.com", ""),
    ("doctor", ""),
];

fn command(server: &Server, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command
        .args(args)
        .current_dir(server.folder())
        .env_clear()
        .env("VESTIBULE_DATABASE_URL", server.url())
        .env("VESTIBULE_DATA_DIR", server.folder());
    command
}

fn ended(mut command: Command) -> Output {
    command.output().expect("it runs")
}

/// Runs every command with such a standard output; answers the exit code and what it said on standard error.
async fn each(stdout: impl Fn() -> Stdio) -> (Server, Vec<(&'static str, Option<i32>, String)>) {
    let server = Server::new(Backend::Sqlite).await;
    server.register("ada").await;
    let kid = kid(&server.login("ada").await);
    std::fs::write(server.folder().join("key.pem"), ED25519_PEM).expect("written");
    let apps = "[[client]]\nid = \"job\"\nkind = \"machine\"\nname = \"Job\"\n";
    std::fs::write(server.folder().join("apps.toml"), apps).expect("written");
    let mut all = Vec::new();
    for &(line, typed) in COMMANDS {
        let invitations = server.sql("select id from invitations").await.concat();
        let secrets =
            server.sql("select min(id) from client_secrets having count(*) > 0").await.concat();
        let words = line.split(' ').map(|word| match word {
            "KID" => kid.as_str(),
            "FILE" => "key.pem",
            "INVITATION" => &*invitations,
            "SECRET" => &*secrets,
            word => word,
        });
        let mut command = command(&server, &words.collect::<Vec<_>>());
        let (input, mut typing) = pipe().expect("a pipe");
        typing.write_all(typed.as_bytes()).expect("typed");
        drop(typing);
        command.stdin(input).stdout(stdout()).stderr(Stdio::piped());
        let ended = command.spawn().and_then(Child::wait_with_output).expect("it runs");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        all.push((line, ended.status.code(), said));
    }
    (server, all)
}

/// What all commands together leave behind.
async fn all_is_done(server: &Server) {
    let disabled = "select username from users where disabled_at is not null order by username";
    assert_eq!(server.sql(disabled).await, ["ada"]);
    let people = server.sql("select username from users order by username").await;
    assert_eq!(people, ["ada", "grace", "lin"]);
    assert_eq!(server.sql("select source from source_blocks").await, ["203.0.113.8"]);
    let retired = "select kid from signing_keys where retired_at is not null";
    assert_eq!(server.sql(retired).await.len(), 1);
}

/// By the clock of the machine the session is over, and nobody is written to: there is no line to write.
const EMPTY: [&str; 3] = ["session list ada --json", "mail outbox", "mail outbox --json"];
/// No installation is behind two of them here, half of a backup is nothing, and no server takes mails: they say so.
const FAILING: [&str; 4] = ["doctor", "healthcheck", "backup -", "mail test ada@example.org"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_has_gone_ends_a_command_quietly() {
    let (server, all) = each(|| pipe().expect("a pipe").1.into()).await;
    for (line, code, said) in all {
        let expected = if FAILING.contains(&line) { 1 } else { 0 };
        assert_eq!(code, Some(expected), "{line}: {said}");
        assert!(!said.contains("panic"), "{line}: {said}");
        assert!(expected == 1 || !said.contains("Broken pipe"), "{line}: {said}");
    }
    all_is_done(&server).await;
    // Both: `vestibule … 2>&1 | true`.
    for args in [&["--help"][..], &["keys", "list"], &["block", "list"], &["audit", "export"]] {
        let mut command = command(&server, args);
        command.stdout(pipe().expect("a pipe").1).stderr(pipe().expect("a pipe").1);
        assert_eq!(command.status().expect("it runs").code(), Some(0), "{args:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn output_that_cannot_be_written_is_an_error() {
    let full = || File::options().write(true).open("/dev/full").expect("there").into();
    let (server, all) = each(full).await;
    for (line, code, said) in all {
        if EMPTY.contains(&line) {
            assert_eq!(code, Some(0), "{line}: {said}");
            continue;
        }
        assert_eq!(code, Some(1), "{line}: {said}");
        let is_said = said.contains("cannot write to standard output: No space left");
        assert!(is_said || FAILING.contains(&line), "{line}: {said}");
        assert!(!said.contains("panic"), "{line}: {said}");
    }
    // The work is done all the same.
    all_is_done(&server).await;
}

/// The commands that a help names, each with those below it; a server is tested elsewhere.
fn named(above: &str) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command.args(above.split_whitespace()).arg("--help").env_clear();
    let help = String::from_utf8(ended(command).stdout).expect("text");
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return vec![above.to_owned()] };
    let lines = list.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names = names.filter(|name| !matches!(*name, "" | "help" | "serve"));
    names.flat_map(|name| named(format!("{above} {name}").trim())).collect()
}

#[test]
fn every_command_is_tried() {
    let missing = named("").into_iter().filter(|name| {
        !COMMANDS.iter().any(|(line, _)| line == name || line.starts_with(&format!("{name} ")))
    });
    assert_eq!(missing.collect::<Vec<_>>(), [""; 0], "they are not in COMMANDS");
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
