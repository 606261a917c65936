//! Every command on every kind of folder: what it needs, and that nothing changes where that is missing.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use super::{super::support::*, close, execute, tree};

/// Commands that only look.
pub(super) const LOOKING: [&[&str]; 14] = [
    &["user", "list"],
    &["user", "list", "--json"],
    &["user", "show", "ada"],
    &["session", "list", "ada"],
    &["block", "list"],
    &["keys", "list", "--json"],
    &["audit", "verify"],
    &["audit", "verify", "--holds", "0:"],
    &["user", "show", "ada", "--json"],
    &["session", "list", "ada", "--json"],
    &["mail", "outbox"],
    &["invite", "list"],
    &["client", "list"],
    &["resource", "list"],
];

/// Commands that change what is there.
pub(super) const CHANGING: [&[&str]; 36] = [
    &["user", "disable", "ada"],
    &["user", "enable", "ada"],
    &["user", "unlock", "ada"],
    &["user", "remove-factor", "ada"],
    &["user", "delete", "ada"],
    &["user", "delete", "ada", "--keep"],
    &["user", "grant", "ada", "admin"],
    &["user", "withdraw", "ada", "admin"],
    &["user", "set-app-metadata", "ada", "{}"],
    &["user", "password", "ada", "--password-stdin"],
    &["user", "import", "people.jsonl"],
    &["session", "end", "ada"],
    &["block", "add", "203.0.113.7"],
    &["block", "lift", "203.0.113.7"],
    &["keys", "rotate"],
    &["keys", "retire", "kid"],
    &["keys", "import", "key.pem"],
    &["audit", "export"],
    &["secret", "rotate"],
    &["secret", "rotate", "--to", "next"],
    &["mail", "retry"],
    &["invite", "create", "eve@example.org", "--print"],
    &["invite", "revoke", "id"],
    &["client", "create", "app", "--kind", "machine", "--name", "App"],
    &["client", "edit", "app", "--name", "Other"],
    &["client", "secret", "add", "app"],
    &["client", "secret", "remove", "app", "id"],
    &["client", "disable", "app"],
    &["client", "enable", "app"],
    &["client", "delete", "app"],
    &["client", "apply", "apps.toml"],
    &["resource", "create", "https://api.example.com", "--name", "Orders"],
    &["resource", "edit", "https://api.example.com", "--name", "Other"],
    &["resource", "disable", "https://api.example.com"],
    &["resource", "enable", "https://api.example.com"],
    &["resource", "delete", "https://api.example.com"],
];

/// Commands that may make a database.
pub(super) const MAKING: [&[&str]; 2] =
    [&["serve"], &["user", "create", "eve", "--password-stdin"]];

/// Commands that migrate what is there, or say what that would do.
pub(super) const MIGRATING: [&[&str]; 2] = [&["migrate"], &["migrate", "--plan"]];

/// Commands with rules of their own: they have their own lines in the tests.
pub(super) const OWN: [&[&str]; 14] = [
    &["backup", "-"],
    &["restore"],
    &["healthcheck"],
    &["completions"],
    &["man"],
    &["openapi"],
    &["doctor"],
    &["tune"],
    &["config", "show"],
    &["config", "check"],
    &["mail", "test", "ada@example.org"],
    &["mail", "preview", "test"],
    &["client", "show", "app"],
    &["resource", "show", "https://api.example.com"],
];

/// A command in a folder with the files that some of them read.
pub(super) fn in_folder(folder: &Path, args: &[&str]) -> Command {
    let people = folder.join("people.jsonl");
    if !people.exists() {
        fs::write(people, "{\"username\":\"zoe\"}\n").expect("written");
    }
    let mut command = vestibule(folder);
    command.env("VESTIBULE_LISTEN", "127.0.0.1:0").args(args);
    command
}

/// The commands that a help text names.
fn named(args: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let help = Said::by(vestibule(folder.path()).args(args).arg("--help")).fine();
    let Some((_, commands)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let lines = commands.lines().take_while(|line| line.starts_with("  "));
    let names = lines
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_command_is_in_the_matrix() {
    let mut commands = BTreeSet::new();
    for name in named(&[]) {
        let below = named(&[&name]);
        if below.is_empty() {
            commands.insert(name);
        } else {
            commands.extend(below.into_iter().map(|below| format!("{name} {below}")));
        }
    }
    let all = LOOKING.iter().chain(&CHANGING).chain(&MAKING).chain(&MIGRATING).chain(&OWN);
    let name = |args: &&[&str]| {
        let words = args.iter().take_while(|word| !word.starts_with('-')).copied();
        let words: Vec<&str> = words.take(if commands.contains(args[0]) { 1 } else { 2 }).collect();
        words.join(" ")
    };
    let tried: BTreeSet<String> = all.map(name).collect();
    assert_eq!(tried, commands);
}

/// What stands in a folder, and the words with which each kind of command refuses it: those that look, change, back up,
/// make, restore and migrate. Where there are none the command is not refused, and has tests of its own.
const CASES: [(&str, [&str; 6]); 7] = [
    ("nothing", [NONE, NONE, NONE, "", NO_FILE, NONE]),
    ("an empty folder", [NONE, NONE, NONE, "", NO_FILE, NONE]),
    ("no database", [NONE, NONE, NONE, "is the secret of a database that is not here", "", NONE]),
    ("no secret", [NO_SECRET, NO_SECRET, NO_SECRET, NO_SECRET, NO_SECRET_OF_FILE, NO_SECRET]),
    // A migration cannot be undone, so it comes after the secret.
    (EARLIER, [WAITS, WAITS, NO_SECRET, NO_SECRET, NO_SECRET_OF_FILE, NO_SECRET]),
    ("another program's", [FOREIGN, FOREIGN, FOREIGN, FOREIGN, FOREIGN, FOREIGN]),
    ("a text", [OTHER, OTHER, OTHER, OTHER, OTHER, OTHER]),
];
const EARLIER: &str = "an earlier schema, no secret";
const NO_FILE: &str = "saved: No such file";
const NONE: &str = "there is no database";
const NO_SECRET: &str = "secret.key: it is missing";
const NO_SECRET_OF_FILE: &str = "saved needs the instance secret";
const WAITS: &str = "was not migrated (missing: 0011";
const FOREIGN: &str = "another program's database";
const OTHER: &str = "vestibule.db: this file is not a database";

async fn prepare(folder: &Path, what: &str) {
    let data = folder.join("data");
    match what {
        "nothing" => return,
        "an empty folder" => {
            return vestibule::server::files::make_folder(&data).expect("made");
        }
        _ => ours(folder),
    }
    let (database, secret) = (data.join("vestibule.db"), data.join("secret.key"));
    let gone = if what.contains("no secret") { &secret } else { &database };
    fs::remove_file(gone).expect("lost");
    match what {
        EARLIER => {
            fs::remove_file(&database).expect("replaced");
            let url = format!("sqlite://{}", database.display());
            execute(&url, include_str!("../fixtures/schema_0010/sqlite.sql")).await;
            close(&url);
        }
        "another program's" => {
            let url = format!("sqlite://{}", database.display());
            execute(&url, "create table users (id integer)").await;
        }
        "a text" => fs::write(&database, "a text\n".repeat(300)).expect("written"),
        _ => {}
    }
}

/// A folder of ours with an account, and a backup of it.
fn ours(folder: &Path) {
    create(&mut vestibule(folder), "ada", &["--admin"]).fine();
    Said::by(vestibule(folder).args(["backup", "saved"])).fine();
}

const RESTORE: &[&str] = &["restore", "--accounts=as-saved", "saved"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_or_anothers_is_refused_by_all_and_stays_as_it_is() {
    for (what, words) in CASES {
        let folder = tempfile::tempdir().expect("a folder");
        prepare(folder.path(), what).await;
        drop(in_folder(folder.path(), &[]));
        let before = tree(folder.path());
        let (backup, restore): (&[&str], &[&str]) = (&["backup", "-"], RESTORE);
        let kinds = [&LOOKING[..], &CHANGING, &[backup], &MAKING, &[restore], &MIGRATING];
        for (kind, words) in kinds.into_iter().zip(words) {
            for args in kind.iter().filter(|_| !words.is_empty()) {
                let refused = Said::by(&mut in_folder(folder.path(), args)).refused();
                assert!(refused.contains(words), "{what}: {args:?}: {refused}");
                assert_eq!(tree(folder.path()), before, "{what}: {args:?}");
            }
        }
        let said = Said::by(&mut in_folder(folder.path(), &["doctor"]));
        assert!(said.code == Some(1) && said.out.contains(words[0]), "{what}: {said:?}");
        assert_eq!(tree(folder.path()), before, "{what}: doctor");
        assert_eq!(folder.path().join("data").exists(), what != "nothing");
    }
}
