//! Access tokens of other clients as they count here: at userinfo, introspection and revocation.

use crate::server::{
    App,
    secure::{
        client_jwt::{self, ClientClaims, IdClaims, UNKNOWN_KEY},
        jwt::Refused,
        keys::VerifyingKey,
    },
    service::{
        clients::Registry,
        keys::{RingName, TOKEN_LIFE_OF_OTHERS},
    },
};

use super::OAuthError;

/// The key of the rings for others with a name.
fn find(app: &App, kid: &str) -> Option<VerifyingKey> {
    let now_s = app.clock.now_s();
    RingName::ALL
        .into_iter()
        .filter(|name| *name != RingName::Own)
        .find_map(|name| app.tokens.keys.ring(name).find(kid, now_s).cloned())
}

/// The claims of an access token of another client that we have signed and that has not expired.
///
/// # Errors
/// The reason, for the log.
pub(super) fn signed(app: &App, token: &str) -> Result<ClientClaims, Refused> {
    let issuer = app.tokens.expected.issuer.as_str();
    let life = (issuer, TOKEN_LIFE_OF_OTHERS);
    client_jwt::verify(|kid| find(app, kid), life, app.clock.now_s(), token)
}

/// Whether such a token still counts: its client and its resource are in use, and nobody has ended its grant or the token itself. Asks no
/// database.
///
/// # Errors
/// `temporarily_unavailable` while the feed cannot be read.
pub(super) fn is_alive(
    app: &App,
    registry: &Registry,
    claims: &ClientClaims,
) -> Result<bool, OAuthError> {
    if app.tokens.revoked.is_blind(app.clock.now_ms()) {
        return Err(OAuthError::TemporarilyUnavailable(5));
    }
    let is_of_client = registry
        .enabled(&claims.client_id)
        .is_some_and(|client| claims.iat >= client.row.tokens_not_before);
    let is_for_resource = claims.aud == userinfo_uri(app)
        || registry.resource(&claims.aud).is_some_and(|to| to.row.disabled_at.is_none());
    let id = claims.sid.as_deref().unwrap_or(&claims.jti);
    Ok(is_of_client && is_for_resource && !app.tokens.revoked.has_ended(id))
}

/// The audience of tokens that open what Vestibule tells about a person.
pub(super) fn userinfo_uri(app: &App) -> String {
    format!("{}/oauth/userinfo", app.tokens.expected.issuer)
}

/// The claims of an ID token of ours that a client sends as a hint; none if its key is gone.
///
/// # Errors
/// `invalid_request` for one that is not ours, or of another client.
pub(super) fn hint(
    app: &App,
    client_id: &str,
    token: &str,
) -> Result<Option<IdClaims>, OAuthError> {
    let foreign = OAuthError::InvalidRequest("The id_token_hint is no ID token of this client.");
    match client_jwt::hint(|kid| find(app, kid), &app.tokens.expected.issuer, token) {
        Ok(claims) if claims.aud == client_id => Ok(Some(claims)),
        Err(Refused(UNKNOWN_KEY)) => Ok(None),
        _ => Err(foreign),
    }
}
