//! Cookies of flows that are bound to a browser.

use axum::http::{HeaderMap, HeaderValue};

use super::{Use, cookie, header_value, secret};
use crate::server::{
    App,
    service::{
        by_name::Asked,
        flows::{BrowserToken, FlowToken, Purpose},
        login::{LeavingSignIn, PendingSignIn, UnconfirmedSignIn},
    },
};

/// Time for which a browser keeps the secret of its flows, in seconds: as long as the longest of them.
const FLOWS_FOR: i64 = 7 * 86_400;

/// The secret to which flows of this browser are bound.
pub fn browser<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::Flow.of(app, headers)
}

/// `Set-Cookie` for a browser in which somebody signs in or out: they remove the secret to which its flows are bound, if it has one,
/// and those of the flows. So nobody goes on with what was begun in the browser before.
pub fn unbind(app: &App, sent: &HeaderMap) -> Vec<HeaderValue> {
    if browser(app, sent).is_none() {
        return Vec::new();
    }
    let begun =
        [Use::Flow, Use::Recovery, Use::MailCode, Use::Pending, Use::Unconfirmed, Use::Leaving];
    let begun = begun.into_iter().filter(|of| of.of(app, sent).is_some());
    begun.map(|of| header_value(cookie(app, of, "", 0))).collect()
}

/// The secret of the way back that this browser began.
pub fn recovery<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::Recovery.of(app, headers)
}

/// The secret of the sign-in of this browser that waits for its second factor.
pub fn pending<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::Pending.of(app, headers)
}

/// The secret of the sign-in by mail that this browser began.
pub fn mail_code<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::MailCode.of(app, headers)
}

/// `Set-Cookie` for a way back, or a sign-in by mail, that is bound to this browser.
pub fn set_asked(app: &App, asked: &Asked) -> impl Iterator<Item = HeaderValue> {
    let bound = (asked.browser.as_ref(), &asked.token);
    let of = if asked.purpose == Purpose::MailCode { Use::MailCode } else { Use::Recovery };
    set(app, of, bound, asked.purpose)
}

/// `Set-Cookie` for a sign-in that waits for its second factor in this browser.
pub fn set_pending(app: &App, pending: &PendingSignIn) -> impl Iterator<Item = HeaderValue> {
    let bound = (pending.browser.as_ref(), &pending.token);
    set(app, Use::Pending, bound, Purpose::SignIn)
}

/// The secret of the flow that keeps an account, after a sign-in in this browser.
pub fn leaving<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::Leaving.of(app, headers)
}

/// `Set-Cookie` for a flow of this browser that keeps an account. `sent` are the headers of the request: the second step of its
/// sign-in is over.
pub fn set_leaving(
    app: &App,
    sent: &HeaderMap,
    leaving: &LeavingSignIn,
) -> impl Iterator<Item = HeaderValue> {
    let bound = (leaving.browser.as_ref(), &leaving.token);
    set(app, Use::Leaving, bound, Purpose::Keep).chain(clear_pending(app, sent))
}

/// Removes a second step that is over.
fn clear_pending(app: &App, sent: &HeaderMap) -> Option<HeaderValue> {
    pending(app, sent).map(|_| header_value(cookie(app, Use::Pending, "", 0)))
}

/// The secret of the sign-in of this browser that waits until the address is confirmed.
pub fn unconfirmed<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::Unconfirmed.of(app, headers)
}

/// `Set-Cookie` for a sign-in of this browser that waits until the address is confirmed. `sent` are the headers of the request:
/// the second step of the sign-in is over.
pub fn set_unconfirmed(
    app: &App,
    sent: &HeaderMap,
    waiting: &UnconfirmedSignIn,
) -> impl Iterator<Item = HeaderValue> {
    let bound = (waiting.browser.as_ref(), &waiting.token);
    set(app, Use::Unconfirmed, bound, Purpose::Confirm).chain(clear_pending(app, sent))
}

/// `Set-Cookie` that removes the flow that keeps an account.
pub fn clear_leaving(app: &App) -> HeaderValue {
    header_value(cookie(app, Use::Leaving, "", 0))
}

/// `Set-Cookie` for the secret of a browser, to which what is asked there is bound.
pub fn set_browser(app: &App, browser: &BrowserToken) -> HeaderValue {
    secret(cookie(app, Use::Flow, browser.expose(), FLOWS_FOR))
}

/// The secret of the browser, and that of its flow.
fn set(
    app: &App,
    of: Use,
    (browser, token): (Option<&BrowserToken>, &FlowToken),
    purpose: Purpose,
) -> impl Iterator<Item = HeaderValue> + use<> {
    let bound = browser.map(|browser| {
        [set_browser(app, browser), secret(cookie(app, of, token.expose(), purpose.life()))]
    });
    bound.into_iter().flatten()
}

/// `Set-Cookie` that remove what a way back has left in a browser: its flow, and the link that it followed.
pub fn clear_recovery(app: &App) -> [HeaderValue; 2] {
    [Use::Recovery, Use::Link].map(|of| header_value(cookie(app, of, "", 0)))
}
