//! Where a request comes from.

use std::{convert::Infallible, net::SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{header, request::Parts},
};

use super::{address, cookies};
use crate::server::{
    App,
    service::{Visitor, limits::attempt::known_device, viewer},
};

/// How much of a user agent's text is kept.
const AGENT_MAX: usize = 256;

impl FromRequestParts<App> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(of(app, parts))
    }
}

/// The client's address, what it calls itself, and whether it has signed in on this device before.
pub fn of(app: &App, parts: &Parts) -> Visitor {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let address =
        peer.map(|peer| address::of_client(peer.0.ip(), &parts.headers, &app.config.proxies));
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    Visitor {
        client_ip: address.map(|address| address.to_string()),
        user_agent: agent.map(|agent| agent.chars().take(AGENT_MAX).collect()),
        device: cookies::device(app, &parts.headers).and_then(|cookie| known_device(app, cookie)),
        session: cookies::session(app, &parts.headers)
            .and_then(|cookie| viewer::session_of(app, cookie)),
    }
}
