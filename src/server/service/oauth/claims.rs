//! The claims of tokens and of userinfo: one place says what a client learns about a person.

use serde_json::{Map, Value, json};

use super::{
    OAuthError,
    request::AuthorizationRequest,
    scopes::{ROLES, Target, has},
    sign::sign,
    verify::userinfo_uri,
};
use crate::{
    model::{Field, UserView},
    server::{
        App,
        db::sessions::SessionRow,
        secure::client_jwt::{self, ClientClaims, IdClaims},
        service::clients::{Audience, Client, IdTokenClaims},
    },
};

/// Lifetime of an ID token, in seconds.
const ID_TOKEN_LIFE: i64 = 600;

/// The person as a client knows them.
pub(super) fn subject<'u>(_client: &Client, user_id: &'u str) -> &'u str {
    user_id
}

/// What a scope tells about a person (OpenID Connect Core section 5.4), with the roles that they have in the session.
pub(super) fn about(user: &UserView, scope: &str, roles: &[String]) -> Map<String, Value> {
    let has = |word: &str| has(scope, word);
    let mut claims = Map::new();
    let mut put = |name: &str, value: Value| drop(claims.insert(name.to_owned(), value));
    if has("profile") {
        put("name", json!(user.name()));
        put("preferred_username", json!(user.username));
        let language = user.profile.of(Field::Language);
        if !language.is_empty() {
            put("locale", json!(language));
        }
    }
    if has("email")
        && let Some(email) = &user.email
    {
        put("email", json!(email));
        put("email_verified", json!(user.email_verified));
    }
    if has(ROLES) {
        put("roles", json!(roles));
    }
    claims
}

/// An access token and its lifetime in seconds.
pub(super) struct AccessToken {
    pub(super) text: String,
    pub(super) expires_in: i64,
    pub(super) scope: String,
}

/// The grant of an access token; none for a program that acts for itself.
pub(super) struct OfGrant<'g> {
    pub(super) session: &'g SessionRow,
    /// Names of the roles that the person has in it.
    pub(super) roles: &'g [String],
    /// The scope that is left of it.
    pub(super) scope: &'g str,
}

/// Signs an access token for a resource.
///
/// # Errors
/// `server_error`, `temporarily_unavailable`.
pub(super) async fn access_token(
    app: &App,
    client: &Client,
    target: Target,
    grant: Option<&OfGrant<'_>>,
) -> Result<AccessToken, OAuthError> {
    let now_s = app.clock.now_s();
    let Target { audience, scope } = target;
    let ends_at = grant.map_or(i64::MAX, |grant| grant.session.expires_at);
    let exp = ends_at.min(now_s + audience.token_life());
    let sub = match grant {
        Some(grant) => subject(client, &grant.session.user_id).to_owned(),
        None => format!("client:{}", client.id()),
    };
    let roles = grant.filter(|_| has(&scope, ROLES));
    let claims = ClientClaims {
        iss: app.tokens.expected.issuer.clone(),
        aud: match &audience {
            Audience::Userinfo => userinfo_uri(app),
            Audience::Resource(resource) => resource.row.uri.clone(),
        },
        sub,
        client_id: client.id().to_owned(),
        exp,
        iat: now_s,
        jti: app.clock.new_id(),
        scope: scope.clone(),
        roles: roles.map(|grant| grant.roles.to_vec()),
        sid: grant.map(|grant| grant.session.id.to_string()),
        auth_time: grant.map(|grant| grant.session.auth_time),
        acr: grant.map(|grant| grant.session.acr.clone()),
    };
    let algorithm = audience.algorithm();
    let text = sign(app, algorithm, move |key| client_jwt::sign(key, &claims)).await?;
    Ok(AccessToken { text, expires_in: exp - now_s, scope })
}

/// Signs an ID token for a grant. `request` is that of the code, and none at a refresh, whose ID token has no nonce.
///
/// # Errors
/// `server_error`, `temporarily_unavailable`.
pub(super) async fn id_token(
    app: &App,
    client: &Client,
    grant: OfGrant<'_>,
    user: &UserView,
    (access_token, request): (&str, Option<&AuthorizationRequest>),
) -> Result<String, OAuthError> {
    let OfGrant { session, roles, scope } = grant;
    let now_s = app.clock.now_s();
    let algorithm = client.settings.id_token_alg.into();
    let more = match client.settings.id_token_claims {
        IdTokenClaims::None => Map::new(),
        IdTokenClaims::All => about(user, scope, roles),
    };
    let claims = IdClaims {
        iss: app.tokens.expected.issuer.clone(),
        sub: subject(client, &session.user_id).to_owned(),
        aud: client.id().to_owned(),
        exp: now_s + ID_TOKEN_LIFE,
        iat: now_s,
        auth_time: session.auth_time,
        sid: session.id.to_string(),
        nonce: request.and_then(|request| request.nonce.clone()),
        acr: session.acr.clone(),
        amr: session.amr.split(' ').map(str::to_owned).collect(),
        at_hash: Some(client_jwt::half_hash(algorithm, access_token)),
        more,
    };
    Ok(sign(app, algorithm, move |key| client_jwt::sign_id(key, &claims)).await?)
}
