use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::SameSite;

use super::{Use, cookie, secret};
use crate::server::App;

/// The key of the inbox that this browser has shown.
pub fn inbox<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::Inbox.of(app, headers)
}

/// `Set-Cookie` for the key of the inbox, until the browser is closed.
pub fn set_inbox(app: &App, key: &str) -> HeaderValue {
    let mut cookie = cookie(app, Use::Inbox, key, 0);
    cookie.unset_expires();
    cookie.set_max_age(None);
    cookie.set_same_site(SameSite::Strict);
    secret(cookie)
}
