use serde_json::{Map, Value, json};

use super::{
    OAuthError, Params, Shown, authenticate,
    verify::{is_alive, signed},
};
use crate::server::{
    App,
    db::session_users,
    secure::{client_jwt::ClientClaims, session_token::SessionToken},
    service::{
        ClientInfo,
        clients::{Client, Registry},
        profile, session,
        session::rotation::Presenter,
    },
};

/// Whether a token is valid, and what it says (RFC 7662). Only its own client, and those that its resource names, are told; to others, and
/// about anything else, it is not active.
///
/// # Errors
/// `invalid_client`; `unauthorized_client` for one without a secret; `invalid_request`.
pub async fn introspect(
    app: &App,
    authorization: Option<&str>,
    params: &Params,
    client_info: &ClientInfo,
) -> Result<Value, OAuthError> {
    let (registry, client, token) = asked(app, authorization, params, client_info).await?;
    if !client.settings.is_confidential() {
        return Err(OAuthError::UnauthorizedClient("A client without a secret may not ask."));
    }
    let told = match signed(app, token) {
        Ok(claims) => {
            let is_its_own = claims.client_id == client.id();
            let names_it = registry.resource(&claims.aud).is_some_and(|resource| {
                resource.settings.introspectors.iter().any(|name| name == client.id())
            });
            match (is_its_own || names_it) && is_alive(app, &registry, &claims)? {
                true => serde_json::to_value(&as_of_now(app, claims).await?).ok(),
                false => None,
            }
        }
        Err(_) => refresh_token(app, &client, token).await?,
    };
    let mut answer = match told {
        Some(Value::Object(told)) => told,
        _ => return Ok(json!({ "active": false })),
    };
    answer.insert("active".into(), json!(true));
    answer.entry("token_type").or_insert(json!("Bearer"));
    Ok(Value::Object(answer))
}

/// The claims with those of their roles that the person still has.
async fn as_of_now(app: &App, mut claims: ClientClaims) -> Result<ClientClaims, OAuthError> {
    if let (Some(roles), Ok(user)) = (&mut claims.roles, claims.sub.parse()) {
        let now = match profile::recent(app, &user).await {
            Ok(view) => view.roles.clone(),
            Err(error) if error.code().status() == 404 => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        roles.retain(|role| now.contains(role));
    }
    Ok(claims)
}

/// The client of such a request, and the token that it is about.
///
/// # Errors
/// `invalid_client`, `invalid_request`.
pub(super) async fn asked<'p>(
    app: &App,
    authorization: Option<&str>,
    params: &'p Params,
    client_info: &ClientInfo,
) -> Result<(std::sync::Arc<Registry>, std::sync::Arc<Client>, &'p str), OAuthError> {
    if params.are_repeated() {
        return Err(OAuthError::InvalidRequest("A parameter stands twice."));
    }
    let registry = app.clients.now();
    let shown = Shown::read(authorization, params)?;
    let client = authenticate(app, &registry, &shown, client_info).await?;
    let token = params.one("token").ok_or(OAuthError::InvalidRequest("There is no token."))?;
    Ok((registry, client, token))
}

/// What a refresh token of this client says, if it would be exchanged now.
async fn refresh_token(
    app: &App,
    client: &Client,
    token: &str,
) -> Result<Option<Value>, OAuthError> {
    let Some(presented) = SessionToken::parse(&app.tokens.grant_mac, token) else {
        return Ok(None);
    };
    let row = session_users::by_session(&app.db, presented.session.as_str()).await?;
    let Some(row) = row.filter(|row| {
        row.session.client_id == client.id() && row.session.created_at >= client.row.created_at
    }) else {
        return Ok(None);
    };
    let now_ms = app.clock.now_ms();
    let is_current = session::chain(&row.session, &app.config)
        .present(&presented, Presenter::Same, now_ms)
        .is_ok();
    if !is_current
        || row.user.disabled_at.is_some()
        || session::is_orphan(app, &row.session).await?
    {
        return Ok(None);
    }
    let mut told = Map::new();
    told.insert("client_id".into(), json!(client.id()));
    told.insert("sub".into(), json!(super::claims::subject(client, &row.session.user_id)));
    told.insert("scope".into(), json!(row.session.scope));
    told.insert("exp".into(), json!(row.session.idle_expires_at.min(row.session.expires_at)));
    told.insert("sid".into(), json!(row.session.id));
    told.insert("token_type".into(), json!("refresh_token"));
    Ok(Some(Value::Object(told)))
}
