//! Where the access token lives: localStorage under `access_token`, raw; in memory where that is blocked.

use std::cell::RefCell;

use gloo_storage::{LocalStorage, Storage};
use js_sys::{JSON, Reflect};
use wasm_bindgen::JsValue;

use crate::browser::DecodedToken;

/// The key that the article uses.
pub(super) const KEY: &str = "access_token";

/// The key of the lease.
const LEASE: &str = "vestibule_refresh";
/// Stands in the token's place for a moment when its session turned out to be over. Other tabs tell by
/// it that nobody signed out: they keep their page and what is typed there.
pub(super) const BURIED: &str = "";

thread_local! {
    /// Stands in for storage that the browser blocks.
    static MEMORY: RefCell<Option<String>> = const { RefCell::new(None) };
    static BLOCKED: bool = !is_usable();
}

/// Asks before gloo does: its `raw()` panics where storage is blocked.
fn is_usable() -> bool {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    storage.is_some_and(|storage| {
        storage.set_item("probe", "").is_ok() && storage.remove_item("probe").is_ok()
    })
}

/// Whether storage is blocked, so that the token lives in memory only.
pub fn is_storage_blocked() -> bool {
    BLOCKED.with(|blocked| *blocked)
}

/// The stored access token as it is.
pub fn stored_token() -> Option<String> {
    let stored = match is_storage_blocked() {
        true => MEMORY.with_borrow(Clone::clone),
        false => LocalStorage::raw().get_item(KEY).ok().flatten(),
    };
    stored.filter(|token| token != BURIED)
}

/// Stores the access token: raw, not as JSON, which would put it in quotes.
pub fn store_token(token: &str) {
    // Writing what is there already would wake every other tab for nothing.
    if stored_token().as_deref() == Some(token) {
        return;
    }
    let stored = !is_storage_blocked() && LocalStorage::raw().set_item(KEY, token).is_ok();
    if !stored {
        MEMORY.replace(Some(token.to_owned()));
    }
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
    if !is_storage_blocked() {
        LocalStorage::delete(KEY);
    }
}

/// What stands for a lock where the browser has none: who holds it, and since when.
pub(super) fn lease() -> Option<String> {
    match is_storage_blocked() {
        true => None,
        false => LocalStorage::raw().get_item(LEASE).ok().flatten(),
    }
}

/// Writes or removes it.
pub(super) fn set_lease(lease: Option<&str>) {
    if !is_storage_blocked() {
        match lease {
            Some(lease) => drop(LocalStorage::raw().set_item(LEASE, lease)),
            None => LocalStorage::delete(LEASE),
        }
    }
}

/// Takes a token apart. The browser's own JSON does it: ours would be a tenth of the module.
pub fn decode(token: &str) -> Option<DecodedToken> {
    let mut parts = token.split('.');
    let mut part = || {
        let text = parts.next()?.replace('-', "+").replace('_', "/");
        // `atob` answers one character a byte.
        let bytes: Vec<u8> =
            web_sys::window()?.atob(&text).ok()?.chars().map(|c| c as u8).collect();
        JSON::parse(&String::from_utf8(bytes).ok()?).ok()
    };
    let (header, claims) = (part()?, part()?);
    let claim = |name: &str| Reflect::get(&claims, &name.into()).ok();
    Some(DecodedToken {
        issued_at: claim("iat")?.as_f64()? as i64,
        expires_at: claim("exp")?.as_f64()? as i64,
        subject: claim("sub")?.as_string()?,
        session: claim("sid")?.as_string()?,
        epoch: claim("epoch")?.as_f64()? as i64,
        header: indented(&header)?,
        claims: indented(&claims)?,
    })
}

/// The text of a member of a JSON object.
pub(super) fn member(json: &str, name: &str) -> Option<String> {
    Reflect::get(&JSON::parse(json).ok()?, &name.into()).ok()?.as_string()
}

/// JSON text with lines and indents, for a person; other text as it is.
pub fn pretty(text: &str) -> String {
    JSON::parse(text).ok().and_then(|value| indented(&value)).unwrap_or_else(|| text.to_owned())
}

/// Whether a text is JSON.
pub fn is_json(text: &str) -> bool {
    JSON::parse(text).is_ok()
}

fn indented(value: &JsValue) -> Option<String> {
    let indent = JsValue::from_f64(2.0);
    JSON::stringify_with_replacer_and_space(value, &JsValue::NULL, &indent).ok()?.as_string()
}
