//! Cookies; the session cookie is the refresh token of a browser, and nowhere else (S58).

mod bound;
mod inbox;

pub use bound::{
    browser, clear_leaving, clear_recovery, leaving, mail_code, pending, recovery, set_asked,
    set_browser, set_leaving, set_pending, set_unconfirmed, unbind, unconfirmed,
};
pub use inbox::{inbox, set_inbox};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum_extra::extract::cookie::{Cookie, SameSite};

use crate::{
    model::{SessionId, SessionKind},
    server::{
        App,
        config::Config,
        service::{
            acts::{Done, Said},
            session::Issued,
            trusted::TrustToken,
        },
    },
};

/// The purpose of a cookie.
#[derive(Clone, Copy, Debug)]
enum Use {
    /// The session.
    Session,
    /// A known device.
    Device,
    /// A trusted browser.
    Trust,
    /// The token of a set-up link.
    Link,
    /// The secret to which flows of this browser are bound.
    Flow,
    /// The secret of the way back that this browser began.
    Recovery,
    /// The secret of the sign-in by mail that this browser began.
    MailCode,
    /// The secret of the sign-in of this browser that waits for its second factor.
    Pending,
    /// The secret of the sign-in of this browser that waits until the address is confirmed.
    Unconfirmed,
    /// The secret of the flow that keeps an account.
    Leaving,
    /// The outcome of an action, for the next page.
    Said,
    /// The choice of colours.
    Theme,
    /// The choice of a language.
    Language,
    /// The language in the profile of the signed-in user.
    PersonLanguage,
    /// The key of the inbox of mails.
    Inbox,
}

impl Use {
    const ALL: [Self; 15] = [
        Self::Session,
        Self::Device,
        Self::Trust,
        Self::Link,
        Self::Flow,
        Self::Recovery,
        Self::MailCode,
        Self::Pending,
        Self::Unconfirmed,
        Self::Leaving,
        Self::Said,
        Self::Theme,
        Self::Language,
        Self::PersonLanguage,
        Self::Inbox,
    ];

    /// The name of the cookie.
    ///
    /// Over TLS its prefix binds it to this host, to `/` and to TLS. On plain http it is for a
    /// loopback host, whose services on all ports share their cookies: an unusual port is part of
    /// the name.
    fn name(self, config: &Config) -> String {
        let word = match self {
            Self::Session => "session",
            Self::Device => "device",
            Self::Trust => "trust",
            Self::Link => "link",
            Self::Flow => "flow",
            Self::Recovery => "recovery",
            Self::MailCode => "mail_code",
            Self::Pending => "pending",
            Self::Unconfirmed => "unconfirmed",
            Self::Leaving => "leaving",
            Self::Said => "said",
            Self::Theme => "theme",
            Self::Language => "language",
            Self::PersonLanguage => "person_language",
            Self::Inbox => "inbox",
        };
        match (config.is_https(), config.public_url.port()) {
            (true, None) => format!("__Host-{word}"),
            (true, Some(port)) => format!("__Host-{word}-{port}"),
            (false, None) => format!("vestibule_{word}"),
            (false, Some(port)) => format!("vestibule_{word}_{port}"),
        }
    }

    /// The cookie of a request.
    fn of<'h>(self, app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
        // Most requests have no cookie, and need no name.
        headers.get(header::COOKIE)?;
        get(headers, &self.name(&app.config))
    }
}

/// Time within which the next page must be requested, in seconds.
const SAID_FOR: i64 = 60;
/// Time for which a device stays known without a sign-in, in seconds.
const DEVICE_KNOWN_FOR: i64 = 31_536_000;
/// The header's name, which axum lacks (Clear Site Data, W3C).
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

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
    Use::Session.of(app, headers)
}

/// Whether a request has any cookie of ours, so that the browser accepts cookies.
pub fn are_kept(app: &App, headers: &HeaderMap) -> bool {
    Use::ALL.into_iter().any(|cookie| cookie.of(app, headers).is_some())
}

/// `Set-Cookie` for a session that was just opened or refreshed, if it lives in a cookie, for a new known device, and for a
/// browser that is trusted.
pub fn set_session(app: &App, issued: &Issued) -> impl Iterator<Item = HeaderValue> {
    let session = match &issued.refresh {
        Some((SessionKind::Cookie, token)) => {
            Some(secret(cookie(app, Use::Session, token.expose(), issued.max_age)))
        }
        _ => None,
    };
    let known = issued.device.as_ref();
    let device =
        known.map(|device| secret(cookie(app, Use::Device, device.expose(), DEVICE_KNOWN_FOR)));
    let trust = issued.trust.as_ref();
    let trust = trust.map(|trust| {
        let value = trust.token.expose();
        secret(cookie(app, Use::Trust, &value, trust.max_age))
    });
    session.into_iter().chain(device).chain(trust)
}

/// What a browser shows where it is trusted.
pub fn trusted(app: &App, headers: &HeaderMap) -> Option<TrustToken> {
    Use::Trust.of(app, headers).and_then(TrustToken::parse)
}

/// The cookie of a known device.
pub fn device<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::Device.of(app, headers)
}

/// `Set-Cookie` that removes the session.
pub fn clear_session(app: &App) -> HeaderValue {
    header_value(cookie(app, Use::Session, "", 0))
}

/// The headers of a completed action: the message for the next page, and the session's new identity
/// or its end. `sent` are the headers of the request.
pub fn of_done(app: &App, sent: &HeaderMap, done: &Done) -> Vec<(HeaderName, HeaderValue)> {
    let name = done.said.name();
    let value = done.about.as_ref().map_or_else(|| name.into(), |about| format!("{name}.{about}"));
    let said = cookie(app, Use::Said, &value, SAID_FOR);
    let mut headers = vec![(header::SET_COOKIE, header_value(said))];
    if let Some(renewed) = &done.renewed {
        headers
            .extend(set_session(app, &renewed.issued).map(|cookie| (header::SET_COOKIE, cookie)));
    }
    if done.has_left {
        let mut left = HeaderMap::new();
        forget(app, sent, &mut left);
        headers.extend(left.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    headers
}

/// The message about the previous action, and the header that removes it.
pub fn said(app: &App, headers: &HeaderMap) -> Option<(Said, HeaderValue)> {
    let value = Use::Said.of(app, headers)?;
    let name = value.split('.').next()?;
    let said = Said::ALL.into_iter().find(|said| said.name() == name)?;
    Some((said, header_value(cookie(app, Use::Said, "", 0))))
}

/// Session of the message. Its owner is looked up when the message is shown.
pub fn said_about(app: &App, headers: &HeaderMap) -> Option<SessionId> {
    Use::Said.of(app, headers)?.split_once('.')?.1.parse().ok()
}

/// Removes the session and, unless a setting says otherwise, empties this origin's storage: the headers of every
/// sign-out. `sent` are those of the request.
pub fn forget(app: &App, sent: &HeaderMap, headers: &mut HeaderMap) {
    headers.append(header::SET_COOKIE, clear_session(app));
    for cookie in unbind(app, sent) {
        headers.append(header::SET_COOKIE, cookie);
    }
    headers.append(header::SET_COOKIE, set_person_language(app, ""));
    if link(app, sent).is_some() {
        headers.append(header::SET_COOKIE, set_link(app, "", 0));
    }
    if app.config.clear_site_data {
        headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"storage\""));
    }
}

/// The token of the set-up link that this browser followed.
pub fn link<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::Link.of(app, headers)
}

/// `Set-Cookie` for the token of a set-up link, with its lifetime in seconds; 0 removes it.
pub fn set_link(app: &App, token: &str, seconds: i64) -> HeaderValue {
    secret(cookie(app, Use::Link, token, seconds))
}

/// The choice of colours of a request.
pub fn theme<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::Theme.of(app, headers)
}

/// `Set-Cookie` for the choice of colours; it is not secret, and script never needs it.
pub fn set_theme(app: &App, theme: &'static str) -> HeaderValue {
    header_value(cookie(app, Use::Theme, theme, 31_536_000))
}

/// The choice of a language of a request.
pub fn language<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::Language.of(app, headers)
}

/// `Set-Cookie` for the choice of a language, by its code; none removes it.
pub fn set_language(app: &App, code: &'static str) -> HeaderValue {
    of_language(app, Use::Language, code)
}

/// The language in the profile of the signed-in user, as of the last page.
pub fn person_language<'h>(app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
    Use::PersonLanguage.of(app, headers)
}

/// `Set-Cookie` for the language of a profile, by its code; none removes it.
pub fn set_person_language(app: &App, code: &'static str) -> HeaderValue {
    of_language(app, Use::PersonLanguage, code)
}

fn of_language(app: &App, of: Use, code: &'static str) -> HeaderValue {
    header_value(cookie(app, of, code, if code.is_empty() { 0 } else { 31_536_000 }))
}

fn secret(cookie: Cookie<'_>) -> HeaderValue {
    let mut value = header_value(cookie);
    value.set_sensitive(true);
    value
}

/// A cookie for this host and `/`, inaccessible to script; 0 seconds remove it.
fn cookie<'c>(app: &App, of: Use, value: &'c str, max_age: i64) -> Cookie<'c> {
    Cookie::build((of.name(&app.config), value))
        .path("/")
        .http_only(true)
        .secure(app.config.is_https())
        .same_site(SameSite::Lax)
        .max_age(time::Duration::seconds(max_age))
        .build()
}

fn header_value(cookie: Cookie<'_>) -> HeaderValue {
    // Names and values here are base64url or our own words, which are always valid.
    HeaderValue::from_str(&cookie.to_string()).unwrap_or(HeaderValue::from_static(""))
}
