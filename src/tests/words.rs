//! The vocabulary: comments and documents use the terms of docs/glossary.md, and none of the words that they replaced.

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

/// Where such a word is right: the sentence about the product, and its logo.
const RIGHT: [&str; 2] = ["front door", "an arch with its door ajar"];

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => files(&path, ending),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect()
}

/// The replaced words in a text, outside of code in backticks.
fn replaced(line: &str) -> Vec<&'static str> {
    let mut prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
    for right in RIGHT {
        prose = prose.replace(right, "");
    }
    let words: Vec<_> = prose.split(|c: char| !c.is_alphanumeric()).collect();
    REPLACED.iter().filter(|(word, _)| words.contains(word)).map(|(word, _)| *word).collect()
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
        replaced("The front door for an app; `Visitor` is serde's, doorway another word."),
        [""; 0]
    );
}

#[test]
fn comments_use_the_terms_of_the_glossary() {
    let own = Path::new(file!()).file_name();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let code = files(&root, "rs").into_iter().filter(|file| file.file_name() != own).collect();
    let comment = |line: &str| line.split_once("//").map(|(_, comment)| comment.to_owned());
    refuse(lines(code).filter_map(|(place, line)| Some((place, comment(&line)?))));
}

#[test]
fn documents_use_the_terms_of_the_glossary() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let top = ["README.md", "ARCHITECTURE.md"].map(|name| root.join(name));
    refuse(lines(files(&root.join("docs"), "md").into_iter().chain(top).collect()));
}
