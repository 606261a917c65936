//! Where a request comes from.

use std::{convert::Infallible, net::SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{header, request::Parts},
};

use crate::server::service::Visitor;

/// How much of a user agent's text is kept.
const AGENT_MAX: usize = 256;

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(of(parts))
    }
}

/// The peer's address and what it calls itself. Forwarding headers are not believed.
pub fn of(parts: &Parts) -> Visitor {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    Visitor {
        client_ip: peer.map(|peer| peer.0.ip().to_canonical().to_string()),
        user_agent: agent.map(|agent| agent.chars().take(AGENT_MAX).collect()),
    }
}
