//! Tokens for a program that acts for itself (RFC 6749 section 4.4).

use super::{
    OAuthError, TokenAnswer,
    claims::{AccessToken, access_token},
    scopes::target,
    token_request::TokenRequest,
};
use crate::server::service::clients::is_word;

/// Gives a program an access token of its own: without a refresh token, and without an ID token.
///
/// # Errors
/// `invalid_scope` for more than the client may ask for, `invalid_target`.
pub(super) async fn issue(request: &TokenRequest<'_>) -> Result<TokenAnswer, OAuthError> {
    let TokenRequest { app, registry, client, params, .. } = request;
    let allowed = registry.scopes_of(client);
    let scope = match params.one("scope") {
        None => allowed,
        Some(text) => {
            let asked: Vec<_> = text.split(' ').filter(|word| !word.is_empty()).collect();
            let may = |word: &&str| is_word(word) && allowed.iter().any(|own| own == word);
            if asked.is_empty() || !asked.iter().all(may) {
                return Err(OAuthError::InvalidScope);
            }
            asked.into_iter().map(str::to_owned).collect()
        }
    };
    if scope.is_empty() {
        return Err(OAuthError::InvalidScope);
    }
    let target = target(registry, client, &scope, (&[], request.resource()?))?;
    let AccessToken { text, expires_in, scope } = access_token(app, client, target, None).await?;
    Ok(TokenAnswer {
        access_token: text,
        token_type: "Bearer",
        expires_in,
        scope,
        refresh_token: None,
        id_token: None,
    })
}
