//! A request at the token endpoint, and its answer.

use std::sync::Arc;

use serde::Serialize;

use super::{OAuthError, Params};
use crate::server::{
    App,
    service::{
        ClientInfo,
        clients::{Client, Registry},
    },
};

/// The answer of the token endpoint (RFC 6749 section 5.1).
#[derive(Clone, Debug, Serialize)]
pub struct TokenAnswer {
    /// The access token.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Its lifetime in seconds.
    pub expires_in: i64,
    /// Its scope.
    pub scope: String,
    /// The next refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The ID token, if the scope has `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}

/// A request at the token endpoint, whose client has shown who it is.
pub(super) struct TokenRequest<'r> {
    pub(super) app: &'r App,
    pub(super) registry: &'r Arc<Registry>,
    pub(super) client: &'r Arc<Client>,
    pub(super) params: &'r Params,
    pub(super) client_info: &'r ClientInfo,
}

impl TokenRequest<'_> {
    /// The one resource that the request names.
    ///
    /// # Errors
    /// `invalid_target` for more than one.
    pub(super) fn resource(&self) -> Result<Option<&str>, OAuthError> {
        let mut named = self.params.all("resource");
        let first = named.next();
        match named.next() {
            Some(_) => Err(OAuthError::InvalidTarget),
            None => Ok(first),
        }
    }
}
