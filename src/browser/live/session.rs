//! What this page knows: whose it is, whether a token is good for it, and whom it has to tell.

use std::cell::{Cell, RefCell};

use super::{
    page,
    storage::{decode, remove_token, stored_token},
};
use crate::{
    browser::{DecodedToken, Event},
    model::{Identity, SessionId},
};

/// A token with fewer seconds than this is refreshed before it is used.
const NEAR_END: f64 = 20.0;

/// Whom to tell of what happens.
pub(super) type Listener = Box<dyn Fn(Event)>;

thread_local! {
    static IDENTITY: RefCell<Option<Identity>> = const { RefCell::new(None) };
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
    /// The last token that the server refused.
    static REFUSED: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The server's clock minus ours, in seconds.
    static SKEW: Cell<f64> = const { Cell::new(0.0) };
    /// Whether the session that the page was made for is known to be over.
    static OVER: Cell<bool> = const { Cell::new(false) };
}

/// Notes who the page was made for and by what clock, and whom to tell of what happens.
pub(super) fn arrive(identity: Option<Identity>, server_now: i64, tell: Listener) {
    set_clock(server_now);
    IDENTITY.replace(identity);
    LISTENER.replace(Some(tell));
}

/// Tells the page.
pub(super) fn tell(event: Event) {
    LISTENER.with_borrow(|listener| {
        if let Some(listener) = listener {
            listener(event);
        }
    });
}

/// Compares the clocks.
pub(super) fn set_clock(server_now: i64) {
    SKEW.set(server_now as f64 - page::now());
}

/// Seconds until a time, Unix seconds by the server's clock.
pub fn seconds_left(until: i64) -> i64 {
    left(until).ceil() as i64
}

fn left(until: i64) -> f64 {
    until as f64 - page::now() - SKEW.get()
}

/// Whether the page was made for somebody.
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
    // A token of a few seconds is used to its end: claims are whole seconds, and the guard has some leeway.
    let life = (decoded.expires_at - decoded.issued_at) as f64;
    let near = ((life - 10.0) / 3.0).clamp(0.0, NEAR_END);
    (mine && left(decoded.expires_at) > near).then_some(token)
}

/// The page is nobody's from now on; answers whether it was somebody's. A person who leaves hears of it more
/// than once: a second navigation would break off the first.
pub(super) fn forget() -> bool {
    IDENTITY.take().is_some()
}

/// Nobody is signed in here any more: forgets the token, which tells other tabs, and goes to the start.
pub fn leave() {
    remove_token();
    forget();
    page::go("/");
}

/// Notes that the server refused a token. It stays stored until there is another: its removal would tell
/// other tabs that the person has left.
pub(super) fn refuse(token: Option<String>) {
    REFUSED.replace(token);
}

/// Whose is this token, which has just come? The same person's new session takes the page over as it
/// is, with whatever is typed there; for anybody else it has to be made anew.
pub(super) fn meet(token: &DecodedToken) -> bool {
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
        true if OVER.replace(false) => tell(Event::Back),
        true => {}
        false => tell(Event::Other),
    }
    same
}

/// Does what the stored token asks for: if it is somebody else's, or nobody's, the page starts over.
pub(super) fn follow() {
    match stored_token() {
        Some(token) => {
            // What is no token says nothing; the next need replaces it.
            if let Some(token) = decode(&token) {
                meet(&token);
            }
        }
        None if forget() => tell(Event::Left),
        None => {}
    }
}

/// Whether the session is known to be over.
pub(super) fn is_over() -> bool {
    OVER.get()
}

/// The session is over; the page hears of it once.
pub(super) fn end() {
    if is_somebodys() && !OVER.replace(true) {
        tell(Event::Over);
    }
}
