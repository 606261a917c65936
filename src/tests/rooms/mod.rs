//! Which module uses which: the source tree agrees with ARCHITECTURE.md.

mod circles;
mod table;

use std::{
    fs,
    path::{Path, PathBuf},
};

fn sources(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).unwrap_or_else(|_| panic!("{}", path.display()));
    entries.flat_map(|entry| sources(&entry.expect("an entry").path())).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The code of a file without comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The module path of a file below `src`: `server/db/mod.rs` is `crate::server::db`.
fn module(file: &Path) -> Vec<String> {
    let below = file.strip_prefix(root()).unwrap_or(file).with_extension("");
    let names = below.iter().map(|name| name.to_string_lossy().into_owned());
    std::iter::once("crate".to_owned()).chain(names.filter(|name| name != "mod")).collect()
}

/// Every path that a file uses, written out: `use` trees are flattened, `super` and `self` resolved.
fn used(code: &str, module: &[String]) -> Vec<String> {
    let mut paths = Vec::new();
    for statement in code.split("use ").skip(1) {
        if let Some((tree, _)) = statement.split_once(';') {
            let tree = tree.replace(" as ", "@").split_whitespace().collect::<String>();
            flatten("", &tree, &mut paths);
        }
    }
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    // `f::<T>()` is a path to the end, `use a::{` is not.
    let code = code.replace("::<", "<");
    paths.extend(code.split(|c| !is_path(c)).filter(|word| word.contains("::")).map(str::to_owned));
    let path = |path: &String| resolve(path.split('@').next().unwrap_or_default(), module);
    paths.iter().map(path).collect()
}

/// `a::{b, c::{d}}` is `a::b` and `a::c::d`.
fn flatten(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let (mut depth, mut start) = (0, 0);
    let mut branches = Vec::new();
    for (at, c) in tree.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                branches.push(&tree[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    branches.push(&tree[start..]);
    for branch in branches.into_iter().filter(|branch| !branch.is_empty()) {
        match branch.split_once('{') {
            Some((before, inside)) => {
                let inside = inside.strip_suffix('}').unwrap_or(inside);
                flatten(&format!("{prefix}{before}"), inside, paths);
            }
            None => paths.push(format!("{prefix}{branch}")),
        }
    }
}

fn resolve(path: &str, module: &[String]) -> String {
    let mut place = module.to_vec();
    let mut rest = path;
    let mut relative = false;
    loop {
        if let Some(after) = rest.strip_prefix("super::") {
            place.pop();
            (rest, relative) = (after, true);
        } else if let Some(after) = rest.strip_prefix("self::") {
            (rest, relative) = (after, true);
        } else {
            break;
        }
    }
    if relative { format!("{}::{rest}", place.join("::")) } else { rest.to_owned() }
}

/// The modules of the live browser: each uses those before it only.
const BROWSER: &[&str] = &[
    "page",
    "dom",
    "typed",
    "reader",
    "writer",
    "json",
    "storage",
    "transport",
    "session",
    "lock",
    "refresh",
    "api",
    "tabs",
];

/// What a module of the live browser uses and must not: those after it, and the facades, where anything may come
/// from.
fn upwards(name: &str, code: &str) -> Vec<String> {
    let at = BROWSER.iter().position(|module| *module == name).expect("a module of the list");
    let allowed = |path: &str| {
        let Some(below) = path.strip_prefix("crate::browser::") else { return true };
        match below.strip_prefix("live::") {
            // The beginning of a tree, whose branches are looked at one by one.
            Some("") => true,
            Some(below) => BROWSER[..at].contains(&below.split("::").next().unwrap_or(below)),
            // The types that both builds share.
            None => below.is_empty() || below.starts_with(char::is_uppercase),
        }
    };
    let file = root().join(format!("browser/live/{name}.rs"));
    used(code, &module(&file)).into_iter().filter(|path| !allowed(path)).collect()
}

#[test]
fn the_browser_is_built_in_one_direction() {
    for file in sources(&root().join("browser/live")) {
        let name = file.file_stem().expect("a name").to_string_lossy();
        assert_eq!(upwards(&name, &code(&file)), Vec::<String>::new(), "{name}");
    }
    for (name, planted) in [
        ("refresh", "use super::{api::ask, page, tabs};"),
        ("transport", "use super::{page, refresh::access_token};"),
        ("api", "fn f() { super::tabs::keep(); }"),
        ("session", "use crate::browser::{DecodedToken, call};"),
        ("lock", "use super::access_token;"),
    ] {
        assert!(!upwards(name, planted).is_empty(), "{name}: {planted}");
    }
    assert!(upwards("api", "use super::{refresh::adopt, transport};").is_empty());
}

/// The feature of the server, as attributes name it.
const SERVER: &str = r#"feature = "ssr""#;

#[test]
fn cfg_stands_in_lib_and_browser_only() {
    for file in sources(&root()) {
        let name = file.strip_prefix(root()).expect("below").display().to_string();
        if name != "lib.rs" && !name.starts_with("browser") && !name.starts_with("tests") {
            let lines = code(&file);
            // The model derives the schemas of the API on the server, and is the same data in the browser.
            let is_schema = |line: &str| {
                let line = line.trim_start();
                let schema =
                    line.strip_prefix("#[cfg_attr(").and_then(|line| line.strip_prefix(SERVER));
                let schema = schema.is_some_and(|line| {
                    line.starts_with(", derive(utoipa::ToSchema") || line.starts_with(", schema(")
                });
                name.starts_with("model") && schema
            };
            let mut found = lines.lines().filter(|line| line.contains("feature ="));
            assert!(found.all(is_schema), "{name}");
        }
    }
}

#[test]
fn no_file_is_longer_than_300_lines() {
    for file in sources(&root()) {
        let lines = fs::read_to_string(&file).expect("text").lines().count();
        assert!(lines <= 300, "{}: {lines} lines", file.display());
    }
}
