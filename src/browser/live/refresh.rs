//! Refresh of the access token on demand, one at a time over all tabs.

use std::cell::Cell;

use wasm_bindgen_futures::spawn_local;

use super::{
    json,
    lock::Turn,
    page,
    reader::member,
    session,
    storage::{bury_token, decode, store_token, stored_token},
    transport,
};
use crate::{
    browser::Event,
    model::{ApiError, ErrorCode},
};

/// Number of retries of a refresh that came too late.
const STALE_TRIES: u32 = 2;
/// Pause before a retry, in milliseconds, in which another tab's newer cookie arrives.
const STALE_PAUSE: i32 = 200;
/// Longest pause between retries while the server is unreachable, in seconds.
const LONGEST_PAUSE: u32 = 60;

thread_local! {
    /// Number of refreshes that found the session ended: waiting ones need not ask again.
    static ENDINGS: Cell<u32> = const { Cell::new(0) };
    /// Number of consecutive failed refreshes.
    static FAILURES: Cell<u32> = const { Cell::new(0) };
    /// Whether a retry is scheduled.
    static DUE: Cell<bool> = const { Cell::new(false) };
}

/// A valid access token, refreshed if necessary; none on a page without a signed-in user.
///
/// # Errors
/// `network_failure`, or the error of the refresh.
pub async fn access_token() -> Result<Option<String>, ApiError> {
    if !session::is_somebodys() {
        return Ok(None);
    }
    if let Some(token) = session::usable() {
        return Ok(Some(token));
    }
    let known = session::is_over();
    let outcome = refresh().await;
    if known && session::is_over() {
        // The user has seen the notice, went on, and needs a session again.
        session::notify(Event::Over);
    }
    outcome.map(Some)
}

/// Makes the stored token agree with the page, as far as the connection allows.
pub(super) fn reconcile() {
    let fine = match session::is_somebodys() {
        true => session::usable().is_some(),
        // A token without a session user: the cookie is gone, or came after this page was made.
        false => stored_token().is_none(),
    };
    if !fine {
        spawn_local(async { drop(refresh().await) });
    }
}

/// Reconciles at once, because the connection or the user is back.
pub(super) fn reconcile_afresh() {
    FAILURES.set(0);
    reconcile();
}

/// Exchanges the cookie for a new access token, unless another call has just done so.
async fn refresh() -> Result<String, ApiError> {
    let endings = ENDINGS.get();
    let turn = Turn::wait(|| session::usable().is_none()).await;
    if endings != ENDINGS.get() {
        return Err(ErrorCode::MissingSession.into());
    }
    let mut outcome = exchange().await;
    for _ in 0..STALE_TRIES {
        if outcome.as_ref().is_err_and(|error| error.code == ErrorCode::StaleToken) {
            page::pause(STALE_PAUSE).await;
            outcome = exchange().await;
        }
    }
    match &outcome {
        Ok(_) => {
            FAILURES.set(0);
            turn.end_when_seen();
        }
        Err(error) if !is_over(error.code) => try_later(error),
        Err(_) => {}
    }
    outcome
}

/// One try, while the lock is held.
async fn exchange() -> Result<String, ApiError> {
    if let Some(token) = session::usable() {
        return Ok(token);
    }
    let before = stored_token();
    let answer = transport::post("/api/v1/token/refresh", None).await?.success();
    let error = match answer.and_then(|body| store_from(&body)) {
        Ok(token) => return Ok(token),
        Err(error) => error,
    };
    if is_over(error.code) {
        // Another session may have begun during the request, which must not be dropped.
        if stored_token() != before {
            session::follow();
            return session::usable().ok_or(error);
        }
        ENDINGS.set(ENDINGS.get() + 1);
        bury_token();
        session::end();
    }
    Err(error)
}

/// Stores an access token of this page's session under its new identity.
///
/// # Errors
/// Fails if the text is not a token.
pub fn adopt(token: String) -> Result<(), ApiError> {
    store(token).map(drop)
}

/// Stores the access token of an answer, which must contain one.
fn store_from(body: &str) -> Result<String, ApiError> {
    let token = json::parse(body).and_then(|answer| member(&answer, "access_token")?.as_string());
    store(token.ok_or(ErrorCode::Internal)?)
}

/// Stores an access token, and compares its account and session with the page's.
fn store(text: String) -> Result<String, ApiError> {
    let token = decode(&text).ok_or(ErrorCode::Internal)?;
    // The token was just issued: if our clock was set since the page was made, this is the
    // difference now.
    session::set_clock(token.issued_at);
    store_token(&text);
    match session::compare(&token) {
        true => Ok(text),
        false => Err(ErrorCode::SessionMismatch.into()),
    }
}

/// Whether the error of a refresh means that the session has ended. Offline or busy does not mean
/// signed out.
fn is_over(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::InvalidGrant | ErrorCode::MissingSession)
}

/// Retries after a pause that doubles each time, if the page is visible then.
fn try_later(error: &ApiError) {
    let failures = FAILURES.get();
    FAILURES.set(failures + 1);
    let pause = LONGEST_PAUSE.min(2 << failures.min(5)).max(error.retry_after.unwrap_or(0));
    if DUE.replace(true) {
        return;
    }
    spawn_local(async move {
        page::pause(pause as i32 * 1000).await;
        DUE.set(false);
        // Otherwise the return to the page retries.
        if page::is_visible() && page::is_online() {
            reconcile();
        }
    });
}
