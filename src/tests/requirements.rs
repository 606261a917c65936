//! docs/requirements.md has every requirement that the code refers to, and names tests that exist.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The number of requirements.
const COUNT: usize = 116;

/// Not a requirement: `S256` is a method of PKCE (RFC 7636 section 4.2).
const PKCE: usize = 256;

/// Files that refer to requirements: where they are, and their extension.
const REFERRING: [(&str, &str); 5] = [
    ("src", "rs"),
    ("end2end", "ts"),
    ("docs", "md"),
    ("migrations", "sql"),
    ("ARCHITECTURE.md", "md"),
];

fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

fn list() -> String {
    fs::read_to_string(path("docs/requirements.md")).expect("the list")
}

/// All files of an extension at a path.
fn files(path: &Path, extension: &str) -> Vec<PathBuf> {
    if path.is_dir() && !path.ends_with("node_modules") {
        let entries = fs::read_dir(path).unwrap_or_else(|_| panic!("{}", path.display()));
        let entries = entries.map(|entry| entry.expect("an entry").path());
        return entries.flat_map(|entry| files(&entry, extension)).collect();
    }
    let is_wanted = path.is_file() && path.extension().is_some_and(|name| name == extension);
    is_wanted.then(|| path.to_owned()).into_iter().collect()
}

/// The number and the tests of a row: `| <a id="s1"></a>S1 | requirement | source | tests |`.
fn row(line: &str) -> Option<(usize, &str)> {
    let (anchor, rest) = line.strip_prefix("| <a id=\"s")?.split_once("\"></a>S")?;
    let cells: Vec<&str> = rest.strip_suffix(" |")?.split(" | ").collect();
    let &[number, _, _, tests] = cells.as_slice() else { return None };
    if anchor != number {
        return None;
    }
    Some((number.parse().ok()?, tests))
}

/// Whether there is such a test: `src/tests/file.rs::name`, `end2end/tests/file.spec.ts: "title"`, or a script.
fn exists(test: &str) -> bool {
    let text = |file: &str| fs::read_to_string(path(file)).unwrap_or_default();
    if let Some((file, title)) = test.split_once(": \"") {
        let Some(title) = title.strip_suffix('"') else { return false };
        text(file).lines().any(|line| line.contains("test(") && line.contains(title))
    } else if let Some((file, name)) = test.split_once("::") {
        text(file).contains(&format!("fn {name}("))
    } else {
        test.starts_with("scripts/") && path(test).is_file()
    }
}

/// What is wrong with a list.
fn faults(list: &str) -> Vec<String> {
    let rows: Vec<(usize, &str)> = list.lines().filter_map(row).collect();
    let mut faults = Vec::new();
    if !rows.iter().map(|(number, _)| *number).eq(1..=COUNT) {
        faults.push(format!("the numbers are not 1 to {COUNT}, each once and in order"));
    }
    for (number, cell) in rows {
        let tests: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
        if tests.is_empty() && !cell.starts_with("not built yet: ") && cell != "no test" {
            faults.push(format!("{number} has no test and no reason"));
        }
        let missing = tests.into_iter().filter(|test| !exists(test));
        faults.extend(missing.map(|test| format!("{number} names what is not there: {test}")));
    }
    faults
}

/// The numbers of requirements in a text: words that are an S and digits.
fn mentioned(text: &str) -> Vec<usize> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter_map(|word| word.strip_prefix('S')?.parse().ok()).collect()
}

#[test]
fn the_list_is_whole_and_its_tests_exist() {
    assert_eq!(faults(&list()), [""; 0]);
}

#[test]
fn every_number_that_is_mentioned_is_in_the_list() {
    for (place, extension) in REFERRING {
        let files = files(&path(place), extension);
        assert!(!files.is_empty(), "{place}");
        for file in files {
            let text = fs::read_to_string(&file).expect("text");
            let mut unknown = mentioned(&text);
            unknown.retain(|number| !(1..=COUNT).contains(number) && *number != PKCE);
            assert!(unknown.is_empty(), "{}: {unknown:?}", file.display());
        }
    }
}

#[test]
fn planted_faults_are_found() {
    let list = list();
    let first = list.lines().find(|line| row(line).is_some()).expect("a row");
    let twice = format!("{first}\n{first}");
    for (text, planted) in [
        (first, ""),
        (first, twice.as_str()),
        ("<a id=\"s7\"></a>", "<a id=\"s8\"></a>"),
        ("::s1_registering", "::s1_nothing"),
        ("src/tests/accounts.rs::", "src/tests/nowhere.rs::"),
        ("a taken address is told to nobody", "a taken address is told to everybody"),
        ("`scripts/proxy`", "`scripts/nothing`"),
        ("| not built yet: mail |", "| later |"),
    ] {
        assert!(list.contains(text), "{text}");
        assert!(!faults(&list.replacen(text, planted, 1)).is_empty(), "{text}");
    }
    let text = format!("(S{}), S2: RS256 SHA S3x S_4 XS5", COUNT + 1);
    assert_eq!(mentioned(&text), [COUNT + 1, 2]);
}
