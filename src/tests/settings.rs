//! Settings and the command line, by running the binary.

use std::process::{Command, Output};

use vestibule::server::config::ENVIRONMENT;

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

#[test]
fn help_names_every_setting_with_its_variable_and_default() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = vestibule(&["--help"], &[], folder.path());
    let help =
        String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    for name in ENVIRONMENT {
        assert!(help.contains(&format!("[env: {name}")), "{name}");
    }
    assert!(help.matches("[default: ").count() >= ENVIRONMENT.len(), "{help}");
    assert!(help.contains("127.0.0.1:3000") && help.contains("serve"));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    type Case<'c> = (&'c [&'c str], &'c [(&'c str, &'c str)], &'c str);
    let table: [Case<'_>; 26] = [
        (&[], &[("VESTIBULE_LISTENN", "x")], "VESTIBULE_LISTENN is not a setting"),
        (&["--listen", "nonsense"], &[], "listen:"),
        (&["--listen", "0.0.0.0:0"], &[], "needs --public-url"),
        (&["--public-url", "https://a.example/path"], &[], "public_url:"),
        (&["--public-url", "ftp://a.example"], &[], "public_url:"),
        (&["--database-url", "mysql://x"], &[], "database_url:"),
        (
            &["--database-connections", "1"],
            &[],
            "database_connections: 1 is not between 2 and 1000",
        ),
        (&["--database-connections", "1001"], &[], "is not between 2 and 1000"),
        (&["--database-connections", "all"], &[], "database_connections:"),
        (&["--password-min-length", "7"], &[], "password_min_length: 7 is not between 8"),
        (&["--hashing-threads", "0"], &[], "hashing_threads: 0 is not between 1 and 256"),
        (&["--hashing-threads", "many"], &[], "hashing_threads:"),
        (&["--password-range-url", "http://range.example/"], &[], "password_range_url: expected"),
        (
            &["--password-range-url", "http://127.0.0.1/", "--public-url", "https://a.example"],
            &[],
            "password_range_url: expected",
        ),
        (&["--access-token-ttl", "0"], &[], "access_token_ttl: 0 is not between"),
        (&["--audit-retention", "3600"], &[], "audit_retention: 3600 is not between 86400"),
        (&["--tutorial-compat", "maybe"], &[], "tutorial_compat: expected true or false"),
        (
            &["--tutorial-compat", "true", "--public-url", "https://a.example"],
            &[],
            "tutorial_compat weakens sign-in",
        ),
        (&["--public-url", "http://id.example.com"], &[], "plain http is for this machine only"),
        (&["--secret", "a secret of at least 32 bytes, made up"], &[], "everybody can read"),
        (&["--database-url", "postgres://u:word@a.example/d"], &[], "everybody can read"),
        (&["--limits", "redis://:word@a.example"], &[], "everybody can read"),
        (&["--limits", "valkey:word"], &[], "limits: expected memory, database, off, or"),
        (&["--limits", "off", "--public-url", "https://a.example"], &[], "limits: off works only"),
        (
            &["--limits", "off", "--public-url", "http://localhost:1", "--listen", "0.0.0.0:1"],
            &[],
            "limits: off works only",
        ),
        (&["--config", "missing.toml"], &[], "missing.toml does not exist"),
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
        let args = ["user", "disable", "nobody"];
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
        !String::from_utf8_lossy(&said).contains("run: chmod 640 vestibule.toml")
    };
    for line in [
        "secret = \"0123456789abcdefghijklmnopqrstuvwxyz\"",
        "jwt_secret = \"0123456789abcdefghijklmnopqrstuvwxyz\"",
        "database_url = \"postgres://u:word@127.0.0.1:1/d\"",
        "limits = \"rediss://:word@127.0.0.1:1\"",
        "limits = \"unix:///run/valkey?pass=word\"",
    ] {
        assert!(!starts(line, 0o644) && starts(line, 0o640) && starts(line, 0o600), "{line}");
    }
    assert!(starts("listen = \"127.0.0.1:3000\"", 0o644), "no secret");
}

#[test]
fn a_file_counts_less_than_the_environment_and_that_less_than_a_flag() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = folder.path().join("vestibule.toml");
    let run = |args: &[&str], environment: &[(&str, &str)]| {
        let args: Vec<&str> = args.iter().copied().chain(["user", "disable", "nobody"]).collect();
        String::from_utf8_lossy(&vestibule(&args, environment, folder.path()).stderr).into_owned()
    };
    std::fs::write(&toml, "password_min_length = 1\n").expect("written");
    assert!(run(&[], &[]).contains("password_min_length: 1 "));
    assert!(
        run(&[], &[("VESTIBULE_PASSWORD_MIN_LENGTH", "2")]).contains("password_min_length: 2 ")
    );
    let both = run(&["--password-min-length", "3"], &[("VESTIBULE_PASSWORD_MIN_LENGTH", "2")]);
    assert!(both.contains("password_min_length: 3 "));
    std::fs::write(&toml, "pasword_min_length = 20\n").expect("written");
    assert!(run(&[], &[]).contains("pasword_min_length"));
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
    assert!(said.contains("at least 15 characters"), "{said}");
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
