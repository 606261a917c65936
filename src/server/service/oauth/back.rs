//! Where the answer to a request goes, or why it can go nowhere.

use serde::{Deserialize, Serialize};

use super::OAuthError;

/// How the answer gets to the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    #[default]
    Query,
    /// As a form that the browser posts there.
    FormPost,
}

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
