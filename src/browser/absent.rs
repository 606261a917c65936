//! The server has no browser.

use super::{DecodedToken, Event, Received, Verb};
use crate::model::{ApiError, ErrorCode, Identity};

/// A good access token, refreshed if need be.
pub async fn access_token() -> Result<Option<String>, ApiError> {
    Ok(None)
}

/// The stored access token as it is.
pub fn stored_token() -> Option<String> {
    None
}

/// Takes a token apart.
pub fn decode(_token: &str) -> Option<DecodedToken> {
    None
}

/// JSON text with lines and indents.
pub fn pretty(text: &str) -> String {
    text.to_owned()
}

/// Whether a text is JSON.
pub fn is_json(_text: &str) -> bool {
    false
}

/// Stores the access token.
pub fn store_token(_token: &str) {}

/// Keeps page, cookie, localStorage and other tabs in agreement.
pub fn keep(_identity: Option<Identity>, _server_now: i64, _on_event: impl Fn(Event) + 'static) {}

/// Whether storage is blocked, so that the token lives in memory only.
pub fn is_storage_blocked() -> bool {
    false
}

/// Whether the browser says it is connected.
pub fn is_online() -> bool {
    true
}

/// Forgets the token and goes to the start.
pub fn leave() {}

/// Signs out on the server and here, then goes to the start.
pub async fn sign_out() -> Result<(), ApiError> {
    Err(ErrorCode::Internal.into())
}

/// Proves again who is calling.
pub async fn reauthenticate(_password: &str) -> Result<(), ApiError> {
    Err(ErrorCode::Internal.into())
}

/// Changes the password.
pub async fn change_password(_current: &str, _new: &str) -> Result<(), ApiError> {
    Err(ErrorCode::Internal.into())
}

/// Calls the API with the access token and answers the body of its success.
pub async fn ask(_verb: Verb, _path: &str, _body: Option<String>) -> Result<String, ApiError> {
    Err(ErrorCode::Internal.into())
}

/// Calls the API with the access token.
pub async fn call(_verb: Verb, _path: &str, _body: Option<String>) -> Result<Received, ApiError> {
    Err(ErrorCode::Internal.into())
}

/// Posts without an access token.
pub async fn post(_path: &str, _body: Option<&str>) -> Result<Received, ApiError> {
    Err(ErrorCode::Internal.into())
}

/// Unix seconds by this machine's clock.
pub fn now() -> f64 {
    0.0
}

/// Seconds until a time by the server's clock.
pub fn seconds_left(_until: i64) -> i64 {
    0
}

/// Goes to another page.
pub fn go(_path: &str) {}

/// Loads this page again.
pub fn reload() {}

/// Where to sign in and come back to this page.
pub fn sign_in_path() -> String {
    String::new()
}

/// Takes elements out of the page.
pub fn remove(_selector: &str) {}

/// Moves focus to an element once the page has settled.
pub fn focus(_selector: &'static str) {}

/// Puts `Error: ` before the page's title, or takes it away.
pub fn mark_title(_is_wrong: bool) {}

/// Whether Caps Lock is on, as far as this key tells.
pub fn is_caps_lock(_event: &leptos::ev::KeyboardEvent) -> bool {
    false
}

/// The address of this service.
pub fn origin() -> String {
    String::new()
}

/// Copies text.
pub async fn copy(_text: &str) -> bool {
    false
}

/// Lets time pass.
pub async fn pause(_milliseconds: i32) {}

/// Calls back every second; stops when dropped with its page.
pub fn every_second(_tick: impl Fn() + 'static) {}
