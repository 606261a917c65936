//! The static files of the browser: their folder and their names. Read once, at the start.

mod style;

use std::path::{Path, PathBuf};

use leptos::config::LeptosOptions;

use style::Sheet;
pub use style::Style;

/// The static files of the browser.
#[derive(Clone)]
pub struct Site {
    options: LeptosOptions,
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

/// Finds the files: next to the binary, or in the output folder of cargo-leptos.
pub fn find() -> Site {
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.to_owned()));
    let beside = beside.unwrap_or_default();
    #[expect(clippy::disallowed_methods, reason = "cargo-leptos tells this way")]
    let (named, is_watched) =
        (std::env::var("LEPTOS_SITE_ROOT").ok(), std::env::var_os("LEPTOS_WATCH").is_some());
    let root = named.filter(|root| !root.is_empty()).unwrap_or_else(|| match beside.join("site") {
        site if site.is_dir() => site.display().to_string(),
        _ => "target/site".into(),
    });
    let hashes = std::fs::read_to_string(beside.join("hash.txt")).ok();
    let options = LeptosOptions::builder()
        .output_name("vestibule")
        .site_root(root)
        .site_pkg_dir("pkg")
        .hash_files(hashes.is_some())
        .build();
    let sheet = built(&options, hashes.as_deref(), "css");
    let text = std::fs::read_to_string(below(&options, &sheet)).ok();
    // `cargo leptos watch` replaces the linked sheet.
    let style = Sheet::new(&sheet, text.as_deref().filter(|_| !is_watched));
    let loader = loader(&options, hashes.as_deref());
    Site { sheet, style, loader, options, is_watched }
}

impl Site {
    /// The folder of the files.
    pub fn root(&self) -> PathBuf {
        Path::new(self.options.site_root.as_ref()).to_owned()
    }

    /// The folder of built files below it.
    pub fn built(&self) -> PathBuf {
        self.root().join(self.options.site_pkg_dir.as_ref())
    }

    /// The path of the stylesheet if it is missing; then the other files are missing too, as when
    /// the binary was copied alone.
    pub fn missing(&self) -> Option<PathBuf> {
        let path = below(&self.options, &self.sheet);
        (!self.is_watched && !path.is_file()).then_some(path)
    }

    /// Whether the names of built files contain a hash of their content.
    pub fn is_hashed(&self) -> bool {
        self.options.hash_files
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
    pub fn watched(&self) -> Option<&LeptosOptions> {
        self.is_watched.then_some(&self.options)
    }
}

/// The path of a built file of a kind, with its hash if names are hashed.
fn built(options: &LeptosOptions, hashes: Option<&str>, kind: &str) -> String {
    let hash = hashes.and_then(|hashes| {
        let of_kind =
            |line: &str| line.trim().strip_prefix(kind)?.strip_prefix(':').map(str::to_owned);
        hashes.lines().find_map(of_kind)
    });
    let (folder, name) = (&options.site_pkg_dir, &options.output_name);
    match hash {
        Some(hash) => format!("/{folder}/{name}.{}.{kind}", hash.trim()),
        None => format!("/{folder}/{name}.{kind}"),
    }
}

/// The script that starts the module of a page; the one of Leptos does not report where it fails.
const LOADER: &str = include_str!("../pages/loader.js");

/// The script with the paths of this build, without its start.
fn loader(options: &LeptosOptions, hashes: Option<&str>) -> String {
    let [script, module] = ["js", "wasm"].map(|kind| built(options, hashes, kind));
    // Without comments and in one line, because the page is small.
    let lines = LOADER.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    format!("{}({script:?}, {module:?}", lines.collect::<String>())
}

/// The file of a path.
fn below(options: &LeptosOptions, address: &str) -> PathBuf {
    Path::new(options.site_root.as_ref()).join(address.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_built_file_has_its_hash_where_there_is_one() {
        let options = LeptosOptions::builder().output_name("vestibule").build();
        assert_eq!(built(&options, None, "css"), "/pkg/vestibule.css");
        let hashes = "js: aaa\nwasm: bbb\ncss: ccc\n";
        assert_eq!(built(&options, Some(hashes), "css"), "/pkg/vestibule.ccc.css");
        assert_eq!(built(&options, Some(hashes), "wasm"), "/pkg/vestibule.bbb.wasm");
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
