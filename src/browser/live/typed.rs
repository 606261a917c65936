//! Typed text of a page until it is loaded again, in another language or after a sign-in in two steps, in sessionStorage.

use gloo_storage::{SessionStorage, Storage};

const KEY: &str = "vestibule_typed";

/// sessionStorage, unless the browser blocks it.
fn storage() -> Option<web_sys::Storage> {
    // `raw` panics if the browser blocks storage.
    web_sys::window()?.session_storage().ok().flatten()?;
    Some(SessionStorage::raw())
}

/// The path of the page, so that other pages ignore its text.
fn place() -> String {
    web_sys::window().and_then(|page| page.location().pathname().ok()).unwrap_or_default()
}

/// Stores texts of one line each, by names without white space.
pub fn keep_typed(typed: impl Iterator<Item = (String, String)>) {
    let lines = typed.map(|(name, text)| format!("{name} {text}"));
    let lines: Vec<_> = std::iter::once(place()).chain(lines).collect();
    if let Some(storage) = storage() {
        drop(storage.set_item(KEY, &lines.join("\n")));
    }
}

/// Takes the stored texts, and removes them.
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
