//! The commands of the documents run, in order, and answer as shown; links lead somewhere.

mod needs;

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use regex::Regex;
use tokio::{task::spawn_blocking, time::timeout};

use super::support::*;
use needs::Needs;

/// The first words of a block that is shown only; its reason follows.
const NOT_RUN: &str = "# Not run by the tests";
/// The address of the server in all documents.
const SHOWN: &str = "localhost:3000";
/// What divides the output of blocks.
const END: &str = "--- end of a block ---";

/// The reason of a block whose settings are checked in the place of a start.
const STARTS: &str = "it starts a server.";

/// Blocks that are shown only, and why, in the order of the documents.
const ONLY_SHOWN: [(&str, &str); 33] = [
    ("README.md", "it installs tools and packages, and builds the server."),
    ("docs/backups.md", "it is a line for a crontab."),
    ("docs/backups.md", "later.jsonl is an export that you kept."),
    ("docs/backups.md", "it needs a PostgreSQL; $PG is its address."),
    ("docs/beside-your-app.md", STARTS),
    ("docs/beside-your-app.md", STARTS),
    ("docs/container.md", "it needs Docker."),
    ("docs/container.md", "it needs Docker."),
    ("docs/container.md", "it needs Docker."),
    ("docs/contributing.md", "it runs one of them."),
    ("docs/flask.md", STARTS),
    ("docs/flask.md", "it needs Flask."),
    ("docs/flask.md", "it needs PyJWT. scripts/verifiers does the same."),
    ("docs/flask.md", STARTS),
    ("docs/flask.md", STARTS),
    ("docs/incident.md", "it needs jq."),
    ("docs/incident.md", "it ends all sessions."),
    ("docs/mail.md", "it needs an SMTP server."),
    ("docs/passwords.md", "it needs an app."),
    ("docs/passwords.md", "people.jsonl is a file of yours."),
    ("docs/postgresql.md", "it makes a database on a server of yours."),
    ("docs/postgresql.md", "it needs a PostgreSQL; $PG is its address."),
    ("docs/proxies.md", STARTS),
    ("docs/proxies.md", "it needs a network that has the name vestibule."),
    ("docs/proxies.md", "it asks a public address."),
    ("docs/systemd.md", "it changes the system."),
    ("docs/systemd.md", "it needs that installation."),
    ("docs/systemd.md", "it needs that installation."),
    ("docs/tls.md", "it starts a server on ports that need root."),
    ("docs/tls.md", STARTS),
    ("docs/tls.md", "it asks that server."),
    ("docs/verify-tokens.md", "it installs Python packages. scripts/verifiers does the same."),
    ("docs/verify-tokens.md", "it compiles an example. scripts/verifiers does the same."),
];

/// A block of commands.
struct Block {
    line: usize,
    commands: String,
    /// Why it is not run.
    not_run: Option<String>,
    /// The output that follows it; `…` is any text within a line.
    shown: Option<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(document: &str) -> String {
    fs::read_to_string(root().join(document)).expect("a document")
}

/// The blocks of a document: commands are in `sh`, their output is the `text` that follows at once.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = text.lines().enumerate();
    let mut is_next = false;
    while let Some((at, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            is_next &= line.is_empty();
            continue;
        };
        let body = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
        let body = body.collect::<Vec<_>>().join("\n");
        match language {
            "sh" => {
                let reason = body.lines().next().and_then(|first| first.strip_prefix(NOT_RUN));
                let not_run = reason.map(|reason| reason.trim_start_matches(": ").to_owned());
                blocks.push(Block { line: at + 1, commands: body, not_run, shown: None });
            }
            "text" if is_next => blocks.last_mut().expect("commands before it").shown = Some(body),
            _ => {}
        }
        is_next = language == "sh";
    }
    blocks
}

impl Block {
    /// What the test runs of it: all, nothing, or a check of the settings that it starts a server with.
    fn tested(self) -> Option<Self> {
        match self.not_run.as_deref() {
            None => Some(self),
            Some(STARTS) => {
                let commands = self.commands.replace("vestibule serve", "vestibule config check");
                assert_ne!(commands, self.commands, "it starts one");
                Some(Self { commands, shown: None, ..self })
            }
            Some(_) => None,
        }
    }
}

/// Whether an output is as shown.
fn is_as_shown(shown: &str, output: &str) -> bool {
    let pattern = regex::escape(shown.trim()).replace('…', ".*?");
    Regex::new(&format!(r"\A{pattern}\z")).expect("an expression").is_match(output.trim())
}

/// Runs the blocks of a document, one shell for all, beside a server of its own.
async fn run(document: &str, needs: Needs) {
    let folder = tempfile::tempdir().expect("a folder");
    let process = needs.make(folder.path()).await;
    let blocks: Vec<_> = blocks(&read(document)).into_iter().filter_map(Block::tested).collect();
    assert!(!blocks.is_empty(), "{document} has commands");
    let here = process.url.trim_start_matches("http://").to_owned();
    let script: String =
        blocks.iter().map(|block| format!("{}\nprintf '\\n{END}\\n'\n", block.commands)).collect();
    let binary = Path::new(env!("CARGO_BIN_EXE_vestibule")).parent().expect("a folder");
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-euc", &format!("exec 2>&1\n{}", script.replace(SHOWN, &here))])
        .env_clear()
        .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", binary.display()))
        .current_dir(folder.path())
        .stdin(Stdio::null());
    let ended = timeout(TEST_WITHIN, spawn_blocking(move || shell.output().expect("a shell")));
    let output = ended.await.expect("no document takes that long").expect("it ran");
    let output = String::from_utf8(output.stdout).expect("text").replace(&here, SHOWN);
    // The last piece is of a block that failed, or empty.
    let outputs: Vec<&str> = output.split(&format!("\n{END}\n")).collect();
    for (n, block) in blocks.iter().enumerate() {
        let (place, output) = (format!("{document}:{}", block.line), outputs[n]);
        assert!(n + 1 < outputs.len(), "{place} failed:\n{output}");
        if let Some(shown) = &block.shown {
            assert!(is_as_shown(shown, output), "{place} shows\n{shown}\nand it was\n{output}");
        }
    }
}

/// A test for each document whose commands run.
macro_rules! documents {
    ($($name:ident: $document:literal, $needs:ident;)*) => {
        const DOCUMENTS: &[&str] = &[$($document),*];

        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                run($document, Needs::$needs).await;
            }
        )*
    };
}

documents! {
    readme_runs: "README.md", Nothing;
    api_runs: "docs/api.md", Nothing;
    backups_run: "docs/backups.md", Nothing;
    beside_your_app_runs: "docs/beside-your-app.md", Nothing;
    clients_run: "docs/clients.md", Nothing;
    commands_run: "docs/commands.md", Nothing;
    flask_runs: "docs/flask.md", FlaskApp;
    incident_runs: "docs/incident.md", Ada;
    limits_and_blocks_run: "docs/limits-and-blocks.md", Ada;
    logs_and_metrics_run: "docs/logs-and-metrics.md", Nothing;
    mail_runs: "docs/mail.md", Nothing;
    passwords_run: "docs/passwords.md", Nothing;
    postgresql_runs: "docs/postgresql.md", Nothing;
    proxies_run: "docs/proxies.md", Nothing;
    rotating_runs: "docs/rotating.md", Nothing;
    sessions_and_refresh_run: "docs/sessions-and-refresh.md", Nothing;
    settings_run: "docs/settings.md", Nothing;
    tls_runs: "docs/tls.md", Nothing;
    verify_tokens_runs: "docs/verify-tokens.md", Nothing;
}

/// The list of documents marks those whose commands run.
#[test]
fn the_list_of_documents_marks_those_that_run() {
    let list = read("docs/README.md");
    let marked = Regex::new(r"\]\(([a-z-]+\.md)\)\*").expect("an expression");
    let mut marked: Vec<_> =
        marked.captures_iter(&list).map(|found| format!("docs/{}", &found[1])).collect();
    marked.sort();
    let run = DOCUMENTS.iter().filter(|document| **document != "README.md");
    assert_eq!(marked, run.copied().collect::<Vec<_>>());
}

/// Nothing is left out in silence: each block of any document runs, or says why it does not.
#[test]
fn commands_that_do_not_run_say_why() {
    let documents = fs::read_dir(root().join("docs")).expect("a folder").filter_map(|entry| {
        let name = entry.expect("an entry").file_name().into_string().expect("text");
        name.ends_with(".md").then(|| format!("docs/{name}"))
    });
    let mut documents: Vec<String> = documents.chain(["README.md".into()]).collect();
    documents.sort();
    let (mut not_run, mut silent) = (Vec::new(), Vec::new());
    for document in &documents {
        for Block { line, not_run: reason, .. } in blocks(&read(document)) {
            match reason {
                Some(reason) => not_run.push((document.clone(), reason)),
                None if !DOCUMENTS.contains(&document.as_str()) => {
                    silent.push(format!("{document}:{line}"));
                }
                None => {}
            }
        }
    }
    let expected = ONLY_SHOWN.map(|(document, reason)| (document.to_owned(), reason.to_owned()));
    assert_eq!((not_run, silent), (expected.to_vec(), Vec::new()));
}

#[test]
fn what_is_shown_is_compared() {
    let text = "```sh\na\n```\n\n```text\nid: \u{2026}\nend\n```\n```sh\n# Not run by the tests: no.\n```\nx\n```text\ny\n```\n";
    let blocks = blocks(text);
    assert_eq!(blocks.len(), 2);
    assert_eq!((blocks[0].line, blocks[0].commands.as_str()), (1, "a"));
    assert_eq!((blocks[1].not_run.as_deref(), &blocks[1].shown), (Some("no."), &None));
    let shown = blocks[0].shown.as_deref().expect("shown");
    assert!(is_as_shown(shown, "id: 7\nend\n"));
    for other in ["id: 7", "id: 7\n8\nend", "id: 7\nend.", "x id: 7\nend"] {
        assert!(!is_as_shown(shown, other), "{other}");
    }
}

/// README is read in a few minutes.
#[test]
fn readme_is_short() {
    assert!(read("README.md").lines().count() <= 150);
}

/// All documents with links.
fn texts() -> Vec<PathBuf> {
    let folders = ["docs", "docs/decisions", "docs/how-to", "examples/verifiers"]
        .map(|name| root().join(name));
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let files = entries.map(|entry| entry.expect("an entry").path());
    let top = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(|name| root().join(name));
    files.chain(top).filter(|file| file.extension().is_some_and(|end| end == "md")).collect()
}

/// The anchors of a document: its own, and those that GitHub makes of headings.
fn anchors(text: &str) -> HashSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let kept = heading.trim_start_matches('#').trim().chars();
        let kept = kept.filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    };
    let own = text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next());
    headings.map(anchor).chain(own.map(str::to_owned)).collect()
}

#[test]
fn links_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").expect("an expression");
    let mut broken = Vec::new();
    for file in texts() {
        let text = fs::read_to_string(&file).expect("a document");
        let targets = link.captures_iter(&text).map(|found| found[1].to_owned());
        for target in targets.filter(|target| !target.contains(':')) {
            let (path, anchor) = target.split_once('#').unwrap_or((target.as_str(), ""));
            let to = match path {
                "" => file.clone(),
                _ => file.with_file_name(path),
            };
            let is_anchor = || {
                let text = fs::read_to_string(&to).unwrap_or_default();
                anchor.is_empty() || anchors(&text).contains(anchor)
            };
            if !to.exists() || !is_anchor() {
                broken.push(format!("{}: {target}", file.display()));
            }
        }
    }
    assert_eq!(broken, [""; 0]);
}
