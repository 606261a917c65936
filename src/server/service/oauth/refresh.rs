//! Tokens for a refresh token of a client (RFC 6749 section 6).

use parking_lot::Mutex;

use super::{
    OAuthError, TokenAnswer,
    claims::{AccessToken, OfGrant, access_token, id_token},
    scopes::{Target, has, target},
    token_request::TokenRequest,
};
use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{session_users::SessionUserRow, sessions::SessionRow},
        service::{
            clients::{Audience, Client, Registry},
            profile,
            proof::Acr,
            roles,
            session::{GrantOf, Refreshed, advance},
        },
    },
};

/// Exchanges a refresh token for its successor and new tokens, by the rules of our own: an honest repetition gets the same successor.
/// What is asked for is within what was granted; narrowed, it is so in this access token alone.
///
/// # Errors
/// `invalid_grant`, `invalid_scope`, `invalid_target`; nothing is spent then.
pub(super) async fn refresh(request: &TokenRequest<'_>) -> Result<TokenAnswer, OAuthError> {
    let TokenRequest { app, registry, client, params, client_info } = request;
    let presented = params
        .one("refresh_token")
        .ok_or(OAuthError::InvalidRequest("There is no refresh_token."))?;
    let (asked, resource) = (params.one("scope"), request.resource()?);
    // What the check finds, apart from the error of the service.
    let found: Mutex<Option<Result<Target, OAuthError>>> = Mutex::default();
    let check = |row: &SessionUserRow| {
        let wanted = wanted(app, registry, client, row, (asked, resource));
        let is_good = wanted.is_ok();
        *found.lock() = Some(wanted);
        if is_good { Ok(()) } else { Err(ErrorCode::InvalidGrant.into()) }
    };
    let advanced = advance(app, presented, client.id(), client_info, check).await;
    let wanted = found.into_inner();
    if let Some(Err(refused)) = wanted {
        return Err(refused);
    }
    let Refreshed { session, user, token } = advanced?;
    let target = wanted.ok_or(OAuthError::ServerError)??;
    let names = roles::names_in_session(&app.config, &user, &session.acr);
    let allowed = registry.scopes_of(client);
    let left = granted(&session).into_iter().filter(|word| allowed.contains(word));
    let left = left.collect::<Vec<_>>().join(" ");
    let grant = OfGrant { session: &session, roles: &names, scope: &left };
    let AccessToken { text, expires_in, scope } =
        access_token(app, client, target, Some(&grant)).await?;
    let id_token = match has(&left, "openid") {
        true => {
            let view = profile::view(user);
            Some(id_token(app, client, grant, &view, (&text, None)).await?)
        }
        false => None,
    };
    Ok(TokenAnswer {
        access_token: text,
        token_type: "Bearer",
        expires_in,
        scope,
        refresh_token: Some(token.expose().to_owned()),
        id_token,
    })
}

/// The resource and the scope of the next access token.
fn wanted(
    app: &App,
    registry: &Registry,
    client: &Client,
    row: &SessionUserRow,
    (asked, resource): (Option<&str>, Option<&str>),
) -> Result<Target, OAuthError> {
    let names = roles::names_in_session(&app.config, &row.user, &row.session.acr);
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let wanted_acr = client.settings.require_acr.as_deref();
    let is_too_weak =
        wanted_acr == Some(Acr::Aal2.as_str()) && row.session.acr != Acr::Aal2.as_str();
    // A client of a deleted one's name has nothing of its grants.
    if !client.is_for(&names) || is_too_weak || row.session.created_at < client.row.created_at {
        return Err(OAuthError::InvalidGrant);
    }
    let granted = granted(&row.session);
    let allowed = registry.scopes_of(client);
    let scope: Vec<String> = match asked {
        None => granted.into_iter().filter(|word| allowed.contains(word)).collect(),
        Some(text) => {
            let asked: Vec<_> =
                text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
            if !asked.iter().all(|word| granted.contains(word) && allowed.contains(word)) {
                return Err(OAuthError::InvalidScope);
            }
            asked
        }
    };
    if scope.is_empty() {
        return Err(OAuthError::InvalidScope);
    }
    let of = GrantOf::read(&row.session)?;
    let target = target(registry, client, &scope, (&of.resources, resource))?;
    // The same word may be one of a resource that the client got since, and about which nobody was asked.
    match &target.audience {
        Audience::Resource(to) if !of.allowed.contains(&to.row.uri) => {
            Err(OAuthError::InvalidTarget)
        }
        _ => Ok(target),
    }
}

fn granted(session: &SessionRow) -> Vec<String> {
    let scope = session.scope.as_deref().unwrap_or_default();
    scope.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
