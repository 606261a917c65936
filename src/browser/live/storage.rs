//! Where the access token lives: localStorage under `access_token`, raw; in memory where that is blocked or full.

use std::cell::RefCell;

use super::{json, reader::member};
use crate::browser::DecodedToken;
use gloo_storage::{LocalStorage, Storage};

/// The key that the Flask tutorials use.
pub(super) const KEY: &str = "access_token";

/// The key of the lease.
const LEASE: &str = "vestibule_refresh";
/// Stands in the token's place for a moment when its session turned out to be over. Other tabs tell by
/// it that nobody signed out: they keep their page and what is typed there.
pub(super) const BURIED: &str = "";

/// Stands there for a moment before it goes; no token, so it says nothing.
const NO_TOKEN: &str = "-";

/// A token that localStorage did not take.
struct Kept {
    token: String,
    /// What localStorage had then: once it has something else, that is newer.
    instead_of: Option<String>,
}

thread_local! {
    static MEMORY: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

/// localStorage, unless the browser blocks it.
fn storage() -> Option<web_sys::Storage> {
    // Where the browser blocks it, `raw` panics.
    web_sys::window()?.local_storage().ok().flatten()?;
    Some(LocalStorage::raw())
}

fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Writes, if the browser lets us and there is room; says whether it is written.
fn write(key: &str, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(key, text).is_ok())
}

fn remove(key: &str) {
    if let Some(storage) = storage() {
        drop(storage.remove_item(key));
    }
}

/// Whether storage is blocked, so that the token lives in memory only.
pub fn is_storage_blocked() -> bool {
    storage().is_none()
}

/// The stored access token as it is.
pub fn stored_token() -> Option<String> {
    let stored = read(KEY);
    let kept = MEMORY.with_borrow_mut(|memory| {
        memory.take_if(|kept| kept.instead_of != stored);
        memory.as_ref().map(|kept| kept.token.clone())
    });
    kept.or(stored).filter(|token| token != BURIED)
}

/// Stores the access token: raw, not as JSON, which would put it in quotes.
pub fn store_token(token: &str) {
    // Writing what is there already would wake every other tab for nothing.
    if stored_token().as_deref() == Some(token) {
        return;
    }
    let kept = match write(KEY, token) {
        true => None,
        // What is stored stays: its removal would tell other tabs that the person has left.
        false => Some(Kept { token: token.to_owned(), instead_of: read(KEY) }),
    };
    MEMORY.replace(kept);
}

/// Removes the token of a session that is over.
pub(super) fn bury_token() {
    if stored_token().is_some() {
        store_token(BURIED);
        remove_token();
    }
}

/// Removes the access token; other tabs take it for a sign-out.
pub(super) fn remove_token() {
    MEMORY.replace(None);
    // Firefox tells no tab that an answer cleared the storage: only what is there can be seen to go.
    if read(KEY).is_none() {
        write(KEY, NO_TOKEN);
    }
    remove(KEY);
}

/// What stands for a lock where the browser has none: who holds it, and since when.
pub(super) fn lease() -> Option<String> {
    read(LEASE)
}

/// Writes it; says whether it is written.
pub(super) fn set_lease(lease: &str) -> bool {
    write(LEASE, lease)
}

/// Removes it.
pub(super) fn remove_lease() {
    remove(LEASE);
}

/// Takes a token apart.
pub fn decode(token: &str) -> Option<DecodedToken> {
    let mut parts = token.split('.');
    let mut part = || {
        let text = parts.next()?.replace('-', "+").replace('_', "/");
        // `atob` answers one character a byte.
        let bytes: Vec<u8> =
            web_sys::window()?.atob(&text).ok()?.chars().map(|c| c as u8).collect();
        json::parse(&String::from_utf8(bytes).ok()?)
    };
    let (header, claims) = (part()?, part()?);
    let claim = |name: &str| member(&claims, name);
    Some(DecodedToken {
        issued_at: claim("iat")?.as_f64()? as i64,
        expires_at: claim("exp")?.as_f64()? as i64,
        subject: claim("sub")?.as_string()?,
        session: claim("sid")?.as_string()?,
        epoch: claim("epoch")?.as_f64()? as i64,
        header: json::indented(&header)?,
        claims: json::indented(&claims)?,
    })
}
