//! What a sign-in or refresh answers.

use crate::{
    model::{SessionId, SessionKind, SignedIn},
    server::{
        App,
        db::{sessions::SessionRow, users::UserRow},
        error::Result,
        secure::{
            CryptoError,
            jwt::{self, Claims},
            known_device::KnownDevice,
            session_token::SessionToken,
        },
        service::{profile, roles, token_claims},
    },
};

/// What goes out beside the body of an answer: the refresh token, and the name of a known browser.
pub struct Issued {
    /// The refresh token and the way it goes out.
    pub refresh: Option<(SessionKind, SessionToken)>,
    /// Seconds that the refresh token lives at most.
    pub max_age: i64,
    /// The browser that signed in, where it is not yet known as this person's.
    pub device: Option<KnownDevice>,
}

impl Issued {
    /// The refresh token, where it goes out in the body.
    pub fn in_body(&self) -> Option<String> {
        match &self.refresh {
            Some((SessionKind::Token, token)) => Some(token.expose().to_owned()),
            _ => None,
        }
    }
}

/// A session just opened or refreshed.
pub struct IssuedSession {
    /// The body of the answer; without the refresh token.
    pub signed_in: SignedIn,
    /// What goes out beside it.
    pub issued: Issued,
}

/// The name in the database of the way a session's refresh token goes out.
pub(super) fn kind_name(kind: Option<SessionKind>) -> &'static str {
    match kind {
        Some(SessionKind::Cookie) => "cookie",
        Some(SessionKind::Token) => "token",
        None => "none",
    }
}

/// The way a stored session's refresh token goes out.
pub(super) fn kind(row: &SessionRow) -> Option<SessionKind> {
    [SessionKind::Cookie, SessionKind::Token]
        .into_iter()
        .find(|kind| kind_name(Some(*kind)) == row.kind)
}

/// What an access token says beside who the person is.
pub(super) struct TokenGrant<'g> {
    pub(super) session: &'g SessionId,
    pub(super) generation: i64,
    /// When the person proved who they are, Unix seconds.
    pub(super) auth_time: i64,
    /// How they did: values of RFC 8176, separated by spaces.
    pub(super) amr: &'g str,
    /// How much that proves.
    pub(super) acr: &'g str,
    pub(super) client_id: &'g str,
    /// What the session was narrowed to, if it was.
    pub(super) scope: Option<&'g str>,
    /// When the session ends in any case, Unix seconds: no access token outlives it.
    pub(super) ends_at: i64,
}

impl<'g> TokenGrant<'g> {
    /// What a stored session grants.
    pub(super) fn of(
        row: &'g SessionRow,
        session: &'g SessionId,
        generation: i64,
        ends_at: i64,
    ) -> Self {
        Self {
            session,
            generation,
            auth_time: row.auth_time,
            amr: &row.amr,
            acr: &row.acr,
            client_id: &row.client_id,
            scope: row.scope.as_deref(),
            ends_at,
        }
    }
}

/// An access token, and the seconds that it lives.
pub(super) struct Minted {
    pub(super) access_token: String,
    pub(super) expires_in: u32,
}

/// Signs an access token for a person and session.
pub(super) fn mint(app: &App, user: &UserRow, grant: &TokenGrant<'_>) -> Result<Minted> {
    let now = app.clock.now();
    let claims = claims(app, user, grant, now + app.tokens.life()?);
    let ring = app.tokens.keys.ring();
    let signing = ring.signing(now).ok_or(CryptoError("no signing key"))?;
    let expires_in = (claims.exp - now).max(0) as u32;
    Ok(Minted { access_token: jwt::sign(&signing.key, &claims)?, expires_in })
}

/// What an access token of a person and session says, if it expires at this time or with the session.
pub(super) fn claims(app: &App, user: &UserRow, grant: &TokenGrant<'_>, expires_at: i64) -> Claims {
    let roles = roles::of(user.roles.as_deref());
    let now = app.clock.now();
    let exp = grant.ends_at.min(expires_at);
    let chosen = token_claims::of(&app.config.token_claims, user);
    Claims {
        iss: app.tokens.expected.issuer.clone(),
        aud: app.tokens.expected.audience.clone(),
        sub: user.id.clone(),
        exp,
        iat: now,
        jti: app.clock.new_id(),
        sid: grant.session.clone(),
        client_id: grant.client_id.to_owned(),
        scope: narrowed(roles::scope(&roles), grant.scope),
        roles: roles.iter().map(|role| role.as_str().to_owned()).collect(),
        auth_time: grant.auth_time,
        amr: grant.amr.split(' ').map(str::to_owned).collect(),
        acr: Some(grant.acr.to_owned()),
        generation: grant.generation,
        epoch: user.epoch,
        preferred_username: chosen.preferred_username,
        email: chosen.email,
        external_id: chosen.external_id,
        app_metadata: chosen.app_metadata,
    }
}

/// The words of a scope that a session was narrowed to, if it was.
fn narrowed(scope: String, to: Option<&str>) -> String {
    let Some(to) = to else {
        return scope;
    };
    let words = scope.split(' ').filter(|word| to.split(' ').any(|kept| kept == *word));
    words.collect::<Vec<_>>().join(" ")
}

/// The body of the answer.
pub(super) fn answer(user: UserRow, minted: Minted) -> SignedIn {
    let Minted { access_token, expires_in } = minted;
    SignedIn {
        message: "Login Success".into(),
        token: access_token.clone(),
        access_token,
        token_type: "Bearer".into(),
        expires_in,
        user: profile::view(user),
        refresh_token: None,
    }
}
