//! The static files of the browser: their folder and their names. Read once, at the start.

mod files;
mod style;

use std::path::PathBuf;

use leptos::config::LeptosOptions;

use files::Files;
pub use files::{File, Variant};
use style::Sheet;
pub use style::Style;

/// The folder of built files in the site; `scripts/site.mjs` makes it.
const BUILT: &str = "pkg";
/// The name of the built files, without the hash of their content and their kind.
const NAME: &str = "vestibule";

/// The static files of the browser.
#[derive(Clone)]
pub struct Site {
    files: Files,
    /// Path of the stylesheet.
    sheet: String,
    style: Sheet,
    /// Script that starts the WASM module.
    loader: String,
    is_watched: bool,
}

/// The time at which a page loads the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// As soon as possible.
    AtOnce,
    /// When the browser is idle, because nothing on the page waits for script.
    WhenIdle,
    /// Never, because script helps nothing on the page.
    Never,
}

/// Finds the files: in the folder that `LEPTOS_SITE_ROOT` names, or in this binary.
pub fn find() -> Site {
    #[expect(clippy::disallowed_methods, reason = "cargo-leptos tells this way")]
    let (named, is_watched) =
        (std::env::var("LEPTOS_SITE_ROOT").ok(), std::env::var_os("LEPTOS_WATCH").is_some());
    let named = named.filter(|root| !root.is_empty());
    let files = match (named, Files::embedded()) {
        (None, Some(embedded)) => embedded,
        (named, _) => Files::of_folder(named.unwrap_or_default().into(), is_watched),
    };
    let [sheet, script, module] = ["css", "js", "wasm"].map(|kind| built(&files, kind));
    let text = files.get(&sheet).filter(|_| !is_watched);
    let text = text.and_then(|file| String::from_utf8(file.plain.bytes.into()).ok());
    // `cargo leptos watch` replaces the linked sheet.
    let style = Sheet::new(&sheet, text.as_deref());
    Site { files, sheet, style, loader: loader(&script, &module), is_watched }
}

impl Site {
    /// The file of a path, as `/favicon.ico`.
    pub fn file(&self, path: &str) -> Option<File> {
        self.files.get(path)
    }

    /// The place of the stylesheet if it is missing; then the other files are missing too.
    pub fn missing(&self) -> Option<PathBuf> {
        let is_there = self.is_watched || self.files.get(&self.sheet).is_some();
        (!is_there).then(|| self.files.place(&self.sheet))
    }

    /// Whether the names of built files contain a hash of their content.
    pub fn is_hashed(&self) -> bool {
        self.sheet != unhashed("css")
    }

    /// The styles that a page needs.
    pub fn styles<'s>(&'s self, page: &'s str) -> impl Iterator<Item = &'s Style> {
        self.style.of(page)
    }

    /// The tag that loads the module of a page with this nonce.
    pub fn script(&self, nonce: &str, wake: Wake) -> Option<String> {
        let is_idle = match wake {
            Wake::AtOnce => false,
            Wake::WhenIdle => true,
            Wake::Never => return None,
        };
        Some(format!("<script nonce=\"{nonce}\">{}, {is_idle})</script>", self.loader))
    }

    /// The options for the script of `cargo leptos watch`, if that runs.
    pub fn watched(&self) -> Option<LeptosOptions> {
        self.is_watched
            .then(|| LeptosOptions::builder().output_name(NAME).site_pkg_dir(BUILT).build())
    }
}

/// The path of a built file of a kind whose name has no hash.
fn unhashed(kind: &str) -> String {
    format!("/{BUILT}/{NAME}.{kind}")
}

/// The path of a built file of a kind: with its hash if there is such a file.
fn built(files: &Files, kind: &str) -> String {
    let plain = unhashed(kind);
    let (start, end) = (format!("/{BUILT}/{NAME}."), format!(".{kind}"));
    let is_hash = |name: &str| !name.is_empty() && !name.contains(['.', '/']);
    let has_hash = |path: &&str| {
        let hash = path.strip_prefix(&start).and_then(|rest| rest.strip_suffix(&end));
        hash.is_some_and(is_hash)
    };
    files.paths().find(has_hash).map_or(plain, str::to_owned)
}

/// The script that starts the module of a page; the one of Leptos does not report where it fails.
const LOADER: &str = include_str!("../pages/loader.js");

/// The script with the paths of this build, without its start.
fn loader(script: &str, module: &str) -> String {
    // Without comments and in one line, because the page is small.
    let lines = LOADER.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    format!("{}({script:?}, {module:?}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_built_file_has_its_hash_where_there_is_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let pkg = folder.path().join("pkg");
        std::fs::create_dir(&pkg).expect("a folder");
        let found = |kind: &str| built(&Files::of_folder(folder.path().to_owned(), false), kind);
        for name in ["vestibule.css", "vestibule.a.b.css", "other.c.css", "vestibule.d.css.br"] {
            std::fs::write(pkg.join(name), "").expect("a file");
        }
        assert_eq!(found("css"), "/pkg/vestibule.css");
        std::fs::write(pkg.join("vestibule.x_Y-1.css"), "").expect("a file");
        assert_eq!(found("css"), "/pkg/vestibule.x_Y-1.css");
        assert_eq!(found("wasm"), "/pkg/vestibule.wasm");
    }

    #[test]
    fn a_script_has_the_nonce_of_its_page_and_no_other() {
        let site = find();
        let one = site.script("first", Wake::AtOnce).expect("a script");
        let other = site.script("second", Wake::AtOnce).expect("a script");
        assert!(one.contains("nonce=\"first\"") && one.contains("/pkg/vestibule"), "{one}");
        assert_eq!(one.replace("first", "second"), other);
        assert_eq!(site.script("first", Wake::WhenIdle), Some(one.replace("false)", "true)")));
        assert_eq!(site.script("first", Wake::Never), None);
    }
}
