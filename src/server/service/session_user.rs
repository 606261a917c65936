//! The user of a page, identified by the session cookie; may read and never write.

use std::sync::Arc;

use futures::FutureExt;

use crate::{
    model::{Identity, SessionId, UserId},
    server::{
        App,
        db::{
            of_spare, rotations,
            session_users::{self, SessionUserRow},
            sessions,
        },
        error::{Error, Result},
        say::Language,
        secure::{jwt::Claims, session_token::SessionToken},
        service::{
            chosen_language, passkeys,
            proof::Acr,
            roles::{self, Permission, Role},
            session::{
                self,
                rotation::{Position, Presenter, Refusal},
            },
        },
    },
};

/// Minimum interval between writes of `last_seen`, in seconds.
const TOUCH_EVERY: i64 = 60;

/// The user of the session cookie. Only functions that read take one.
#[derive(Clone, Debug)]
pub struct SessionUser {
    claims: Arc<Claims>,
    name: String,
    username: String,
    language: Option<Language>,
    has_factor: bool,
    passkeys: i64,
    has_passkeys: bool,
    demands_factor: bool,
}

impl SessionUser {
    /// Id of the account.
    pub fn user(&self) -> &UserId {
        &self.claims.sub
    }

    /// Id of the session.
    pub fn session(&self) -> &SessionId {
        &self.claims.sid
    }

    /// The claims of an access token for this session now, without those that a setting names.
    pub(super) fn claims(&self) -> &Arc<Claims> {
        &self.claims
    }

    /// Whether the user is an administrator. Pages show more to them; this permits nothing.
    pub fn is_admin(&self) -> bool {
        self.claims.roles.iter().any(|role| role == Role::Admin.as_str())
    }

    /// Whether the scope of the session has a permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.claims.allows(permission.as_str())
    }

    /// Displayed name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The username.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// Whether the account has a second factor.
    pub fn has_factor(&self) -> bool {
        self.has_factor
    }

    /// Number of passkeys of the account.
    pub fn passkeys(&self) -> i64 {
        self.passkeys
    }

    /// Whether the account has a passkey that works here.
    pub fn has_passkeys(&self) -> bool {
        self.has_passkeys
    }

    /// Whether the session was opened with two factors, of which a passkey is left: the password alone is not enough to confirm who is
    /// there.
    pub fn needs_passkey(&self) -> bool {
        !self.has_factor
            && self.has_passkeys
            && self.claims.acr.as_deref() == Some(Acr::Aal2.as_str())
    }

    /// Whether a role of the account demands a second factor.
    pub fn demands_factor(&self) -> bool {
        self.demands_factor
    }

    /// Whether a role of the account gives nothing in this session, because no second factor was given.
    pub fn is_muted(&self) -> bool {
        self.demands_factor && self.claims.acr.as_deref() != Some(Acr::Aal2.as_str())
    }

    /// The language setting of the account.
    pub fn language(&self) -> Option<Language> {
        self.language
    }

    /// The identity for the script of a page.
    pub fn identity(&self) -> Identity {
        Identity { sub: self.user().clone(), sid: self.session().clone(), epoch: self.claims.epoch }
    }
}

/// The session user of a session cookie, if it is valid; nothing is rotated.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_cookie(app: &App, cookie: &str) -> Result<Option<SessionUser>> {
    let Some(token) = SessionToken::parse(&app.tokens.session_mac, cookie) else {
        return Ok(None);
    };
    if app.tokens.promised.contains(&token.session) {
        return Ok(None);
    }
    let row = session_users::by_session(&app.db, token.session.as_str()).await?;
    let Some(SessionUserRow { session, user }) = row else {
        return Ok(None);
    };
    // A grant of another client is no session of a browser.
    if session.client_id != session::CLIENT {
        return Ok(None);
    }
    let (now_s, now_ms) = (app.clock.now_s(), app.clock.now_ms());
    let chain = session::chain(&session, &app.config);
    // By the rules of refresh, so that page and refresh never disagree about the signed-in user.
    if !chain.may_look(&token, now_ms) || user.disabled_at.is_some() {
        return Ok(None);
    }
    let first_use = session.used_at_ms.is_none()
        && token.generation > 0
        && chain.position(&token) == Position::Current;
    if first_use || session.last_seen_at + TOUCH_EVERY <= now_s {
        let idle_expires_at = session.expires_at.min(now_s + app.config.session_idle_ttl);
        let (id, generation) = (session.id.to_string(), token.generation);
        let touch = app.db.write(move |tx| {
            async move {
                if first_use {
                    rotations::mark_used(tx, &id, generation, now_ms).await?;
                }
                rotations::touch(tx, &id, now_s, idle_expires_at).await?;
                Ok::<_, Error>(())
            }
            .boxed()
        });
        // Readable pages are shown even if nothing can be written.
        if let Err(error) = of_spare(touch).await {
            tracing::warn!(%error, "a use of a session was not written");
        }
    }
    let claims = session::claims(app, &session, &user, token.generation);
    let language = chosen_language::of_profile(&user.profile);
    let has_factor = user.totp_at.is_some();
    let has_passkeys = user.passkeys > 0 && passkeys::are_usable(app, &claims.sub).await?;
    let demands_factor = roles::demand_factor(&app.config, user.roles.as_deref());
    let name = user.display_name.unwrap_or_else(|| user.username.clone());
    let (claims, username) = (Arc::new(claims), user.username);
    let passkeys = user.passkeys;
    Ok(Some(SessionUser {
        claims,
        name,
        username,
        language,
        has_factor,
        passkeys,
        has_passkeys,
        demands_factor,
    }))
}

/// Whether a session cookie is permanently invalid. The cookie of a browser that has just got
/// another one is late, not invalid.
///
/// # Errors
/// Fails if the database fails.
pub async fn is_dead(app: &App, cookie: &str) -> Result<bool> {
    let Some(token) = SessionToken::parse(&app.tokens.session_mac, cookie) else {
        return Ok(true);
    };
    let Some(row) = sessions::by_id(&app.db, token.session.as_str()).await? else {
        return Ok(true);
    };
    let chain = session::chain(&row, &app.config);
    let presented = chain.present(&token, Presenter::Same, app.clock.now_ms());
    Ok(matches!(presented, Err(Refusal::Over | Refusal::Reuse | Refusal::Elsewhere)))
}

/// Whether a session is alive; used only if a cookie and a token disagree.
///
/// # Errors
/// Fails if the database fails.
pub async fn is_alive(app: &App, session: &SessionId) -> Result<bool> {
    let row = sessions::by_id(&app.db, session.as_str()).await?;
    let now_ms = app.clock.now_ms();
    Ok(row.is_some_and(|row| !session::chain(&row, &app.config).is_over(now_ms)))
}

/// The session of a cookie, by its MAC alone, without a lookup.
pub fn session_of(app: &App, cookie: &str) -> Option<SessionId> {
    SessionToken::parse(&app.tokens.session_mac, cookie).map(|token| token.session)
}
