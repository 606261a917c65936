use axum::http::{HeaderMap, HeaderValue};

use super::{FLOWS_FOR, Use, cookie, header_value, secret};
use crate::server::{
    App,
    service::flows::{BrowserToken, Purpose},
};

/// The secret of the flow that keeps an account, after a sign-in in this browser.
pub fn leaving<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::Leaving.of(app, headers)
}

/// `Set-Cookie` for a flow that keeps an account: the secret of the browser that it is bound to, and its own.
pub fn set_leaving(app: &App, browser: &BrowserToken, flow: &str) -> [HeaderValue; 2] {
    let seconds = Purpose::Keep.life();
    [cookie(app, Use::Flow, browser.expose(), FLOWS_FOR), cookie(app, Use::Leaving, flow, seconds)]
        .map(secret)
}

/// `Set-Cookie` that removes the flow that keeps an account.
pub fn clear_leaving(app: &App) -> HeaderValue {
    header_value(cookie(app, Use::Leaving, "", 0))
}
