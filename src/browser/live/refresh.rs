//! Keeping a good access token: refreshed when something needs one, once at a time, over all tabs.

use std::{
    cell::{Cell, RefCell},
    future::Future,
};

use gloo_net::http::Request;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::{
    page,
    storage::{decode, pretty, remove_token, store_token, stored_token},
};
use crate::{
    browser::{Answer, DecodedToken},
    model::{ApiError, ErrorCode, Identity, Refreshed},
};

/// A token with fewer seconds than this is refreshed before it is used.
const NEAR_END: i64 = 20;
/// The lock that all tabs share.
const LOCK: &str = "vestibule-refresh";

thread_local! {
    static IDENTITY: RefCell<Option<Identity>> = const { RefCell::new(None) };
    /// The last token that the server refused.
    static REFUSED: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The server's clock minus ours, in seconds.
    static SKEW: Cell<i64> = const { Cell::new(0) };
}

/// Tells the browser room who is looking and what the server's clock says.
pub fn arrive(identity: Option<Identity>, server_now: i64) {
    SKEW.with(|skew| skew.set(server_now - page::now()));
    IDENTITY.with(|known| known.replace(identity));
}

/// Seconds that a token has left by the server's clock.
pub fn seconds_left(token: &DecodedToken) -> i64 {
    let now = page::now() + SKEW.with(Cell::get);
    token.expires_at - now
}

/// Who this page was made for, if anybody.
fn identity() -> Option<Identity> {
    IDENTITY.with(|known| known.borrow().clone())
}

/// A good access token, refreshed if need be.
pub async fn access_token() -> Option<String> {
    let me = identity()?;
    match usable(&me) {
        Some(token) => Some(token),
        None => {
            drop(exclusively(refresh(Some(me.clone()))).await);
            usable(&me)
        }
    }
}

/// The stored token, if it is of the session that the page shows, of no earlier epoch, and lives long enough.
fn usable(me: &Identity) -> Option<String> {
    let token = stored_token()?;
    if REFUSED.with(|refused| refused.borrow().as_ref() == Some(&token)) {
        return None;
    }
    let decoded = decode(&token)?;
    // A token that never lives that long is as good as it gets.
    let near = NEAR_END.min((decoded.expires_at - decoded.issued_at) / 3);
    let mine = decoded.session == me.sid.as_str() && decoded.epoch >= me.epoch;
    (mine && seconds_left(&decoded) > near).then_some(token)
}

/// Makes the stored token agree with the page; `false` if the page has to be loaded again.
pub async fn reconcile() -> bool {
    let Some(me) = identity() else {
        // A token without a viewer: the cookie is gone, or came after this page was made.
        return stored_token().is_none() || exclusively(refresh(None)).await.is_err();
    };
    if usable(&me).is_some() {
        return true;
    }
    match exclusively(refresh(Some(me))).await {
        Ok(()) => true,
        // Offline or busy is not signed out; the next need tries again.
        Err(error) => !is_over(error.code) && error.code != ErrorCode::SessionMismatch,
    }
}

/// Notes that the server refused the stored token, so that the next need fetches another. It stays where it
/// is until then: its removal would tell other tabs that the person has left.
pub fn forget_refused(code: ErrorCode) {
    if code == ErrorCode::InvalidToken {
        REFUSED.with(|refused| refused.replace(stored_token()));
    }
}

/// Whether a refresh says that there is no session any more.
fn is_over(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::InvalidGrant | ErrorCode::MissingSession)
}

/// Exchanges the cookie for a new access token, unless another tab has just done so.
async fn refresh(me: Option<Identity>) -> Result<(), ApiError> {
    if me.as_ref().is_some_and(|me| usable(me).is_some()) {
        return Ok(());
    }
    // While this one waited for the lock, another learnt that the session is over.
    if me.is_some() && identity().is_none() {
        return Err(ErrorCode::MissingSession.into());
    }
    let sent = Request::post("/api/v1/token/refresh").header("Accept", "application/json").send();
    let response = page::in_time(sent).await?.map_err(|_| ErrorCode::NetworkFailure)?;
    if !response.ok() {
        let error: ApiError = response.json().await.map_err(|_| ErrorCode::Internal)?;
        if is_over(error.code) {
            IDENTITY.with(|known| known.take());
            remove_token();
        }
        if error.code == ErrorCode::InvalidGrant {
            // The cookie must go too: as long as it still draws pages, each would come here again.
            drop(end().await);
        }
        return Err(error);
    }
    let answer: Refreshed = response.json().await.map_err(|_| ErrorCode::Internal)?;
    store_token(&answer.access_token);
    let token = decode(&answer.access_token);
    if let Some(token) = &token {
        // Issued this moment: if our clock was set since the page was made, this is the difference now.
        SKEW.with(|skew| skew.set(token.issued_at - page::now()));
    }
    // Somebody else may have signed in here since the page was made.
    let same = me.is_none_or(|me| usable(&me).is_some());
    if same { Ok(()) } else { Err(ErrorCode::SessionMismatch.into()) }
}

/// Runs while no other tab does the same, where the browser has locks.
async fn exclusively(
    work: impl Future<Output = Result<(), ApiError>> + 'static,
) -> Result<(), ApiError> {
    let locks = web_sys::window().and_then(|window| {
        let locks = js_sys::Reflect::get(&window.navigator(), &"locks".into()).ok()?;
        let request = js_sys::Reflect::get(&locks, &"request".into()).ok()?;
        Some((locks, request.dyn_into::<js_sys::Function>().ok()?))
    });
    let Some((locks, request)) = locks else {
        return work.await;
    };
    let outcome = std::rc::Rc::new(RefCell::new(Err(ApiError::from(ErrorCode::NetworkFailure))));
    let slot = outcome.clone();
    let job = Closure::once_into_js(move |_lock: JsValue| {
        future_to_promise(async move {
            let done = work.await;
            *slot.borrow_mut() = done;
            Ok(JsValue::UNDEFINED)
        })
    });
    if let Ok(promise) = request.call2(&locks, &LOCK.into(), &job) {
        drop(JsFuture::from(js_sys::Promise::from(promise)).await);
    }
    outcome.replace(Ok(()))
}

/// Signs out on the server and here, then goes to the start.
pub async fn sign_out() -> Result<(), ApiError> {
    end().await?;
    remove_token();
    page::go("/");
    Ok(())
}

/// Ends the session of the cookie, and the cookie.
async fn end() -> Result<(), ApiError> {
    let sent = Request::post("/api/v1/logout").header("Accept", "application/json").send();
    let response = page::in_time(sent).await?.map_err(|_| ErrorCode::NetworkFailure)?;
    // Not signed in any more is what was asked for.
    if !response.ok() && response.status() != 401 && response.status() != 400 {
        return Err(response.json().await.unwrap_or(ErrorCode::Internal.into()));
    }
    Ok(())
}

/// Calls the API with the access token; a token that was refused is replaced once.
pub async fn call_api(path: &str) -> Result<Answer, ApiError> {
    let answer = call_once(path).await?;
    if answer.status != 401 {
        return Ok(answer);
    }
    forget_refused(ErrorCode::InvalidToken);
    call_once(path).await
}

async fn call_once(path: &str) -> Result<Answer, ApiError> {
    let token = access_token().await.unwrap_or_default();
    let started = page::milliseconds();
    let request = Request::get(path).header("Authorization", &format!("Bearer {token}"));
    let response = request.send().await.map_err(|_| ErrorCode::NetworkFailure)?;
    let status = response.status();
    let body = response.text().await.map_err(|_| ErrorCode::NetworkFailure)?;
    let milliseconds = (page::milliseconds() - started) as u32;
    Ok(Answer { status, body: pretty(&body), milliseconds })
}
