//! Tokens for a code (RFC 6749 section 4.1.3).

use std::sync::Arc;

use futures::FutureExt;

use super::{
    AuthorizationRequest, OAuthError, TokenAnswer,
    claims::{AccessToken, OfGrant, access_token, id_token},
    scopes::{by_resource, has, missing, target},
    token_request::TokenRequest,
};
use crate::{
    model::SessionId,
    server::{
        App,
        db::{
            authorizations::{self, AuthorizationRow},
            consents, sessions,
            sessions::SessionRow,
            users::{self, UserRow},
        },
        error::Error,
        secure::{one_time::AuthorizationCode, pkce, session_token::SessionToken},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            clients::{Client, Consent, OFFLINE, Registry},
            profile, roles,
            session::{Ended, Ending, GrantOf, NewGrant, current, end_grant},
        },
    },
};

/// Exchanges a code for tokens. Whatever does not fit is found before the code is spent; a code that fits in everything and is spent was
/// stolen, and its grant ends (RFC 9700 section 2.1.1, S85).
///
/// # Errors
/// `invalid_grant`, `invalid_target`, `invalid_scope`.
pub(super) async fn exchange(token_request: &TokenRequest<'_>) -> Result<TokenAnswer, OAuthError> {
    let TokenRequest { app, registry, client, params, client_info } = token_request;
    let code = params.one("code").ok_or(OAuthError::InvalidRequest("There is no code."))?;
    let code = AuthorizationCode::parse(code).ok_or(OAuthError::InvalidGrant)?;
    let row = authorizations::by_code(&app.db, code.hash().as_str()).await?;
    let row = row.filter(|row| row.client_id == client.id()).ok_or(OAuthError::InvalidGrant)?;
    let request: AuthorizationRequest = serde_json::from_str(&row.request)
        .map_err(|error| Error::Internal(format!("stored request: {error}")))?;
    let is_of_uri = params.one("redirect_uri").is_none_or(|uri| uri == request.redirect_uri);
    let is_of_verifier = match (&request.challenge, params.one("code_verifier")) {
        (Some(challenge), Some(verifier)) => pkce::fits(challenge, verifier),
        (None, None) => true,
        _ => false,
    };
    if !is_of_uri || !is_of_verifier {
        return Err(OAuthError::InvalidGrant);
    }
    // Words may have been taken off the client since.
    let allowed = registry.scopes_of(client);
    let scope: Vec<String> = words(&row).filter(|word| allowed.contains(word)).collect();
    if scope.is_empty() {
        return Err(OAuthError::InvalidGrant);
    }
    let target = target(registry, client, &scope, (&request.resources, token_request.resource()?))?;
    if row.exchanged_at.is_some() {
        return Err(replayed(app, client, &row, client_info).await);
    }
    if row.code_expires_at.is_none_or(|at| at <= app.clock.now_s())
        || !client.is_redirect(&request.redirect_uri)
    {
        return Err(OAuthError::InvalidGrant);
    }
    let granted = AuthorizationRow { scope: Some(scope.join(" ")), ..row.clone() };
    let opened = open(app, registry, client, (granted, request.clone()), client_info).await?;
    let Opened::Grant(opened) = opened else {
        return Err(replayed(app, client, &row, client_info).await);
    };
    let (user, session, token) = *opened;
    let answer = answer(app, client, &request, (&user, &session), target).await;
    match answer {
        Ok(answer) => Ok(TokenAnswer { refresh_token: Some(token.expose().to_owned()), ..answer }),
        Err(error) => {
            // Half a grant would be one that nobody knows of.
            end_grant(app, &session.id, client.id(), Ending::Client, client_info).await?;
            Err(error)
        }
    }
}

async fn answer(
    app: &App,
    client: &Client,
    request: &AuthorizationRequest,
    (user, session): (&UserRow, &SessionRow),
    target: super::scopes::Target,
) -> Result<TokenAnswer, OAuthError> {
    let view = profile::view(user.clone());
    let roles = roles::names_in_session(&app.config, user, &session.acr);
    let left = session.scope.as_deref().unwrap_or_default();
    let grant = OfGrant { session, roles: &roles, scope: left };
    let AccessToken { text, expires_in, scope } =
        access_token(app, client, target, Some(&grant)).await?;
    let id_token = match has(left, "openid") {
        true => Some(id_token(app, client, grant, &view, (&text, Some(request))).await?),
        false => None,
    };
    Ok(TokenAnswer {
        access_token: text,
        token_type: "Bearer",
        expires_in,
        scope,
        refresh_token: None,
        id_token,
    })
}

fn words(row: &AuthorizationRow) -> impl Iterator<Item = String> + '_ {
    row.scope.as_deref().unwrap_or_default().split(' ').map(str::to_owned)
}

/// Ends the grant of a code that was used twice.
async fn replayed(
    app: &App,
    client: &Client,
    row: &AuthorizationRow,
    client_info: &ClientInfo,
) -> OAuthError {
    let Some(Ok(grant)) = row.grant_id.as_ref().map(|id| id.parse::<SessionId>()) else {
        return OAuthError::InvalidGrant;
    };
    match end_grant(app, &grant, client.id(), Ending::CodeReplay, client_info).await {
        Ok(_) => OAuthError::InvalidGrant,
        Err(error) => error.into(),
    }
}

/// What came of the unit of work.
enum Opened {
    /// The grant, with its account and its refresh token.
    Grant(Box<(UserRow, SessionRow, SessionToken)>),
    /// Another request was faster with the same code.
    Spent,
}

/// Spends the code and opens its grant, if everything is as it was when the person allowed it: the account, its session, its roles, its
/// consent and the client.
async fn open(
    app: &App,
    registry: &Arc<Registry>,
    client: &Arc<Client>,
    (row, request): (AuthorizationRow, AuthorizationRequest),
    client_info: &ClientInfo,
) -> Result<Opened, OAuthError> {
    let (owned, registry, client) = (app.clone(), registry.clone(), client.clone());
    let client_info = client_info.clone();
    let (record, ended) = (Record::new(app, &client_info), Ended::new(app));
    let written = app.db.write(move |tx| {
        async move {
            let (app, mut ended) = (owned, ended);
            let now_s = app.clock.now_s();
            let known = row.user_id.zip(row.session_id).zip(row.epoch).zip(row.grant_id);
            let Some((((user_id, session_id), epoch), grant_id)) = known else {
                return Ok(None);
            };
            // The account's row first, as everywhere.
            users::lock(tx, &user_id).await?;
            let Some(user) = users::by_id_in(tx, &user_id).await? else {
                return Ok(None);
            };
            if user.disabled_at.is_some() || user.erase_after.is_some() || user.epoch != epoch {
                return Ok(None);
            }
            let Some(parent) = current(tx, &session_id).await? else {
                return Ok(None);
            };
            let roles = roles::names_in_session(&app.config, &user, &parent.acr);
            let names: Vec<_> = roles.iter().map(String::as_str).collect();
            if !client.is_for(&names) {
                return Ok(None);
            }
            let scope = row.scope.unwrap_or_default();
            let words: Vec<String> = scope.split(' ').map(str::to_owned).collect();
            let wanted = by_resource(&registry, &client, &words, &request.resources);
            if client.settings.consent == Consent::Ask {
                let given = consents::of_in(tx, &user_id, client.id()).await?;
                if !missing(&wanted, &given, &client.row.settings_hash).is_empty() {
                    return Ok(None);
                }
            }
            if !authorizations::exchange(tx, &row.id, now_s).await? {
                return Ok(Some((None, ended)));
            }
            let id: SessionId = grant_id.parse()?;
            let (idle, life) = client.settings.grant_lives();
            let about = wanted.into_iter().map(|(resource, _)| resource);
            let of = GrantOf {
                resources: request.resources.clone(),
                allowed: about.filter(|resource| !resource.is_empty()).collect(),
                idle,
            };
            let new = NewGrant {
                id: &id,
                client_id: client.id(),
                scope: &scope,
                of: &of,
                life,
                is_offline: has(&scope, OFFLINE),
                client_info: &client_info,
            };
            let opened = new.write(&app, tx, &user, &parent, &record, &mut ended).await?;
            let Some((token, _)) = opened else {
                return Err(Undone::Over);
            };
            let session = sessions::by_id_in(tx, id.as_str()).await?;
            let session = session.ok_or_else(|| Error::Internal("a grant vanished".into()))?;
            consents::touch(tx, &user_id, client.id(), now_s).await?;
            let record = record
                .about("client", client.id())
                .about("scope", scope.as_str())
                .about("session", id.as_str());
            let event = (Kind::AppStart, Outcome::Success);
            record.write(tx, event, Actor::Person(&user_id), Some(&user_id)).await?;
            Ok(Some((Some(Box::new((user, session, token))), ended)))
        }
        .boxed()
    });
    let written = match written.await {
        Ok(written) => written,
        Err(Undone::Over) => None,
        Err(Undone::Other(error)) => return Err(error.into()),
    };
    match written {
        None => Err(OAuthError::InvalidGrant),
        Some((opened, ended)) => {
            ended.make_known();
            Ok(opened.map_or(Opened::Spent, Opened::Grant))
        }
    }
}

/// Why the unit was undone.
#[derive(Debug)]
enum Undone {
    /// The session that the code came from is over.
    Over,
    /// The service failed.
    Other(Error),
}

impl<E: Into<Error>> From<E> for Undone {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}
