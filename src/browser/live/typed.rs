//! What was typed into a page, while the browser loads it in another language: in sessionStorage, and only until then.

use gloo_storage::{SessionStorage, Storage};

const KEY: &str = "vestibule_typed";

/// sessionStorage, unless the browser blocks it.
fn storage() -> Option<web_sys::Storage> {
    // Where the browser blocks it, `raw` panics.
    web_sys::window()?.session_storage().ok().flatten()?;
    Some(SessionStorage::raw())
}

/// Where the page is: what was typed elsewhere is none of its.
fn place() -> String {
    web_sys::window().and_then(|page| page.location().pathname().ok()).unwrap_or_default()
}

/// Keeps texts of one line each, by names without white space.
pub fn keep_typed(typed: impl Iterator<Item = (String, String)>) {
    let lines = typed.map(|(name, text)| format!("{name} {text}"));
    let lines: Vec<_> = std::iter::once(place()).chain(lines).collect();
    if let Some(storage) = storage() {
        drop(storage.set_item(KEY, &lines.join("\n")));
    }
}

/// What was kept; it is kept no more.
pub fn take_typed() -> Vec<(String, String)> {
    let Some(storage) = storage() else { return Vec::new() };
    let kept = storage.get_item(KEY).ok().flatten().unwrap_or_default();
    drop(storage.remove_item(KEY));
    let mut lines = kept.lines();
    if lines.next() != Some(&*place()) {
        return Vec::new();
    }
    let pairs = lines.filter_map(|line| line.split_once(' '));
    pairs.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}
