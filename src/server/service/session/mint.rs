//! What a sign-in or refresh answers.

use crate::{
    model::{SessionId, SessionKind, SignedIn, UserId},
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
        service::{profile, roles},
    },
};

/// A session just opened or refreshed: what the client is to be told.
pub struct Opened {
    /// The body of the answer; without the refresh token.
    pub signed_in: SignedIn,
    /// The refresh token and the way it goes out.
    pub refresh: Option<(SessionKind, SessionToken)>,
    /// Seconds that the refresh token lives at most.
    pub max_age: i64,
    /// The browser that signed in, where it is not yet known as this person's.
    pub device: Option<KnownDevice>,
}

/// The way a session's refresh token goes out, as the row has it.
pub(super) fn kind_name(kind: Option<SessionKind>) -> &'static str {
    match kind {
        Some(SessionKind::Cookie) => "cookie",
        Some(SessionKind::Token) => "token",
        None => "none",
    }
}

/// The same, read back.
pub(super) fn kind(row: &SessionRow) -> Option<SessionKind> {
    [SessionKind::Cookie, SessionKind::Token]
        .into_iter()
        .find(|kind| kind_name(Some(*kind)) == row.kind)
}

/// What an access token says beside who the person is.
pub(super) struct Grant<'g> {
    pub(super) session: &'g SessionId,
    pub(super) generation: i64,
    pub(super) auth_time: i64,
    /// When the session ends in any case: no access token outlives it.
    pub(super) ends_at: i64,
}

/// An access token, and the seconds that it lives.
pub(super) struct Minted {
    pub(super) access_token: String,
    pub(super) expires_in: u32,
}

/// Signs an access token for a person and session.
pub(super) fn mint(app: &App, user: &UserRow, grant: &Grant<'_>) -> Result<Minted> {
    let roles = roles::of(user.roles.as_deref());
    let now = app.clock.now();
    let exp = grant.ends_at.min(now + app.tokens.life()?);
    let claims = Claims {
        iss: app.tokens.expected.issuer.clone(),
        aud: app.tokens.expected.audience.clone(),
        sub: UserId::new(user.id.clone()),
        exp,
        iat: now,
        jti: app.clock.new_id(),
        sid: grant.session.clone(),
        client_id: "vestibule".into(),
        scope: roles::scope(&roles),
        roles: roles.iter().map(|role| role.as_str().to_owned()).collect(),
        auth_time: grant.auth_time,
        generation: grant.generation,
        epoch: user.epoch,
    };
    let ring = app.tokens.keys.ring();
    let signing = ring.signing(now).ok_or(CryptoError("no signing key"))?;
    let expires_in = (exp - now).max(0) as u32;
    Ok(Minted { access_token: jwt::sign(&signing.key, &claims)?, expires_in })
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
