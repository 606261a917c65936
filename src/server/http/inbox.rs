//! Who may look into the inbox of a developer: somebody on this machine, with the key of this start or as an administrator.

use std::net::SocketAddr;

use axum::{
    extract::ConnectInfo,
    http::{HeaderName, header, request::Parts},
};

use super::cookies;
use crate::server::{App, mail::Inbox, service::session_user::SessionUser};

/// Headers by which a proxy says that it carries the request of somebody else.
const FORWARDED: [HeaderName; 6] = [
    header::FORWARDED,
    header::VIA,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
];

/// The inbox, if mails go there and the request comes from this machine, past no proxy. There is one only if listen address
/// and public URL are loopback.
pub fn of<'a>(app: &'a App, parts: &Parts) -> Option<&'a Inbox> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical();
    let is_forwarded = FORWARDED.iter().any(|name| parts.headers.contains_key(name));
    let is_here = app.config.is_loopback() && app.config.listen.ip().is_loopback();
    match is_here && peer.is_loopback() && !is_forwarded {
        true => app.mail.mailer()?.inbox(),
        false => None,
    }
}

/// Whether a request may read the inbox: `key` is that of its query.
pub fn admits(
    app: &App,
    inbox: &Inbox,
    parts: &Parts,
    key: Option<&str>,
    session_user: Option<&SessionUser>,
) -> bool {
    let shown = key.or_else(|| cookies::inbox(app, &parts.headers));
    shown.is_some_and(|key| inbox.is_key(key)) || session_user.is_some_and(SessionUser::is_admin)
}
