//! Where the answer to a request goes, or why it can go nowhere.

use super::{AuthorizationRequest, OAuthError, ResponseMode};

/// Where an answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    /// The redirect URI.
    pub redirect_uri: String,
    /// How it gets there.
    pub mode: ResponseMode,
    /// Returned as it came.
    pub state: Option<String>,
}

impl From<&AuthorizationRequest> for Back {
    fn from(request: &AuthorizationRequest) -> Self {
        Self {
            redirect_uri: request.redirect_uri.clone(),
            mode: request.mode,
            state: request.state.clone(),
        }
    }
}

/// What is wrong with a request whose answer can go nowhere: a person reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoWayBack {
    /// The request cannot be read.
    Malformed,
    /// No client has this id, or it is disabled.
    Client,
    /// The redirect URI is none of the client.
    RedirectUri,
    /// The stored request is over, or of another client.
    Over,
}

/// The reason why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A page says so, and nobody is sent anywhere (S84).
    Page(NoWayBack),
    /// The client is told.
    Client(Box<Back>, OAuthError),
}
