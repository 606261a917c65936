//! Settings and the command line, by running the binary.

use std::process::{Command, Output};

use serde_json::json;

use super::support::{PASSWORD, Process, part};

fn vestibule(args: &[&str], environment: &[(&str, &str)], folder: &std::path::Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("VESTIBULE_DATA_DIR", folder.join("data"));
    for (name, value) in environment {
        command.env(name, value);
    }
    command.output().expect("it runs")
}

/// What it says when it refuses to start.
fn refusal(args: &[&str], environment: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let output = vestibule(args, environment, folder.path());
    assert!(!output.status.success());
    assert!(
        !folder.path().join("data/vestibule.db").exists(),
        "nothing is made before the settings are right"
    );
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Port 0 is any that is free, and the server knows which: its addresses and tokens say so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_on_any_port_knows_which() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start(folder.path(), &[]).await;
    let client = reqwest::Client::new();
    let body = json!({ "username": "ada", "password": PASSWORD });
    for (path, status) in [("register", 201), ("login", 200)] {
        let sent = client.post(format!("{}/api/v1/{path}", process.url)).json(&body).send().await;
        let answer = sent.expect("answered");
        assert_eq!(answer.status(), status);
        if path == "login" {
            let told: serde_json::Value = answer.json().await.expect("JSON");
            let claims = part(told["access_token"].as_str().expect("a token"), 1);
            assert_eq!(
                (&claims["iss"], &claims["aud"]),
                (&json!(process.url), &json!(process.url))
            );
        }
    }
    let link = std::fs::read_to_string(folder.path().join("data/setup-link.txt")).expect("a link");
    assert!(link.starts_with(&format!("{}/setup?token=", process.url)), "{link}");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    type Case<'c> = (&'c [&'c str], &'c [(&'c str, &'c str)], &'c str);
    let table: [Case<'_>; 31] = [
        (
            &[],
            &[("VESTIBULE_METRICS_LISTEN", "here")],
            "VESTIBULE_METRICS_LISTEN: \"here\": expected an IP",
        ),
        (
            &[],
            &[("VESTIBULE_ACCESS_LOG", "sometimes")],
            "VESTIBULE_ACCESS_LOG: \"sometimes\": expected true or false",
        ),
        (
            &[],
            &[("VESTIBULE_LISTENN", "x")],
            "VESTIBULE_LISTENN is not a setting; did you mean VESTIBULE_LISTEN?",
        ),
        (&["--listen", "nonsense"], &[], "--listen: \"nonsense\": expected an IP address"),
        (&["--listen", "0.0.0.0:0"], &[], "needs --public-url"),
        (&["--public-url", "https://a.example/path"], &[], "write https://a.example\n"),
        (&["--public-url", "ftp://a.example"], &[], "--public-url: \"ftp://a.example\": expected"),
        (
            &["--database-url", "mysql://x"],
            &[],
            "--database-url: \"mysql://x\": expected sqlite://",
        ),
        (&["--database-connections", "1"], &[], "expected a whole number between 2 and 1000"),
        (&["--database-connections", "1001"], &[], "expected a whole number between 2 and 1000"),
        (&["--database-connections", "all"], &[], "expected a whole number between 2 and 1000"),
        (&["--password-min-length", "7"], &[], "\"7\": expected a whole number between 8 and 128"),
        (&["--hashing-threads", "0"], &[], "expected a whole number between 1 and 256"),
        (&["--hashing-threads", "many"], &[], "expected a whole number between 1 and 256"),
        (&["--password-range-url", "http://range.example/"], &[], "expected an https address"),
        (
            &["--password-range-url", "http://127.0.0.1/", "--public-url", "https://a.example"],
            &[],
            "--password-range-url: \"http://127.0.0.1/\": expected an https address",
        ),
        (&["--access-token-ttl", "0"], &[], "expected a time between 1s and 1d"),
        (
            &["--audit-retention", "3600"],
            &[],
            "expected a time between 1d and 36500d; or 0 for never",
        ),
        (&["--tutorial-compat", "maybe"], &[], "expected true or false"),
        (
            &["--tutorial-compat", "true", "--public-url", "https://a.example"],
            &[],
            "--tutorial-compat: it weakens sign-in",
        ),
        (
            &["--verified", "required", "--public-url", "https://a.example"],
            &[],
            "--verified: required needs a way to send mails",
        ),
        (&["--public-url", "http://id.example.com"], &[], "plain http is for this machine only"),
        (&["--secret", "a secret of at least 32 bytes, made up"], &[], "everybody can read"),
        (&["--database-url", "postgres://u:word@a.example/d"], &[], "everybody can read"),
        (&["--database-url", "postgres://u:wo#word@a.example/d"], &[], "everybody can read"),
        (&["--limits", "redis://:word@a.example"], &[], "everybody can read"),
        (&["user", "disable", "x", "--limits", "unix:///v?pass=word"], &[], "everybody can read"),
        (&["--limits", "valkey:word"], &[], "--limits: \"…\": expected memory, database, off, or"),
        (&["--limits", "off", "--public-url", "https://a.example"], &[], "off works only"),
        (
            &["--limits", "off", "--public-url", "http://localhost:1", "--listen", "0.0.0.0:1"],
            &[],
            "--limits: off works only",
        ),
        (&["--config", "missing.toml"], &[], "settings file missing.toml does not exist"),
    ];
    for (args, environment, says) in table {
        let said = refusal(args, environment);
        assert!(said.contains(says) && !said.contains("word@"), "{args:?}: {said}");
    }
}

#[test]
fn s104_short_and_copied_secrets_are_refused() {
    for secret in [
        "tiny",
        "your_secret_key_here_your_secret_key_here",
        "super-secret-key-super-secret-key!!",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let args = ["serve", "--listen", "127.0.0.1:0"];
        let output = vestibule(&args, &[("VESTIBULE_SECRET", secret)], folder.path());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && said.contains("instance secret") && !said.contains(secret),
            "{said}"
        );
    }
}

#[test]
fn s104_a_settings_file_with_secrets_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let toml = folder.path().join("vestibule.toml");
    let starts = |line: &str, mode: u32| {
        std::fs::write(&toml, line).expect("written");
        std::fs::set_permissions(&toml, PermissionsExt::from_mode(mode)).expect("changed");
        let said = vestibule(&["user", "disable", "nobody"], &[], folder.path()).stderr;
        !String::from_utf8_lossy(&said).contains("run: chmod 600 vestibule.toml")
    };
    for line in [
        "data.secret = \"0123456789abcdefghijklmnopqrstuvwxyz\"",
        "tokens.jwt_secret = \"0123456789abcdefghijklmnopqrstuvwxyz\"",
        "database.url = \"postgres://u:word@127.0.0.1:1/d\"",
        "database.url = \"postgres://u:wo#rd@127.0.0.1:1/d\"",
        "database.url = \"postgres://u:wo,rd@127.0.0.1:1/d\"",
        "limits.store = \"rediss://:word@127.0.0.1:1\"",
        "limits.store = \"rediss://:wo,rd@127.0.0.1:1\"",
        "limits.store = \"unix:///run/valkey?pass=word\"",
    ] {
        assert!(!starts(line, 0o644) && starts(line, 0o640) && starts(line, 0o600), "{line}");
    }
    assert!(starts("server.listen = \"127.0.0.1:3000\"", 0o644), "no secret");
}

#[test]
fn a_file_counts_less_than_the_environment_and_that_less_than_a_flag() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = folder.path().join("vestibule.toml");
    let run = |args: &[&str], environment: &[(&str, &str)]| {
        let args: Vec<&str> = args.iter().copied().chain(["user", "disable", "nobody"]).collect();
        String::from_utf8_lossy(&vestibule(&args, environment, folder.path()).stderr).into_owned()
    };
    let expected = "expected a whole number between 8 and 128";
    std::fs::write(&toml, "[passwords]\n\nmin_length = 1\n").expect("written");
    let said = run(&[], &[]);
    let line = format!("vestibule.toml line 3: passwords.min_length: \"1\": {expected}");
    assert!(said.contains(&line), "{said}");
    let variable = ("VESTIBULE_PASSWORD_MIN_LENGTH", "2");
    let said = run(&[], &[variable]);
    assert!(said.contains(&format!("VESTIBULE_PASSWORD_MIN_LENGTH: \"2\": {expected}")), "{said}");
    let said = run(&["--password-min-length", "3"], &[variable]);
    assert!(said.contains(&format!("--password-min-length: \"3\": {expected}")), "{said}");
    // An empty one is none.
    let said = run(&["--password-min-length", ""], &[variable]);
    assert!(said.contains(&format!("VESTIBULE_PASSWORD_MIN_LENGTH: \"2\": {expected}")), "{said}");
}

#[test]
fn an_operator_makes_an_admin_and_the_secret_is_private() {
    use std::{io::Write, os::unix::fs::PermissionsExt, process::Stdio};

    let folder = tempfile::tempdir().expect("a folder");
    let create = |password: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_vestibule"))
            .args(["user", "create", "--admin", "--password-stdin", "operator"])
            .current_dir(folder.path())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        child.stdin.take().expect("piped").write_all(password.as_bytes()).expect("written");
        child.wait_with_output().expect("it ends")
    };
    let said = String::from_utf8_lossy(&create("too short").stderr).into_owned();
    assert!(said.contains("password: At least 15 characters."), "{said}");
    let output = create("correct horse battery\n");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("created operator (user, admin)"));
    let secret = folder.path().join("data/secret.key");
    let mode = std::fs::metadata(&secret).expect("made").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    // Readable by others, or lost: refused, and no new one is made.
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).expect("set");
    assert!(String::from_utf8_lossy(&create("correct horse battery").stderr).contains("chmod 600"));
    std::fs::remove_file(&secret).expect("removed");
    assert!(
        String::from_utf8_lossy(&create("correct horse battery").stderr).contains("it is missing")
    );
    let other = vestibule(
        &["user", "disable", "operator"],
        &[("VESTIBULE_SECRET", "another secret of at least 32 bytes, made up")],
        folder.path(),
    );
    assert!(
        String::from_utf8_lossy(&other.stderr).contains("not the one this database was made with")
    );
}
