//! The browser's files: where they are, and what pages call them. Read once, at the start.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use hydration_context::SsrSharedContext;
use leptos::{
    config::LeptosOptions,
    hydration::HydrationScripts,
    nonce::{provide_nonce, use_nonce},
    prelude::{Owner, RenderHtml, view},
};

/// The browser's files.
#[derive(Clone)]
pub struct Site {
    options: LeptosOptions,
    style: String,
    /// The tags that start the islands, cut where the nonce of a page comes in.
    scripts: Vec<String>,
    is_watched: bool,
}

/// Finds the browser's files: beside the binary, or where cargo-leptos put them.
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
    let style = stylesheet(&options, hashes.as_deref());
    Site { style, scripts: scripts(&options), options, is_watched }
}

impl Site {
    /// The folder of the files.
    pub fn root(&self) -> PathBuf {
        Path::new(self.options.site_root.as_ref()).to_owned()
    }

    /// Below it, the folder of those that are built.
    pub fn built(&self) -> PathBuf {
        self.root().join(self.options.site_pkg_dir.as_ref())
    }

    /// The stylesheet, if it is not there: then neither are the others, as where the binary was copied alone.
    pub fn missing(&self) -> Option<PathBuf> {
        let path = self.root().join(self.style.trim_start_matches('/'));
        (!self.is_watched && !path.is_file()).then_some(path)
    }

    /// Whether the names of built files change with what is in them.
    pub fn is_hashed(&self) -> bool {
        self.options.hash_files
    }

    /// The address of the stylesheet.
    pub fn style(&self) -> &str {
        &self.style
    }

    /// The tags that start the islands of a page with this nonce.
    pub fn scripts(&self, nonce: &str) -> String {
        self.scripts.join(nonce)
    }

    /// What the script of `cargo leptos watch` needs, where that runs.
    pub fn watched(&self) -> Option<&LeptosOptions> {
        self.is_watched.then_some(&self.options)
    }
}

/// The stylesheet's address, with its hash where names are hashed.
fn stylesheet(options: &LeptosOptions, hashes: Option<&str>) -> String {
    let hash = hashes.and_then(|hashes| {
        hashes.lines().find_map(|line| line.trim().strip_prefix("css:")).map(str::trim)
    });
    let (folder, name) = (&options.site_pkg_dir, &options.output_name);
    match hash {
        Some(hash) => format!("/{folder}/{name}.{hash}.css"),
        None => format!("/{folder}/{name}.css"),
    }
}

/// Leptos reads the names of the files each time that it renders these tags, so they are rendered once.
fn scripts(options: &LeptosOptions) -> Vec<String> {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let pieces = owner.with(|| {
        provide_nonce();
        let options = options.clone();
        let html = view! { <HydrationScripts options islands=true /> }.to_html();
        let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
        html.split(&nonce).map(str::to_owned).collect()
    });
    owner.unset();
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stylesheet_has_its_hash_where_there_is_one() {
        let options = LeptosOptions::builder().output_name("vestibule").build();
        assert_eq!(stylesheet(&options, None), "/pkg/vestibule.css");
        let hashes = "js: aaa\nwasm: bbb\ncss: ccc\n";
        assert_eq!(stylesheet(&options, Some(hashes)), "/pkg/vestibule.ccc.css");
    }

    #[test]
    fn scripts_have_the_nonce_of_their_page_and_no_other() {
        let site = find();
        let (one, other) = (site.scripts("first"), site.scripts("second"));
        assert!(one.contains("nonce=\"first\"") && one.contains("/pkg/vestibule"), "{one}");
        assert_eq!(one.replace("first", "second"), other);
        assert!(one.matches("first").count() >= 3, "{one}");
    }
}
