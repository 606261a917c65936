use std::sync::Arc;

use serde::Serialize;

use super::{OAuthError, Params, Shown, authenticate, code, machine, refresh};
use crate::server::{
    App,
    service::{
        ClientInfo,
        clients::{Client, Registry},
    },
};

/// The grant types of the token endpoint.
pub const GRANT_TYPES: [&str; 3] = ["authorization_code", "refresh_token", "client_credentials"];

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

/// Gives a client tokens (RFC 6749 sections 4.1.3, 4.4.2 and 6).
///
/// # Errors
/// The refusal.
pub async fn token(
    app: &App,
    authorization: Option<&str>,
    params: &Params,
    client_info: &ClientInfo,
) -> Result<TokenAnswer, OAuthError> {
    if params.are_repeated() {
        return Err(OAuthError::InvalidRequest("A parameter stands twice."));
    }
    let registry = app.clients.now();
    let shown = Shown::read(authorization, params)?;
    let client = authenticate(app, &registry, &shown, client_info).await?;
    let grant_type =
        params.one("grant_type").ok_or(OAuthError::InvalidRequest("There is no grant_type."))?;
    let has_people = client.settings.kind.has_people();
    let request = TokenRequest { app, registry: &registry, client: &client, params, client_info };
    match grant_type {
        "authorization_code" if has_people => code::exchange(&request).await,
        "refresh_token" if has_people => refresh::refresh(&request).await,
        "client_credentials" if !has_people => machine::issue(&request).await,
        known if GRANT_TYPES.contains(&known) => {
            Err(OAuthError::UnauthorizedClient("This grant type is for another kind of client."))
        }
        _ => Err(OAuthError::UnsupportedGrantType),
    }
}
