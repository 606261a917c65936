//! Paths in backticks, in documents and in doc comments, are those of files.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Endings of files that are ours where the name has a folder.
const ENDINGS: [&str; 10] =
    [".rs", ".md", ".ts", ".js", ".mjs", ".py", ".sh", ".sql", ".ftl", ".toml"];

/// Folders that short paths begin in, beside that of the document.
const FOLDERS: [&str; 5] =
    ["src", "src/server", "src/server/http", "src/server/service", "src/tests"];

/// Files of others, and whose.
const FOREIGN: [(&str, &str); 3] = [
    ("html/islands.rs", "tachys"),
    ("matching/mod.rs", "zxcvbn"),
    ("werkzeug/security.py", "Werkzeug"),
];

/// Stems that stand for a name.
const STANDING: [&str; 2] = ["CODE", "FILE"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files with an ending in a folder and below; what npm has put there is not ours.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|_| panic!("{}", folder.display()));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let ours = paths.filter(|path| !path.ends_with("node_modules"));
    let found = ours.flat_map(|path| match path.is_dir() {
        true => files(&path, ending),
        false => vec![path],
    });
    found.filter(|path| path.extension().is_some_and(|found| found == ending)).collect()
}

/// The paths of a line: what is in backticks and is below a folder of ours, or in a folder with an ending of ours. What is built
/// is there or not.
fn paths(line: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "._-/*{},".contains(c);
    let codes = line.split('`').skip(1).step_by(2);
    let begun = codes.map(|code| code.split(|c| !is_part(c)).next().unwrap_or_default());
    let is_ours = |path: &&str| {
        let Some((first, _)) = path.split_once('/') else { return false };
        let has_ending = ENDINGS.iter().any(|ending| path.ends_with(ending));
        let is_folder = root().join(first).is_dir() && first != "target";
        !first.is_empty() && !first.starts_with('.') && (has_ending || is_folder)
    };
    begun.map(|path| path.trim_end_matches(['.', ','])).filter(is_ours).collect()
}

/// Whether there is such a file, beside a document or in one of the folders.
fn exists(path: &str, document: &Path) -> bool {
    if FOREIGN.iter().any(|(file, _)| *file == path) {
        return true;
    }
    // Several files, or any: then their folder.
    let parts = path.split('/').take_while(|part| {
        let stem = part.split('.').next().unwrap_or_default();
        !part.contains(['*', '{']) && !STANDING.contains(&stem)
    });
    let path: PathBuf = parts.collect();
    let beside = document.parent().map(Path::to_path_buf);
    let within = FOLDERS.iter().map(|folder| root().join(folder));
    [root().to_path_buf()]
        .into_iter()
        .chain(beside)
        .chain(within)
        .any(|from| from.join(&path).exists())
}

/// The paths of a text that lead nowhere.
fn faults(text: &str, document: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let missing = paths(line).into_iter().filter(|path| !exists(path, document));
        faults.extend(missing.map(|path| format!("{}:{}: {path}", document.display(), number + 1)));
    }
    faults
}

/// The doc comments of a source text; its other lines are empty.
fn comments(text: &str) -> String {
    let is_comment =
        |line: &str| ["///", "//!"].iter().any(|mark| line.trim_start().starts_with(mark));
    let lines = text.lines().map(|line| if is_comment(line) { line } else { "" });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn paths_in_backticks_are_those_of_files() {
    let mut found = Vec::new();
    let top = ["README.md", "ARCHITECTURE.md"].map(|name| root().join(name));
    let documents = ["docs", "examples/verifiers"].map(|folder| files(&root().join(folder), "md"));
    for file in top.into_iter().chain(documents.into_iter().flatten()) {
        found.extend(faults(&fs::read_to_string(&file).expect("text"), &file));
    }
    let code = files(&root().join("src"), "rs");
    // This file has planted ones.
    for file in code.into_iter().filter(|file| !file.ends_with("src/tests/paths.rs")) {
        found.extend(faults(&comments(&fs::read_to_string(&file).expect("text")), &file));
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn planted_paths_are_found() {
    let found = |text: &str| faults(text, &root().join("docs/contributing.md"));
    for there in [
        "`src/lib.rs`, `docs/api.md` and `scripts/doc`",
        "`src/tests/paths.rs::planted_paths_are_found`, `src/server/`, `end2end/tests/entry.spec.ts: \"a title\"`",
        "`how-to/README.md` beside it; `server/say/mod.rs`, `jobs.rs`, `secure/seal.rs`, `limits/source.rs`",
        "`locales/*.ftl`, `locales/CODE.ftl`, `src/server/{app,say}/mod.rs`, `html/islands.rs`",
        "no path: `/docs`, `a/b`, `application/json`, `https://localhost/x.md`, `GET /brand/x.md`, src/nothing.rs",
        "what is built: `target/nothing`",
    ] {
        assert_eq!(found(there), [""; 0], "{there}");
    }
    for planted in [
        "`src/nothing.rs`",
        "`docs/nothing.md`, `docs/api.md`",
        "`scripts/nothing`",
        "see `src/tests/nothing.rs::name`",
        "`how-to/nothing.md`",
        "`server/nothing.rs`",
        "`nowhere/*.rs`",
    ] {
        assert_eq!(found(planted).len(), 1, "{planted}");
    }
    let code =
        "/// `src/one.rs`\nlet x = \"`src/two.rs`\"; // `src/three.rs`\n    //! `docs/four.md`";
    assert_eq!(
        faults(&comments(code), Path::new("x.rs")),
        ["x.rs:1: src/one.rs", "x.rs:3: docs/four.md"]
    );
}
