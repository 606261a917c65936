//! The session of this page: its user, the state of its token, and its listener.

use std::cell::{Cell, RefCell};

use super::{
    page,
    storage::{decode, remove_token, stored_token},
};
use crate::{
    browser::{DecodedToken, Event},
    model::{Identity, SessionId},
};

/// Remaining lifetime below which a token is refreshed before use, in seconds.
const NEAR_END: f64 = 20.0;

/// The listener for events of the session.
pub(super) type Listener = Box<dyn Fn(Event)>;

thread_local! {
    static IDENTITY: RefCell<Option<Identity>> = const { RefCell::new(None) };
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
    /// The last token that the server refused.
    static REFUSED: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The server's clock minus ours, in seconds.
    static SKEW: Cell<f64> = const { Cell::new(0.0) };
    /// Whether the session of the page is known to be over.
    static OVER: Cell<bool> = const { Cell::new(false) };
}

/// Records the identity and the server time of the page, and its listener.
pub(super) fn arrive(identity: Option<Identity>, server_now: i64, tell: Listener) {
    set_clock(server_now);
    IDENTITY.replace(identity);
    LISTENER.replace(Some(tell));
}

/// Sends an event to the listener.
pub(super) fn notify(event: Event) {
    LISTENER.with_borrow(|listener| {
        if let Some(listener) = listener {
            listener(event);
        }
    });
}

/// Computes the difference of the clocks.
pub(super) fn set_clock(server_now: i64) {
    SKEW.set(server_now as f64 - page::now_s());
}

/// Seconds until a time, which is in Unix seconds of the server's clock.
pub fn seconds_left(until: i64) -> i64 {
    left(until).ceil() as i64
}

fn left(until: i64) -> f64 {
    until as f64 - page::now_s() - SKEW.get()
}

/// Whether the page belongs to a signed-in user.
pub(super) fn is_somebodys() -> bool {
    IDENTITY.with_borrow(Option::is_some)
}

/// The stored token, if it is of the page's session, of no earlier epoch, and lives long enough.
pub(super) fn usable() -> Option<String> {
    let token = stored_token()?;
    if REFUSED.with_borrow(|refused| refused.as_ref() == Some(&token)) {
        return None;
    }
    let decoded = decode(&token)?;
    let mine = IDENTITY.with_borrow(|me| {
        me.as_ref()
            .is_some_and(|me| decoded.session == me.sid.as_str() && decoded.epoch >= me.epoch)
    });
    // A token of a few seconds is used to its end: claims are whole seconds, and the guard has some
    // leeway.
    let life = (decoded.expires_at - decoded.issued_at) as f64;
    let near = ((life - 10.0) / 3.0).clamp(0.0, NEAR_END);
    (mine && left(decoded.expires_at) > near).then_some(token)
}

/// Detaches the page from its user; returns whether it had one. A sign-out is reported more than
/// once, and a second navigation would cancel the first.
pub(super) fn forget() -> bool {
    IDENTITY.take().is_some()
}

/// Completes a sign-out: removes the token, which notifies other tabs, and navigates to the start.
pub fn leave() {
    remove_token();
    forget();
    page::go("/");
}

/// Records that the server refused a token. It stays stored until there is another, because its
/// removal would signal a sign-out to other tabs.
pub(super) fn refuse(token: Option<String>) {
    REFUSED.replace(token);
}

/// Compares a new token with the page. A new session of the same user takes over the page with its
/// typed text; for another user the page must be reloaded.
pub(super) fn compare(token: &DecodedToken) -> bool {
    let sid = token.session.parse::<SessionId>();
    let same = IDENTITY.with_borrow_mut(|me| match (me, sid) {
        (Some(me), Ok(sid)) if me.sub.as_str() == token.subject => {
            me.sid = sid;
            me.epoch = token.epoch;
            true
        }
        _ => false,
    });
    match same {
        true if OVER.replace(false) => notify(Event::Back),
        true => {}
        false => notify(Event::Other),
    }
    same
}

/// Follows the stored token: if it is another user's, or missing, the page is reloaded.
pub(super) fn follow() {
    match stored_token() {
        Some(token) => {
            // A text that is not a token is ignored; the next request replaces it.
            if let Some(token) = decode(&token) {
                compare(&token);
            }
        }
        None if forget() => notify(Event::Left),
        None => {}
    }
}

/// Whether the session is known to be over.
pub(super) fn is_over() -> bool {
    OVER.get()
}

/// Records the end of the session, and reports it once.
pub(super) fn end() {
    if is_somebodys() && !OVER.replace(true) {
        notify(Event::Over);
    }
}
