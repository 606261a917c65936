//! The client of a request.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{header, request::Parts},
};

use super::{address, cookies};
use crate::server::{
    App,
    service::{ClientInfo, flows::BrowserToken, limits::attempt::known_device, session_user},
};

/// Maximum stored length of a user agent.
const AGENT_MAX: usize = 256;

impl FromRequestParts<App> for ClientInfo {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(of(app, parts))
    }
}

/// The client's address, if the peer's is known.
pub fn address(app: &App, parts: &Parts) -> Option<IpAddr> {
    let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(address::of_client(peer.ip(), &parts.headers, &app.config.proxies))
}

/// The client's address, its user agent, and what its cookies say.
pub fn of(app: &App, parts: &Parts) -> ClientInfo {
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    ClientInfo {
        client_ip: address(app, parts).map(|address| address.to_string()),
        user_agent: agent.map(|agent| agent.chars().take(AGENT_MAX).collect()),
        device: cookies::device(app, &parts.headers).and_then(|cookie| known_device(app, cookie)),
        trusted: cookies::trusted(app, &parts.headers),
        session: cookies::session(app, &parts.headers)
            .and_then(|cookie| session_user::session_of(app, cookie)),
        browser: cookies::browser(app, &parts.headers).and_then(BrowserToken::parse),
    }
}
