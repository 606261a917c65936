//! docs/requirements.md has every requirement that the code refers to, and names tests that exist.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// The number of requirements.
const COUNT: usize = 116;

/// Not a requirement: `S256` is a method of PKCE (RFC 7636 section 4.2).
const PKCE: usize = 256;

/// Macros that make a test of each function in them.
const MACROS: [&str; 3] = ["both! {", "both_with! {", "proptest! {"];

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

/// Whether there is such a test: `src/tests/FILE.rs::name`, `end2end/tests/FILE.spec.ts: "title"`, or a script.
fn exists(test: &str) -> bool {
    let text = |file: &str| fs::read_to_string(path(file)).unwrap_or_default();
    if let Some((file, title)) = test.split_once(": \"") {
        let Some(title) = title.strip_suffix('"') else { return false };
        text(file).lines().any(|line| line.contains("test(") && line.contains(title))
    } else if let Some((file, name)) = test.split_once("::") {
        tests(&text(file)).contains(&name)
    } else {
        test.starts_with("scripts/") && path(test).is_file()
    }
}

/// The names of the tests in a source text that run: functions with the attribute of a test, those in a block of a macro
/// that makes tests, and those that `on_both!` lists.
fn tests(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_test = |at: usize| {
        let above = || lines[..at].iter().rev();
        let belongs = |line: &&str| line.starts_with("#[") || line.starts_with("//");
        let attributes: Vec<&str> = above().map(|line| line.trim()).take_while(belongs).collect();
        let has = |begin: &str| attributes.iter().any(|line| line.starts_with(begin));
        let is_around = |line: &&&str| !line.is_empty() && indent(line) < indent(lines[at]);
        let block = above().find(is_around).map_or("", |line| line.trim());
        let is_made = MACROS.iter().any(|name| block.starts_with(name));
        (has("#[test]") || has("#[tokio::test") || is_made) && !has("#[ignore")
    };
    let named = lines.iter().enumerate().filter_map(|(at, line)| {
        let line = line.trim();
        let line = line.strip_prefix("async ").unwrap_or(line);
        let (name, _) = line.strip_prefix("fn ")?.split_once('(')?;
        is_test(at).then_some(name)
    });
    let lists = text.split("on_both!(").skip(1).filter_map(|rest| rest.split(')').next());
    named.chain(lists.flat_map(|list| list.split(',').map(str::trim))).collect()
}

/// The numbers in the name of a test: `s1_…`, `s33_s34_…`, `s10_to_s12_…`.
fn numbers(name: &str) -> Vec<usize> {
    let number = |word: &str| word.strip_prefix('s')?.parse::<usize>().ok();
    let (mut numbers, mut words) = (Vec::new(), name.split('_').peekable());
    while let Some(next) = words.next() {
        match (number(next), next, numbers.last().copied(), words.peek().and_then(|w| number(w))) {
            (Some(found), ..) => numbers.push(found),
            (None, "to", Some(from), Some(to)) => numbers.extend(from + 1..to),
            _ => break,
        }
    }
    numbers
}

/// Every test whose name begins with a number, as the list names it, with each of its numbers.
fn numbered() -> &'static [(usize, String)] {
    static FOUND: OnceLock<Vec<(usize, String)>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let mut found = Vec::new();
        for file in files(&path("src"), "rs") {
            let text = fs::read_to_string(&file).expect("text");
            let file = file.strip_prefix(path("")).expect("ours").display();
            for test in tests(&text) {
                let of = |number| (number, format!("{file}::{test}"));
                found.extend(numbers(test).into_iter().map(of));
            }
        }
        found
    })
}

/// What is wrong with a list.
fn faults(list: &str) -> Vec<String> {
    let rows: Vec<(usize, &str)> = list.lines().filter_map(row).collect();
    let mut faults = Vec::new();
    if !rows.iter().map(|(number, _)| *number).eq(1..=COUNT) {
        faults.push(format!("the numbers are not 1 to {COUNT}, each once and in order"));
    }
    for (number, test) in numbered() {
        let mut cells = rows.iter().filter(|(row, _)| row == number);
        if !cells.any(|(_, cell)| cell.contains(&format!("`{test}`"))) {
            faults.push(format!("{number} does not name its test {test}"));
        }
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

/// The numbers of requirements in a text: words that are an S and digits, and those in the names of functions.
fn mentioned(text: &str) -> Vec<usize> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let said = words.iter().filter_map(|word| word.strip_prefix('S')?.parse().ok());
    let named = words.windows(2).filter(|pair| pair[0] == "fn").flat_map(|pair| numbers(pair[1]));
    said.chain(named).collect()
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
        // A function of that file, and no test.
        (
            "src/tests/limits.rs::registrations_from_one_source_are_limited",
            "src/tests/accounts.rs::told",
        ),
        (", `src/tests/audit_keys.rs::s103_no_lost_key_can_be_planted`", ""),
        ("src/tests/accounts.rs::", "src/tests/nowhere.rs::"),
        ("a taken address is told to nobody", "a taken address is told to everybody"),
        ("`scripts/proxy`", "`scripts/nothing`"),
        ("| not built yet: device grant |", "| later |"),
    ] {
        assert!(list.contains(text), "{text}");
        assert!(!faults(&list.replacen(text, planted, 1)).is_empty(), "{text}");
    }
    // One that does not run shows nothing.
    let source = "fn helper() {}\n#[test]\n#[cfg(unix)]\nfn plain() {}\n#[test]\n#[ignore = \"slow\"]\nfn idle() {}\n\
        both! {\n    /// S1.\n    async fn of_both(server: Server) {\n        fn within() {}\n    }\n    #[ignore]\n    \
        async fn idle_too(server: Server) {}\n}\non_both!(\n    listed\n);";
    assert_eq!(tests(source), ["plain", "of_both", "listed"]);
    let text = format!("(S{0}), S2: RS256 SHA S3x S_4 XS5 fn s{0}_s7_text() s8_text", COUNT + 1);
    assert_eq!(mentioned(&text), [COUNT + 1, 2, COUNT + 1, 7]);
    assert_eq!(numbers("s10_to_s12_lengths_of_s4"), [10, 11, 12]);
    assert_eq!(numbers("say_s1"), [0; 0]);
}
