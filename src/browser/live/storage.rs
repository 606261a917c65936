//! The access token in localStorage under `access_token`, raw; in memory if storage is blocked or
//! full.

use std::cell::RefCell;

use super::{json, reader::member};
use crate::browser::DecodedToken;
use gloo_storage::{LocalStorage, Storage};

/// The storage key of the article.
pub(super) const KEY: &str = "access_token";

/// The storage key of the lease.
const LEASE: &str = "vestibule_refresh";
/// A short-lived value in place of the token of an ended session. By it other tabs know that nobody
/// signed out, and keep their page with its typed text.
pub(super) const BURIED: &str = "";

/// A short-lived value before the removal; not a token, so it is ignored.
const NO_TOKEN: &str = "-";

/// A token that localStorage did not store.
struct Kept {
    token: String,
    /// Content of localStorage at that time: a different content is newer.
    instead_of: Option<String>,
}

thread_local! {
    static MEMORY: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

/// localStorage, unless the browser blocks it.
fn storage() -> Option<web_sys::Storage> {
    // `raw` panics if the browser blocks storage.
    web_sys::window()?.local_storage().ok().flatten()?;
    Some(LocalStorage::raw())
}

fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Writes a value; `false` if storage is blocked or full.
fn write(key: &str, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(key, text).is_ok())
}

fn remove(key: &str) {
    if let Some(storage) = storage() {
        drop(storage.remove_item(key));
    }
}

/// Whether storage is blocked, so that the token is in memory only.
pub fn is_storage_blocked() -> bool {
    storage().is_none()
}

/// The stored access token.
pub fn stored_token() -> Option<String> {
    let stored = read(KEY);
    let kept = MEMORY.with_borrow_mut(|memory| {
        memory.take_if(|kept| kept.instead_of != stored);
        memory.as_ref().map(|kept| kept.token.clone())
    });
    kept.or(stored).filter(|token| token != BURIED)
}

/// Stores the access token raw, because JSON would put it in quotes.
pub fn store_token(token: &str) {
    // An unchanged write would wake every other tab for nothing.
    if stored_token().as_deref() == Some(token) {
        return;
    }
    let kept = match write(KEY, token) {
        true => None,
        // The stored value stays: its removal would signal a sign-out to other tabs.
        false => Some(Kept { token: token.to_owned(), instead_of: read(KEY) }),
    };
    MEMORY.replace(kept);
}

/// Removes the token of an ended session.
pub(super) fn bury_token() {
    if stored_token().is_some() {
        store_token(BURIED);
        remove_token();
    }
}

/// Removes the access token, which other tabs treat as a sign-out.
pub(super) fn remove_token() {
    MEMORY.replace(None);
    // Firefox does not notify tabs when an answer clears the storage: only the removal of an
    // existing value is visible.
    if read(KEY).is_none() {
        write(KEY, NO_TOKEN);
    }
    remove(KEY);
}

/// The lease that replaces a lock: its holder and its start.
pub(super) fn lease() -> Option<String> {
    read(LEASE)
}

/// Writes the lease; `false` if it was not written.
pub(super) fn set_lease(lease: &str) -> bool {
    write(LEASE, lease)
}

/// Removes the lease.
pub(super) fn remove_lease() {
    remove(LEASE);
}

/// Decodes a token without verification.
pub fn decode(token: &str) -> Option<DecodedToken> {
    let mut parts = token.split('.');
    let mut part = || {
        let text = parts.next()?.replace('-', "+").replace('_', "/");
        // `atob` returns one character per byte.
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
