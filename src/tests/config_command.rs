//! `vestibule config show` and `config check`: each value with its origin, and every fault.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Output, Stdio},
};

use serde_json::{Value, json};
use vestibule::server::config::SETTINGS;

use super::support::vestibule;

/// Runs a command about settings in a folder.
fn config(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    let args = [&["config"], args].concat();
    let mut command = vestibule(folder);
    command.args(args).envs(variables.iter().copied()).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A settings file for its owner alone.
fn write(folder: &Path, lines: &str) {
    let file = folder.join("vestibule.toml");
    fs::write(&file, lines).expect("written");
    fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("changed");
}

#[test]
fn each_value_is_shown_with_its_origin_and_no_secret_is() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "[server]\nlisten = \"127.0.0.1:4000\"\ntrusted_proxies = [\"10.0.0.0/8\", \"fd00::/8\"]\n\n\
         [database]\nurl = \"postgres://u:hu@s#h@db.example/v?sslpassword=hush2\"\nconnections = 20\n\n\
         [tokens]\naccess_token_ttl = 900\n",
    );
    let variables = [
        ("VESTIBULE_LISTEN", ""),
        ("VESTIBULE_SECRET", "hush3 0123456789abcdefghijklmnopqrstuvwxyz"),
        ("VESTIBULE_LIMITS", "rediss://:hush4@valkey.example:6379"),
        ("VESTIBULE_ACCESS_TOKEN_TTL", " 20m "),
        ("VESTIBULE_AUDIENCE", "an audience"),
    ];
    let args = ["show", "--audience", "another"];
    let output = config(folder.path(), &args, &variables);
    assert!(output.status.success());
    let shown = text(&output.stdout);
    let line = |key: &str| {
        let line = shown.lines().find(|line| line.starts_with(&format!("{key} = ")));
        line.unwrap_or_else(|| panic!("{key}: {shown}"))
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert!(shown.starts_with("# settings file: vestibule.toml\n"), "{shown}");
    for (key, says) in [
        ("listen", "listen = \"127.0.0.1:4000\" # vestibule.toml line 2"),
        (
            "trusted_proxies",
            "trusted_proxies = [\"10.0.0.0/8\", \"fd00::/8\"] # vestibule.toml line 3",
        ),
        ("url", "url = \"postgres://u:…@db.example/v?sslpassword=…\" # vestibule.toml line 6"),
        ("connections", "connections = 20 # vestibule.toml line 7"),
        ("access_token_ttl", "access_token_ttl = \"20m\" # variable"),
        ("secret", "secret = \"…\" # variable"),
        ("store", "store = \"rediss://:…@valkey.example:6379\" # variable"),
        ("audience", "audience = \"another\" # flag"),
        ("idle_ttl", "idle_ttl = \"14d\" # default"),
        ("clear_site_data", "clear_site_data = true # default"),
    ] {
        assert_eq!(line(key), says);
    }
    assert!(!shown.contains("hush") && !shown.contains("s#h"), "{shown}");

    let output = config(folder.path(), &["show", "--json", "--audience", "another"], &variables);
    let said = text(&output.stdout);
    assert!(output.status.success() && !said.contains("hush"), "{said}");
    let shown: Value = serde_json::from_str(&said).expect("JSON");
    let all = shown["settings"].as_array().expect("a list");
    assert_eq!(all.len(), SETTINGS.len());
    let of = |name: &str| all.iter().find(|line| line["name"] == name).expect("a line").clone();
    assert_eq!(
        of("listen"),
        json!({ "name": "listen", "path": "server.listen", "variable": "VESTIBULE_LISTEN",
                "value": "127.0.0.1:4000", "source": "file", "file": "vestibule.toml", "line": 2 })
    );
    assert_eq!(of("audience")["source"], "flag");
    assert_eq!(of("jwt_secret").get("value"), None);
    assert_eq!(of("access_token_ttl")["value"], "20m");
    assert!(!folder.path().join("data").exists(), "nothing is made");
}

/// What is shown can be written into a file, and is the same then.
#[test]
fn what_is_shown_is_a_settings_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let shown = text(&config(folder.path(), &["show"], &[("VESTIBULE_DATA_DIR", "")]).stdout);
    write(folder.path(), &shown);
    let again = config(folder.path(), &["show"], &[("VESTIBULE_DATA_DIR", "")]);
    assert!(again.stderr.is_empty(), "{}", text(&again.stderr));
    let values = |shown: &str| -> Vec<String> {
        let lines = shown.lines().filter(|line| !line.starts_with('#') && line.contains(" = "));
        lines.map(|line| line.split('#').next().unwrap_or_default().trim().to_owned()).collect()
    };
    assert_eq!(values(&shown), values(&text(&again.stdout)));
    assert!(text(&again.stdout).contains("# vestibule.toml line"));
}

#[test]
fn every_fault_is_found_without_a_start() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "[server]\nlisten = \"localhost\"\n\n[sever]\nport = 1\n\n[log]\nlevl = \"info\"\ncertificate = 1\n\n\
         [tokens]\naccess_token_ttl = 600.5\naudience = [\"a\"]\nmin_length = 12\n",
    );
    let output = config(folder.path(), &["check"], &[("VESTIBULE_LIMIT", "memory")]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    for says in [
        "VESTIBULE_LIMIT is not a setting; did you mean VESTIBULE_LIMITS?",
        "vestibule.toml line 4: [sever] is not a section of settings; did you mean [server]?",
        "vestibule.toml line 8: log.levl is not a setting; did you mean log.level?",
        "vestibule.toml line 9: log.certificate is not a setting; write certificate in [tls]",
        "vestibule.toml line 13: tokens.audience: expected one value, not a list",
        "vestibule.toml line 14: tokens.min_length is not a setting; write min_length in [passwords]",
        "vestibule.toml line 2: server.listen: \"localhost\": expected an IP address and a port",
        "vestibule.toml line 12: tokens.access_token_ttl: \"600.5\": expected a time",
    ] {
        assert!(said.contains(&format!("vestibule: {says}")), "{says}: {said}");
    }
    assert_eq!(said.lines().count(), 8, "{said}");
    // Shown all the same, with the number of faults.
    let output = config(folder.path(), &["show"], &[]);
    assert!(output.status.success());
    assert!(text(&output.stderr).contains("run: vestibule config check"));
}

/// A file of before is refused with the lines to write.
#[test]
fn a_file_without_sections_is_refused_with_the_new_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "listen = \"127.0.0.1:4000\"\naccess_token_ttl = 900\ntutorial_compat = true\n\
         trusted_proxies = \"10.0.0.0/8, ::1\"\nlimits = \"redis://:word@127.0.0.1\"\nlisten_ = 1\n",
    );
    let said = text(&config(folder.path(), &["check"], &[]).stderr);
    for (line, section, new) in [
        (1, "server", "listen = \"127.0.0.1:4000\""),
        (2, "tokens", "access_token_ttl = 900"),
        (3, "server", "tutorial_compat = true"),
        (4, "server", "trusted_proxies = [\"10.0.0.0/8\", \"::1\"]"),
        (5, "limits", "store = \"…\""),
    ] {
        let says = format!(
            "vestibule.toml line {line}: settings are in sections now; write:\n    [{section}]\n    {new}\n"
        );
        assert!(said.contains(&says), "{says}: {said}");
    }
    assert!(
        said.contains("line 6: listen_ is not a setting; did you mean server.listen?"),
        "{said}"
    );
    assert!(!said.contains("word"), "{said}");
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    for (lines, says) in [
        ("[server]\nlisten = 127.0.0.1:3000\n", "vestibule.toml line 2: "),
        ("[server]\nlisten = 127.0.0.1:3000\n", "a text is written in quotes"),
        ("[server\n", "vestibule.toml line 1: "),
        ("[log]\nlevel = \"info\"\nlevel = \"warn\"\n", "vestibule.toml line 3: duplicate key"),
        (
            "[log]\nlevel = \"info\"\n[log]\nformat = \"text\"\n",
            "vestibule.toml line 3: duplicate key",
        ),
        (
            "[server.listen]\n",
            "vestibule.toml line 1: server.listen: expected a value, not a section",
        ),
        ("[server]\ntrusted_proxies = [1]\n", "server.trusted_proxies: expected a list of texts"),
    ] {
        write(folder.path(), lines);
        let said = text(&config(folder.path(), &["check"], &[]).stderr);
        assert!(said.contains(says), "{says}: {said}");
    }
    let file = folder.path().join("vestibule.toml");
    fs::write(&file, b"\xef\xbb\xbf[log]\nlevel = \"warn\"\n").expect("written");
    assert!(config(folder.path(), &["check"], &[]).status.success(), "a byte order mark");
    fs::write(&file, b"[log]\nlevel = \"\xff\"\n").expect("written");
    let said = text(&config(folder.path(), &["check"], &[]).stderr);
    assert!(said.contains("settings file vestibule.toml: it is not in UTF-8 (byte 16)"), "{said}");
    fs::remove_file(&file).expect("removed");
    fs::create_dir(&file).expect("made");
    let said = text(&config(folder.path(), &["check"], &[]).stderr);
    assert!(said.contains("settings file vestibule.toml: "), "{said}");
    let named = [("VESTIBULE_CONFIG", "missing.toml")];
    let said = text(&config(folder.path(), &["check"], &named).stderr);
    assert!(said.contains("settings file missing.toml does not exist; name another by"), "{said}");
}

/// The files and addresses that settings name are looked at too.
#[test]
fn what_settings_name_is_looked_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |variables: &[(&str, &str)]| config(folder.path(), &["check"], variables);
    let output = check(&[("VESTIBULE_CONFIG", "")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("the settings can be used: 1 given, "));
    assert!(!folder.path().join("data").exists(), "nothing is made");

    fs::write(folder.path().join("open.key"), "0123456789abcdefghijklmnopqrstuvwxyz")
        .expect("written");
    fs::set_permissions(folder.path().join("open.key"), PermissionsExt::from_mode(0o644))
        .expect("changed");
    fs::write(folder.path().join("file"), "").expect("written");
    let output = check(&[
        ("VESTIBULE_DATA_DIR", "file/data"),
        ("VESTIBULE_SECRET_FILE", "open.key"),
        ("VESTIBULE_TLS_CERTIFICATE", "missing.crt"),
        ("VESTIBULE_TLS_KEY", "missing.key"),
        ("VESTIBULE_LISTEN", "192.0.2.1:3000"),
        ("VESTIBULE_PUBLIC_URL", "https://id.example.com"),
    ]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for says in [
        "vestibule: data folder file/data: file is no folder",
        "vestibule: instance secret file open.key: others can read it",
        "vestibule: TLS: missing.key: ",
        "vestibule: cannot listen on 192.0.2.1:3000: this machine does not have this address",
    ] {
        assert!(said.contains(says), "{says}: {said}");
    }
    assert!(check(&[("VESTIBULE_SECRET", "")]).status.success());
    let said = text(&check(&[("VESTIBULE_SECRET", "short")]).stderr);
    assert!(
        said.contains("VESTIBULE_SECRET: instance secret: the secret is shorter than 32 bytes"),
        "{said}"
    );
}

/// Without a reader nothing panics; what cannot be written is told.
#[test]
fn a_closed_pipe_and_a_full_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    for args in [["config", "show"].as_slice(), &["config", "show", "--json"], &["config", "check"]]
    {
        let mut command = vestibule(folder.path());
        command.args(args).stderr(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("started");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", text(&output.stderr));
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
        let output = command.stdout(full).output().expect("it runs");
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(1) && !said.contains("panicked"), "{said}");
        assert!(said.contains("No space left on device"), "{said}");
    }
}
