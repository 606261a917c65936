use super::{
    OAuthError, Params, Shown, TokenAnswer, authenticate, code, machine, refresh,
    token_request::TokenRequest,
};
use crate::server::{App, service::ClientInfo};

/// The grant types of the token endpoint.
pub const GRANT_TYPES: [&str; 3] = ["authorization_code", "refresh_token", "client_credentials"];

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
