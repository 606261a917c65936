//! Who may use whom: the source tree keeps to ARCHITECTURE.md.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Each room and the words that must not stand in it.
const RULES: &[(&str, &[&str])] = &[
    (
        "model",
        &[
            "crate::actions",
            "crate::browser",
            "crate::components",
            "crate::islands",
            "crate::pages",
            "crate::server",
            "sqlx",
            "axum",
            "leptos::",
        ],
    ),
    (
        "components",
        &["crate::actions", "crate::browser", "crate::islands", "crate::pages", "crate::server"],
    ),
    ("islands", &["crate::pages", "crate::server", "web_sys", "gloo_"]),
    ("pages", &["crate::browser", "crate::actions", "server::db", "sqlx"]),
    ("app.rs", &["crate::browser", "crate::actions", "server::db", "sqlx"]),
    ("actions", &["sqlx", "axum", "server::db"]),
    ("server/secure", &["server::db", "server::service", "server::http", "server::clock", "Clock"]),
    ("server/db", &["server::service", "server::http", "server::mail"]),
    ("server/service", &["axum", "leptos", "sqlx", "server::http"]),
    ("server/http", &["server::db", "db::", "sqlx"]),
    ("server/cli.rs", &["server::http", "http::", "sqlx"]),
];

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

#[test]
fn rooms_use_only_what_they_may() {
    let mut broken = Vec::new();
    for (room, forbidden) in RULES {
        let files = sources(&root().join(room));
        assert!(!files.is_empty(), "{room} is there");
        for file in files {
            let code = code(&file);
            for word in forbidden.iter().filter(|word| code.contains(*word)) {
                broken.push(format!("{}: {word}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn cfg_stands_in_lib_and_browser_only() {
    for file in sources(&root()) {
        let name = file.strip_prefix(root()).expect("below").display().to_string();
        if name != "lib.rs" && !name.starts_with("browser") && !name.starts_with("tests") {
            assert!(!code(&file).contains("feature ="), "{name}");
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
