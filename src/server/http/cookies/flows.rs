//! The cookies of flows: what binds them to a browser, and the way back that it began.

use axum::http::{HeaderMap, HeaderValue};

use super::{Use, cookie, header_value, secret};
use crate::server::{
    App,
    service::{
        flows::{BrowserToken, Purpose},
        recovery::Asked,
    },
};

/// Time for which a browser keeps the secret of its flows, in seconds: as long as the longest of them.
const FLOWS_FOR: i64 = 7 * 86_400;

/// The secret to which flows of this browser are bound.
pub fn browser<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::Flow.of(app, headers)
}

/// `Set-Cookie` that replaces the secret to which flows of a browser are bound, if it has one: a person who has used the browser
/// before a sign-in or a sign-out continues none of the flows that come after, and none of those before is continued.
pub fn fresh_browser(app: &App, sent: &HeaderMap) -> Option<HeaderValue> {
    browser(app, sent)?;
    let fresh = BrowserToken::issue();
    Some(secret(cookie(app, Use::Flow, fresh.expose(), FLOWS_FOR)))
}

/// The secret of the way back that this browser began.
pub fn recovery<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::Recovery.of(app, headers)
}

/// `Set-Cookie` for a way back that is bound to this browser: the secret of the browser, and that of the flow.
pub fn set_recovery(app: &App, asked: &Asked) -> impl Iterator<Item = HeaderValue> {
    let bound = asked.browser.as_ref().map(|browser| {
        let seconds = Purpose::Reset.life();
        [
            cookie(app, Use::Flow, browser.expose(), FLOWS_FOR),
            cookie(app, Use::Recovery, asked.token.expose(), seconds),
        ]
        .map(secret)
    });
    bound.into_iter().flatten()
}

/// `Set-Cookie` that remove what a way back has left in a browser: its flow, and the link that it followed.
pub fn clear_recovery(app: &App) -> [HeaderValue; 2] {
    [Use::Recovery, Use::Link].map(|of| header_value(cookie(app, of, "", 0)))
}
