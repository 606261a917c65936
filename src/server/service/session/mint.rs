//! The answer to a sign-in or refresh.

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
        service::{
            keys::RingName,
            profile, roles,
            token_claims::{self, ChosenClaims},
            trusted::IssuedTrust,
        },
    },
};

/// The part of an answer outside of its body: the refresh token, and the known device.
pub struct Issued {
    /// The refresh token and its transport.
    pub refresh: Option<(SessionKind, SessionToken)>,
    /// Maximum lifetime of the refresh token, in seconds.
    pub max_age: i64,
    /// The known device of the browser, if it is new for this account.
    pub device: Option<KnownDevice>,
    /// The cookie of a browser that is trusted.
    pub trust: Option<IssuedTrust>,
}

impl Issued {
    /// The refresh token, if it is sent in the body.
    pub fn in_body(&self) -> Option<String> {
        match &self.refresh {
            Some((SessionKind::Token, token)) => Some(token.expose().to_owned()),
            _ => None,
        }
    }
}

/// A session that was just opened or refreshed.
pub struct IssuedSession {
    /// The body of the answer, without the refresh token.
    pub signed_in: SignedIn,
    /// The rest of the answer.
    pub issued: Issued,
    /// Recovery codes of an app that the sign-in has set up, shown once.
    pub recovery_codes: Vec<String>,
}

/// The name of a refresh token's transport in the database.
pub(super) fn kind_name(kind: Option<SessionKind>) -> &'static str {
    match kind {
        Some(SessionKind::Cookie) => "cookie",
        Some(SessionKind::Token) => "token",
        None => "none",
    }
}

/// The transport of a stored session's refresh token.
pub(super) fn kind(row: &SessionRow) -> Option<SessionKind> {
    [SessionKind::Cookie, SessionKind::Token]
        .into_iter()
        .find(|kind| kind_name(Some(*kind)) == row.kind)
}

/// The claims of an access token besides the account.
pub(super) struct TokenGrant<'g> {
    pub(super) session: &'g SessionId,
    pub(super) generation: i64,
    /// Time of authentication, in Unix seconds.
    pub(super) auth_time: i64,
    /// Authentication methods (RFC 8176), separated by spaces.
    pub(super) amr: &'g str,
    /// Assurance level.
    pub(super) acr: &'g str,
    pub(super) client_id: &'g str,
    /// Scope of the session, if it is narrowed.
    pub(super) scope: Option<&'g str>,
    /// Absolute end of the session, in Unix seconds; no access token outlives it.
    pub(super) ends_at: i64,
}

impl<'g> TokenGrant<'g> {
    /// The grant of a stored session.
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

/// An access token, and its lifetime in seconds.
pub(super) struct Minted {
    pub(super) access_token: String,
    pub(super) expires_in: u32,
}

/// Signs an access token for an account and session.
pub(super) fn mint(app: &App, user: &UserRow, grant: &TokenGrant<'_>) -> Result<Minted> {
    let now_s = app.clock.now_s();
    let chosen = token_claims::of(app, user);
    let claims = claims(app, user, grant, now_s + app.tokens.life()?, chosen);
    let ring = app.tokens.keys.ring(RingName::Own);
    let signing = ring.signing(now_s).ok_or(CryptoError("no signing key"))?;
    let expires_in = (claims.exp - now_s).max(0) as u32;
    Ok(Minted { access_token: jwt::sign(&signing.key, &claims)?, expires_in })
}

/// The claims of an access token that expires at this time, or with the session.
pub(super) fn claims(
    app: &App,
    user: &UserRow,
    grant: &TokenGrant<'_>,
    expires_at: i64,
    chosen: ChosenClaims,
) -> Claims {
    let roles = roles::in_session(&app.config, user.roles.as_deref(), grant.acr);
    let now_s = app.clock.now_s();
    let exp = grant.ends_at.min(expires_at);
    Claims {
        iss: app.tokens.expected.issuer.clone(),
        aud: app.tokens.expected.audience.clone(),
        sub: user.id.clone(),
        exp,
        iat: now_s,
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

/// The words of a scope, narrowed to those of the session.
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
