//! The server has no browser.

use super::{Answer, DecodedToken, Event};
use crate::model::{ApiError, ErrorCode, Identity};

/// A good access token, refreshed if need be.
pub async fn access_token() -> Option<String> {
    None
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

/// Stores the access token.
pub fn store_token(_token: &str) {}

/// Tells the browser room who is looking and what the server's clock says.
pub fn arrive(_identity: Option<Identity>, _server_now: i64) {}

/// Makes the stored token agree with the page; `false` if the page has to be loaded again.
pub async fn reconcile() -> bool {
    true
}

/// Forgets a token that the server refused.
pub fn forget_refused(_code: ErrorCode) {}

/// Whether storage is blocked, so that the token lives in memory only.
pub fn is_storage_blocked() -> bool {
    false
}

/// Whether the browser says it is connected.
pub fn is_online() -> bool {
    true
}

/// Calls back on events.
pub fn listen(_on_event: impl Fn(Event) + 'static) {}

/// Signs out on the server and here, then goes to the start.
pub async fn sign_out() -> Result<(), ApiError> {
    Err(ErrorCode::Internal.into())
}

/// Calls the API with the access token.
pub async fn call_api(_path: &str) -> Result<Answer, ApiError> {
    Err(ErrorCode::Internal.into())
}

/// Seconds that a token has left by the server's clock.
pub fn seconds_left(_token: &DecodedToken) -> i64 {
    0
}

/// Goes to another page.
pub fn go(_path: &str) {}

/// Loads this page again.
pub fn reload() {}

/// Moves focus to an element once the page has settled.
pub fn focus(_selector: &'static str) {}

/// Puts `Error: ` before the page's title, once.
pub fn title_error() {}

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

/// An answer, unless it is overdue.
pub async fn in_time<T>(answer: impl Future<Output = T>) -> Result<T, ApiError> {
    Ok(answer.await)
}

/// Calls back every second; stops when dropped with its page.
pub fn every_second(_tick: impl Fn() + 'static) {}
