//! The table of modules in ARCHITECTURE.md, and the imports that it does not allow.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{code, flatten, module, root, sources, used};

/// The crates of the last column.
const CRATES: &[&str] = &[
    "aws_lc_rs",
    "argon2",
    "argon2_rust",
    "axum",
    "clap",
    "hyper",
    "jsonwebtoken",
    "leptos",
    "lettre",
    "redis",
    "reqwest",
    "sqlx",
    "web_sys",
];

/// A row: its modules, and the paths below `crate` and the crates that they may use.
struct Row {
    modules: Vec<String>,
    allowed: Vec<String>,
}

/// The rows of the table.
fn rows(text: &str) -> Vec<Row> {
    let table = text.split("\n## ").find(|part| part.starts_with("Modules\n")).expect("a part");
    let lists = |cell: &str| {
        let mut paths = Vec::new();
        for list in cell.split('`').skip(1).step_by(2) {
            flatten("", &list.split_whitespace().collect::<String>(), &mut paths);
        }
        paths
    };
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').collect();
        let &[_, modules, _, ours, crates, _] = cells.as_slice() else { panic!("{line}") };
        Row { modules: lists(modules), allowed: [lists(ours), lists(crates)].concat() }
    };
    table.lines().filter(|line| line.starts_with("| `")).map(row).collect()
}

fn architecture() -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    rows(&fs::read_to_string(path).expect("ARCHITECTURE.md"))
}

/// Whether a path is another one or below it.
fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The module of the table that a path below `crate` belongs to: the longest that it is below.
fn owner<'r>(rows: &'r [Row], path: &str) -> Option<&'r str> {
    let modules = rows.iter().flat_map(|row| &row.modules).map(String::as_str);
    modules.filter(|module| is_below(path, module)).max_by_key(|module| module.len())
}

/// All that a file imports, written with `/`: paths below `crate`, and crates of the list.
fn imports(file: &Path, code: &str) -> BTreeSet<String> {
    // Tests use what they test, and each other.
    let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut place = module(file);
    place.retain(|name| name != "lib" && name != "main");
    let is_child = |name: &str| {
        let folder = place[1..].iter().fold(root(), |path, name| path.join(name));
        folder.join(name).is_dir() || folder.join(format!("{name}.rs")).is_file()
    };
    let import = |path: String| {
        let (first, rest) = path.split_once("::").unwrap_or((&path, ""));
        let ours = match first {
            // The beginning of a tree, whose branches follow.
            _ if rest.is_empty() && path.contains("::") || rest.ends_with("::") => return None,
            "crate" => rest.to_owned(),
            "vestibule" if file.ends_with("main.rs") => rest.to_owned(),
            name if CRATES.contains(&name) => return Some(name.to_owned()),
            name if is_child(name) => {
                [&place[1..], std::slice::from_ref(&path)].concat().join("::")
            }
            _ => return None,
        };
        let ours = ours.replace("::", "/");
        // The one name that `server` passes on.
        let state = ours.strip_prefix("server/App").filter(|rest| is_below(rest, ""));
        Some(state.map_or(ours.clone(), |rest| format!("server/app{rest}")))
    };
    used(code, &place).into_iter().filter_map(import).collect()
}

/// The imports of a file that its row does not allow.
fn forbidden(rows: &[Row], file: &Path, code: &str) -> Vec<String> {
    let own = module(file)[1..].join("/");
    let own = owner(rows, &own).unwrap_or_else(|| panic!("{own} has no row"));
    let row = rows.iter().find(|row| row.modules.iter().any(|name| name == own)).expect("a row");
    let may = |path: &String| {
        owner(rows, path) == Some(own) || row.allowed.iter().any(|allowed| is_below(path, allowed))
    };
    let imports = imports(file, code).into_iter().filter(|path| !may(path));
    imports.map(|path| format!("{own} may not use {path} ({})", file.display())).collect()
}

/// The files of a module of the table, without its tests.
fn files(rows: &[Row], name: &str) -> Vec<PathBuf> {
    let is_own = |file: &PathBuf| {
        let path = module(file)[1..].join("/");
        !file.ends_with("tests.rs") && owner(rows, &path) == Some(name)
    };
    sources(&root()).into_iter().filter(is_own).collect()
}

#[test]
fn modules_import_what_the_table_allows_and_nothing_else() {
    let rows = architecture();
    let mut faults = Vec::new();
    for row in &rows {
        let mut imported = BTreeSet::new();
        for file in row.modules.iter().flat_map(|module| files(&rows, module)) {
            let code = code(&file);
            faults.extend(forbidden(&rows, &file, &code));
            imported.extend(imports(&file, &code));
        }
        let is_used = |allowed: &&String| imported.iter().any(|path| is_below(path, allowed));
        let unused = row.allowed.iter().filter(|allowed| !is_used(allowed));
        faults.extend(unused.map(|path| format!("{:?} do not use {path}", row.modules)));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_module_has_one_row() {
    let mut expected: Vec<String> = [root(), root().join("server")]
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("a folder"))
        .map(|entry| module(&entry.expect("an entry").path())[1..].join("/"))
        .filter(|name| name != "tests" && name != "server/mod")
        .collect();
    expected.sort();
    expected.dedup();
    let mut found: Vec<String> = architecture().into_iter().flat_map(|row| row.modules).collect();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn planted_imports_are_found() {
    let rows = architecture();
    for (file, planted) in [
        ("model/a.rs", "use serde::Serialize;\nuse leptos::prelude::*;"),
        ("components/a.rs", "use crate::{actions, model::ApiError};"),
        ("components/a.rs", "use crate::{model::X, server::{App, say}};"),
        ("components/a.rs", "fn f() { crate::server::sayings::f() }"),
        ("app.rs", "use crate::server::http::cookies;"),
        ("pages/a.rs", "use crate::{\n    browser,\n    model::{A, B},\n};"),
        ("pages/a.rs", "use crate::server::{App, db::users};"),
        ("pages/a.rs", "use crate::server::router::routes::table;"),
        ("pages/a.rs", "use crate::server as rest;"),
        ("pages/a.rs", "use crate::server::*;"),
        ("pages/a.rs", "use crate::server;"),
        ("islands/a.rs", "fn f() { crate::pages::home::page(); }"),
        ("islands/a.rs", "use web_sys::window;"),
        ("server/say/a.rs", "use super::super::service::login;"),
        ("server/service/a.rs", "use crate::{model::X, server::{App, http::reply}};"),
        ("server/service/a/b.rs", "use super::super::super::http::reply;"),
        ("server/service/a.rs", "use crate::server::db as store;\nuse axum::Json;"),
        ("server/db/a.rs", "use super::super::{service::login};"),
        ("server/db/a.rs", "fn f() { super::super::clock::f::<10>() }"),
        ("server/http/v1/a.rs", "fn f() { sqlx::query(\"x\"); }"),
        ("server/http/a.rs", "use crate::{\n    model::X,\n    pages::page::Page,\n};"),
        ("server/http/a.rs", "use super::super::router::routes;"),
        ("server/router/a.rs", "use crate::server::service::{roles::Permission, login};"),
        ("server/mod.rs", "pub use db::users;"),
        ("lib.rs", "fn f() { pages::home::page() }"),
        ("main.rs", "fn main() { vestibule::server::serve::run() }"),
    ] {
        assert!(!forbidden(&rows, &root().join(file), planted).is_empty(), "{file}: {planted}");
    }
    for (file, allowed) in [
        ("components/a.rs", "use crate::{model::X, server::say::{self, Language}};"),
        ("pages/a.rs", "use crate::server::{App, http::{cookies, reply as answer}};"),
        ("server/router/a.rs", "use super::routes::table;\nuse axum::{Json, http::Method};"),
        ("server/router/a.rs", "use crate::server::service::roles::{self, Permission};"),
        ("server/dates.rs", "#[cfg(test)]\nmod tests {\n    use crate::server::db::users;\n}"),
        ("server/mod.rs", "pub use app::App;"),
    ] {
        assert_eq!(forbidden(&rows, &root().join(file), allowed), [""; 0], "{file}: {allowed}");
    }
}

#[test]
fn planted_faults_of_a_table_are_found() {
    let table = "# A\n\n## Modules\n\n| module | contents | may use | crates |\n|---|---|---|---|\n\
                 | `a`, `b/c` | text | `d, e/{f, g/h}` | `axum` |\n| `d` | text | | |\n\n## Next\n\n| `x` |\n";
    let rows = rows(table);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].modules, ["a", "b/c"]);
    assert_eq!(rows[0].allowed, ["d", "e/f", "e/g/h", "axum"]);
    assert!(rows[1].allowed.is_empty());
    assert_eq!(owner(&rows, "b/c/x"), Some("b/c"));
    assert_eq!(owner(&rows, "b/cx"), None);
}
