//! The vocabulary: comments, documents, examples, scripts and browser tests use the terms of docs/glossary.md, and none
//! of the words that they replaced.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Words that this project used for something else, with the term that replaced each.
const REPLACED: [(&str, &str); 9] = [
    ("visitor", "client"),
    ("visitors", "clients"),
    ("viewer", "session user"),
    ("viewers", "session users"),
    ("door", "endpoint"),
    ("doors", "endpoints"),
    ("chore", "job"),
    ("chores", "jobs"),
    ("whoever", "a noun"),
];

/// Where such a word is right: the sentence about the product, its logo, and the passwords of tests.
const RIGHT: [&str; 4] =
    ["front door", "an arch with its door ajar", "lanterns by a door", "lanterns by a quiet door"];

/// Files that are read as a whole, names in their code too: where they are, and their extensions.
const WHOLE: [(&str, &[&str]); 4] = [
    ("examples", &["rs", "py", "js", "mjs", "sh", "md"]),
    ("end2end", &["ts", "mjs", "jsx"]),
    ("migrations", &["sql"]),
    ("scripts", &["", "sh", "rs"]),
];

/// Folders that are not ours, or hold what was made.
const OTHERS: [&str; 2] = ["node_modules", "generated"];

/// The files with one of these extensions; `""` is none.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .filter(|path| !OTHERS.iter().any(|name| path.ends_with(name)))
        .flat_map(|path| match path.is_dir() {
            true => files(&path, endings),
            false => vec![path],
        })
        .filter(|path| {
            let ending = path.extension().map_or("", |found| found.to_str().expect("text"));
            endings.contains(&ending)
        })
        .collect()
}

/// The replaced words in a text.
fn replaced(text: &str) -> Vec<&'static str> {
    // `isAtTheDoor` has four words.
    let mut apart = String::new();
    for c in text.chars() {
        if c.is_uppercase() && apart.ends_with(char::is_lowercase) {
            apart.push(' ');
        }
        apart.push(c);
    }
    let mut words = apart.to_lowercase();
    for right in RIGHT {
        words = words.replace(right, "");
    }
    let words: Vec<_> = words.split(|c: char| !c.is_alphabetic()).collect();
    REPLACED.iter().filter(|(word, _)| words.contains(word)).map(|(word, _)| *word).collect()
}

/// A line without its code in backticks.
fn prose(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// Fails with each line that has a replaced word.
fn refuse(lines: impl Iterator<Item = (String, String)>) {
    let faults: Vec<_> = lines
        .flat_map(|(place, line)| {
            replaced(&line).into_iter().map(move |word| format!("{place}: {word}"))
        })
        .collect();
    assert!(faults.is_empty(), "{}; use {REPLACED:?}", faults.join("\n"));
}

/// The lines of files, each with its place.
fn lines(files: Vec<PathBuf>) -> impl Iterator<Item = (String, String)> {
    files.into_iter().flat_map(|file| {
        let text = fs::read_to_string(&file).expect("text");
        let place = |number: usize| format!("{}:{}", file.display(), number + 1);
        text.lines()
            .enumerate()
            .map(|(number, line)| (place(number), line.to_owned()))
            .collect::<Vec<_>>()
    })
}

#[test]
fn words_are_found() {
    assert_eq!(replaced("/// Every DOOR, whoever opens it."), ["door", "whoever"]);
    assert_eq!(
        replaced("await isAtTheDoor(page); signIn(`door${n}`, some_chores)"),
        ["door", "chores"]
    );
    let right = "The front door for an app; `Visitor` is serde's, doorway another word.";
    assert_eq!(replaced(&prose(right)), [""; 0]);
    assert_eq!(replaced(right), ["visitor"]);
}

#[test]
fn comments_use_the_terms_of_the_glossary() {
    let own = Path::new(file!()).file_name();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let code = files(&root, &["rs"]).into_iter().filter(|file| file.file_name() != own).collect();
    let comment = |line: &str| line.split_once("//").map(|(_, comment)| prose(comment));
    refuse(lines(code).filter_map(|(place, line)| Some((place, comment(&line)?))));
}

#[test]
fn documents_use_the_terms_of_the_glossary() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let top = ["README.md", "ARCHITECTURE.md"].map(|name| root.join(name));
    let documents = lines(files(&root.join("docs"), &["md"]).into_iter().chain(top).collect());
    refuse(documents.map(|(place, line)| (place, prose(&line))));
}

#[test]
fn programs_use_the_terms_of_the_glossary() {
    let mut found = Vec::new();
    for (folder, endings) in WHOLE {
        let files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), endings);
        assert!(!files.is_empty(), "{folder}");
        found.extend(files);
    }
    refuse(lines(found));
}
