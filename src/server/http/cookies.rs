//! The session cookie: the refresh token of a browser, and nowhere else (S58).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum_extra::extract::cookie::{Cookie, SameSite};

use crate::{
    model::SessionKind,
    server::{
        App,
        service::{
            acts::{Done, Said},
            session::Issued,
        },
    },
};

/// Its name over TLS; the prefix binds it to this host, to `/` and to TLS.
const SECURE_NAME: &str = "__Host-session";
/// Its name over plain http on a loopback host.
const LOOPBACK_NAME: &str = "vestibule_session";
/// The name of the cookie that says a device is known, over TLS.
const SECURE_DEVICE: &str = "__Host-device";
/// Its name over plain http on a loopback host.
const LOOPBACK_DEVICE: &str = "vestibule_device";
/// The name of the cookie that holds the token of a link, over TLS.
const SECURE_LINK: &str = "__Host-link";
/// Its name over plain http on a loopback host.
const LOOPBACK_LINK: &str = "vestibule_link";
/// The name of the cookie that says what was done, over TLS.
const SECURE_SAID: &str = "__Host-said";
/// Its name over plain http on a loopback host.
const LOOPBACK_SAID: &str = "vestibule_said";
/// For how long the next page may be late, in seconds.
const SAID_FOR: i64 = 60;
/// How long a device stays known without a sign-in, in seconds.
const DEVICE_KNOWN_FOR: i64 = 31_536_000;
/// Not among the names that axum knows (Clear Site Data, W3C).
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
/// The reader's choice of colours.
pub const THEME: &str = "theme";
/// The reader's choice of a language.
pub const LANGUAGE: &str = "language";

/// The value of a cookie, if exactly one of that name was sent. Other cookies are ignored, even if malformed.
pub fn get<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='))
        .filter_map(|(found, value)| (found == name).then_some(value));
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

/// The session cookie of a request.
pub fn session<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    get(headers, name(app))
}

/// `Set-Cookie` for a session just opened or refreshed, if it lives in a cookie, and for a device that has
/// become known.
pub fn set_session(app: &App, issued: &Issued) -> impl Iterator<Item = HeaderValue> {
    let session = match &issued.refresh {
        Some((SessionKind::Cookie, token)) => {
            Some(secret(cookie(app, name(app), token.expose(), issued.max_age)))
        }
        _ => None,
    };
    let known = issued.device.as_ref();
    let device = known
        .map(|device| secret(cookie(app, device_name(app), device.expose(), DEVICE_KNOWN_FOR)));
    session.into_iter().chain(device)
}

/// The cookie of a device that signed somebody in.
pub fn device<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    get(headers, device_name(app))
}

/// `Set-Cookie` that removes the session.
pub fn clear_session(app: &App) -> HeaderValue {
    header_value(cookie(app, name(app), "", 0))
}

/// The headers of an act that was done: what the next page says, and the session's new identity or its end.
pub fn of_done(app: &App, done: &Done) -> Vec<(HeaderName, HeaderValue)> {
    let said = cookie(app, said_name(app), done.said.name(), SAID_FOR);
    let mut headers = vec![(header::SET_COOKIE, header_value(said))];
    if let Some(renewed) = &done.renewed {
        headers
            .extend(set_session(app, &renewed.issued).map(|cookie| (header::SET_COOKIE, cookie)));
    }
    if done.has_left {
        let mut left = HeaderMap::new();
        forget(app, &mut left);
        headers.extend(left.into_iter().filter_map(|(name, value)| Some((name?, value))));
    }
    headers
}

/// What this page has to say of the act before it, and the header with which it is said no more.
pub fn said(app: &App, headers: &HeaderMap) -> Option<(Said, HeaderValue)> {
    let name = get(headers, said_name(app))?;
    let said = Said::ALL.into_iter().find(|said| said.name() == name)?;
    Some((said, header_value(cookie(app, said_name(app), "", 0))))
}

/// Removes the session and, unless a setting says otherwise, empties this origin's storage: the headers of every
/// sign-out.
pub fn forget(app: &App, headers: &mut HeaderMap) {
    headers.append(header::SET_COOKIE, clear_session(app));
    if app.config.clear_site_data {
        headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"storage\""));
    }
}

/// The token of the link that this browser was sent to.
pub fn link<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    get(headers, link_name(app))
}

/// `Set-Cookie` for the token of a set-up link, with its lifetime in seconds; 0 removes it.
pub fn set_link(app: &App, token: &str, seconds: i64) -> HeaderValue {
    secret(cookie(app, link_name(app), token, seconds))
}

/// `Set-Cookie` for the choice of colours; not a secret, and script never needs it.
pub fn set_theme(app: &App, theme: &'static str) -> HeaderValue {
    header_value(cookie(app, THEME, theme, 31_536_000))
}

/// `Set-Cookie` for the choice of a language, by its code; none removes it.
pub fn set_language(app: &App, code: &'static str) -> HeaderValue {
    header_value(cookie(app, LANGUAGE, code, if code.is_empty() { 0 } else { 31_536_000 }))
}

fn secret(cookie: Cookie<'_>) -> HeaderValue {
    let mut value = header_value(cookie);
    value.set_sensitive(true);
    value
}

/// Bound to this host and to `/`, out of script's reach; 0 seconds remove it.
fn cookie<'c>(app: &App, name: &'c str, value: &'c str, max_age: i64) -> Cookie<'c> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(app.config.is_https())
        .same_site(SameSite::Lax)
        .max_age(time::Duration::seconds(max_age))
        .build()
}

fn header_value(cookie: Cookie<'_>) -> HeaderValue {
    // Names and values here are base64url or our own words: always legal.
    HeaderValue::from_str(&cookie.to_string()).unwrap_or(HeaderValue::from_static(""))
}

fn link_name(app: &App) -> &'static str {
    if app.config.is_https() { SECURE_LINK } else { LOOPBACK_LINK }
}

fn said_name(app: &App) -> &'static str {
    if app.config.is_https() { SECURE_SAID } else { LOOPBACK_SAID }
}

fn device_name(app: &App) -> &'static str {
    if app.config.is_https() { SECURE_DEVICE } else { LOOPBACK_DEVICE }
}

fn name(app: &App) -> &'static str {
    if app.config.is_https() { SECURE_NAME } else { LOOPBACK_NAME }
}
