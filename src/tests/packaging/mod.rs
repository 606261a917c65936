//! The files that run the server elsewhere: the units of systemd, the image, the compose files and their nginx.

mod compose;

use std::{collections::BTreeSet, fs, path::Path};

use regex::Regex;
use vestibule::server::config::{ENVIRONMENT, Setting};

use super::support::*;

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect(file)
}

/// A text without its comments.
fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with('#')).collect::<Vec<_>>().join("\n")
}

const FILES: [&str; 4] =
    ["packaging/systemd/vestibule.service", "Dockerfile", "compose.yaml", "compose.postgres.yaml"];

/// A server refuses to start with a variable that it does not know.
#[test]
fn the_variables_are_settings() {
    let name = Regex::new("VESTIBULE_[A-Z_]+").expect("an expression");
    let mut found = BTreeSet::new();
    for file in FILES {
        let text = without_comments(&read(file));
        for name in name.find_iter(&text) {
            assert!(ENVIRONMENT.contains(&name.as_str()), "{file}: {}", name.as_str());
            found.insert(name.as_str().to_owned());
        }
    }
    assert!(found.len() > 5, "{found:?}");
}

/// The values of a key of a unit, in order.
fn values<'u>(unit: &'u str, key: &str) -> Vec<&'u str> {
    let value = |line: &'u str| line.strip_prefix(key)?.strip_prefix('=');
    unit.lines().filter_map(value).collect()
}

#[test]
fn the_socket_of_systemd_is_that_of_the_settings() {
    let (service, socket) =
        (read("packaging/systemd/vestibule.service"), read("packaging/systemd/vestibule.socket"));
    assert_eq!(values(&socket, "ListenStream"), [Setting::listen.default]);
    assert_eq!(values(&socket, "FileDescriptorName"), [Setting::listen.name]);
    assert_eq!(values(&service, "Requires"), ["vestibule.socket"]);
    assert_eq!(values(&service, "Type"), ["notify"]);
    assert_eq!(values(&service, "ExecStart"), ["/usr/local/bin/vestibule serve"]);
    for yes in ["DynamicUser", "NoNewPrivileges", "MemoryDenyWriteExecute", "ProtectHome"] {
        assert_eq!(values(&service, yes), ["yes"], "{yes}");
    }
}

/// What `LoadCredential=` leaves where there is no file is a settings file.
#[test]
fn the_settings_without_a_file_can_be_used() {
    let service = read("packaging/systemd/vestibule.service");
    let given = values(&service, "SetCredential");
    let (name, text) = given[0].split_once(':').expect("a name");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    fs::write(&file, text).expect("written");
    let mut command = vestibule(folder.path());
    Said::by(command.args(["config", "check", "--config"]).arg(file)).fine();
}

#[test]
fn the_image_runs_as_nobody_and_asks_itself() {
    let text = without_comments(&read("Dockerfile"));
    let last = text.rsplit("FROM ").next().expect("a stage");
    let user = Regex::new(r"(?m)^USER [1-9]\d+:[1-9]\d+$").expect("an expression");
    assert!(user.is_match(last) && last.contains("VOLUME /data\n"), "{last}");
    let command = Regex::new(r#"(?m)CMD \["/usr/local/bin/vestibule", (.+)\]$"#).expect("one");
    let probe = &command.captures(last).expect("a probe")[1];
    let words: Vec<&str> = probe.split(", ").map(|word| word.trim_matches('"')).collect();
    let folder = tempfile::tempdir().expect("a folder");
    Said::by(vestibule(folder.path()).args(words).arg("--help")).fine();
    // The image takes the folder of the settings as its volume, and no other is written to.
    assert!(last.contains("VESTIBULE_DATA_DIR=/data/"), "{last}");
}

/// What a script takes for a server without having built it: there may be none, or one of another day.
fn not_built(script: &str) -> Vec<&'static str> {
    let text = without_comments(script);
    let runs = |what: &str| text.contains(what) || text.contains(&what.replace('$', "${"));
    let has_built = |how: &str| {
        let mut builds = text.lines().filter_map(|line| line.split_once("scripts/build"));
        builds.any(|(_, words)| words.trim_matches(['"', ' ']) == how)
    };
    let mut faults = Vec::new();
    for (server, folder, how) in
        [("$QUICK", "/quick/vestibule", ""), ("$RELEASE", "/release/vestibule", "release")]
    {
        if text.contains(folder) {
            faults.push(folder);
        }
        if runs(server) && !has_built(how) {
            faults.push(server);
        }
    }
    faults
}

#[test]
fn scripts_run_the_server_that_they_have_built() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let mut found = 0;
    for file in fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()) {
        // These two say where the servers are.
        if file.is_dir() || file.ends_with("env.sh") || file.ends_with("build") {
            continue;
        }
        let text = fs::read_to_string(&file).expect("a script");
        assert_eq!(not_built(&text), [""; 0], "{}", file.display());
        found += usize::from(text.contains("QUICK") || text.contains("RELEASE"));
    }
    assert!(found > 10, "{found}");
    let rolling = read("scripts/rolling");
    assert_eq!(not_built(&rolling.replace("$QUICK", "$RELEASE")), ["$RELEASE"]);
    assert_eq!(not_built(&rolling.replace("scripts/build", "scripts/setup")), ["$QUICK"]);
    let planted = rolling.replace("$QUICK", "$CARGO_TARGET_DIR/release/vestibule");
    assert_eq!(not_built(&planted), ["/release/vestibule"]);
}

/// The build in the image has what the scripts of a release take from the repository.
#[test]
fn the_image_is_built_from_what_a_release_needs() {
    let allowed = read(".dockerignore");
    let is_allowed = |name: &str| {
        allowed.lines().filter_map(|line| line.strip_prefix('!')).any(|rule| {
            let folder = rule.split('/').next().unwrap_or_default();
            name == folder || rule.strip_suffix('*').is_some_and(|start| name.starts_with(start))
        })
    };
    let scripts =
        ["scripts/release", "scripts/build"].map(|script| without_comments(&read(script)));
    let words = scripts.join("\n");
    let words: BTreeSet<&str> =
        words.split(|c: char| !c.is_alphanumeric() && !"._-".contains(c)).collect();
    let root = fs::read_dir(env!("CARGO_MANIFEST_DIR")).expect("a folder");
    let names = root.map(|entry| entry.expect("an entry").file_name().into_string().expect("text"));
    let is_made = |name: &str| ["dist", "target"].contains(&name);
    let needed: Vec<_> =
        names.filter(|name| words.contains(name.as_str()) && !is_made(name)).collect();
    assert!(needed.iter().any(|name| name == "src"), "{needed:?}");
    let missing: Vec<_> = needed.iter().filter(|name| !is_allowed(name)).collect();
    assert!(missing.is_empty(), "{missing:?} are not in the image's build");
}
