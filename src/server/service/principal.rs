//! The principal of the API, authenticated by an access token.

use std::sync::Arc;

use crate::{
    model::{ErrorCode, Form, SessionId, UserId},
    server::{
        App,
        error::{Result, unavailable},
        secure::{
            form_token::{self, Bound},
            jwt::{self, Verified},
        },
        service::{
            keys::RingName,
            roles::{self, Permission},
            session,
            session_user::{self, SessionUser},
            verified,
        },
    },
};

pub use crate::server::secure::jwt::Claims;

/// For how long a proof counts as fresh, in seconds (S64).
pub const FRESH_FOR: i64 = 600;

/// The user of a request: of a verified access token ([`verify`]), or of a session cookie together
/// with the token of a form ([`of_form`]). Nothing else creates one, so the session cookie alone
/// cannot reach a function that takes a `Principal`.
#[derive(Clone, Debug)]
pub struct Principal(Arc<Claims>);

impl Principal {
    /// Id of the account.
    pub fn user(&self) -> &UserId {
        &self.0.sub
    }

    /// Id of the session.
    pub fn session(&self) -> &SessionId {
        &self.0.sid
    }

    /// The claims of the token.
    pub fn claims(&self) -> &Claims {
        &self.0
    }

    /// Checks that the token's scope has the permission.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn require(&self, permission: Permission) -> Result<()> {
        match self.0.allows(permission.as_str()) {
            true => Ok(()),
            false => Err(ErrorCode::Forbidden.into()),
        }
    }

    /// Checks that the last authentication (`auth_time`) is at most ten minutes old (RFC 9470).
    ///
    /// # Errors
    /// `reauthentication_required`.
    pub fn require_fresh(&self, app: &App) -> Result<()> {
        match app.clock.now_s() - self.0.auth_time < FRESH_FOR {
            true => Ok(()),
            false => Err(ErrorCode::ReauthenticationRequired.into()),
        }
    }
}

/// Verifies an access token: signature, claims, time and revocation. It needs no database, and for
/// a cached token no key either.
///
/// # Errors
/// `invalid_token`; `unavailable` while the feed cannot be read.
pub fn verify(app: &App, token: &str) -> Result<Principal> {
    let refused = |reason: &str| {
        tracing::debug!(reason, "access token refused");
        ErrorCode::InvalidToken
    };
    if token.len() > jwt::MAX_BYTES {
        return Err(refused("too long").into());
    }
    let (now_ms, ring, key) =
        (app.clock.now_ms(), app.tokens.keys.ring(RingName::Own), verified::key(token));
    let now_s = now_ms / 1000;
    let known = app.tokens.verified.get(&key);
    let (verified, is_first) = match known.filter(|known| known.holds(&ring, now_s)) {
        Some(known) => (known, false),
        None => {
            app.tokens.verified.remove(&key);
            let verified = jwt::verify(&ring, &app.tokens.expected, now_s, token);
            let Verified { claims, kid } = verified.map_err(|why| refused(why.0))?;
            let claims = roles::muted(&app.config, claims);
            (Arc::new(Verified { claims, kid }), true)
        }
    };
    if verified.claims.client_id != session::CLIENT {
        return Err(refused("another client's").into());
    }
    if app.tokens.revoked.is_blind(now_ms) {
        return Err(unavailable().into());
    }
    if app.tokens.revoked.contains(&verified.claims) {
        app.tokens.verified.remove(&key);
        return Err(refused("revoked").into());
    }
    if is_first && app.tokens.usage.note(&verified.claims, now_ms) {
        app.tokens.verified.insert(key, verified.clone());
    }
    Ok(Principal(verified.claims.clone()))
}

/// Time for which a drawn form can be sent, in seconds.
const FORM_FOR: i64 = 86_400;

fn bound<'v>(session_user: &'v SessionUser, form: Form) -> Bound<'v> {
    let claims = session_user.claims();
    match form {
        Form::Logout => of_sign_out(&claims.sid),
        _ => Bound { session: &claims.sid, epoch: claims.epoch, form: form.name() },
    }
}

/// The binding of a sign-out form, without an epoch, which only the database knows: users sign out
/// while it is unavailable.
fn of_sign_out(session: &SessionId) -> Bound<'_> {
    Bound { session, epoch: 0, form: Form::Logout.name() }
}

/// Whether the sign-out form was drawn for the session of the cookie; an invalid cookie may be
/// removed in any case.
pub fn may_sign_out(app: &App, cookie: &str, token: &str) -> bool {
    session_user::session_of(app, cookie).is_none_or(|session| {
        form_token::is_good(&app.tokens.form_mac, of_sign_out(&session), app.clock.now_s(), token)
    })
}

/// The token of a form for a session user.
pub fn form_token(app: &App, session_user: &SessionUser, form: Form) -> String {
    form_token::issue(&app.tokens.form_mac, bound(session_user, form), app.clock.now_s() + FORM_FOR)
}

/// What a page asks a person about a client of others.
#[derive(Clone, Copy, Debug)]
pub enum Question<'q> {
    /// Whether a stored request of it is allowed.
    Allow(&'q str),
    /// Whether what it was let do is taken back.
    Withdraw(&'q str),
}

impl Question<'_> {
    /// The name of its form. No form of ours has a space in its name.
    fn form(self) -> String {
        match self {
            Self::Allow(request) => format!("allow {request}"),
            Self::Withdraw(client) => format!("withdraw {client}"),
        }
    }
}

/// The token of the form in which a question is answered.
pub fn answer_token(app: &App, session_user: &SessionUser, question: Question<'_>) -> String {
    let (claims, form) = (session_user.claims(), question.form());
    let bound = Bound { session: &claims.sid, epoch: claims.epoch, form: &form };
    form_token::issue(&app.tokens.form_mac, bound, app.clock.now_s() + FORM_FOR)
}

/// The session user as the principal of an answer. The origin of the request was checked before.
///
/// # Errors
/// `stale_form` if the token is of another question, another session or another day.
pub fn of_answer(
    app: &App,
    session_user: &SessionUser,
    question: Question<'_>,
    token: &str,
) -> Result<Principal> {
    let (claims, form) = (session_user.claims(), question.form());
    let bound = Bound { session: &claims.sid, epoch: claims.epoch, form: &form };
    match form_token::is_good(&app.tokens.form_mac, bound, app.clock.now_s(), token) {
        true => Ok(Principal(claims.clone())),
        false => Err(ErrorCode::StaleForm.into()),
    }
}

/// The session user as the principal of a form. The origin of the request was checked before.
///
/// # Errors
/// `stale_form` if the token is of another form, another session or another day.
pub fn of_form(
    app: &App,
    session_user: &SessionUser,
    form: Form,
    token: &str,
) -> Result<Principal> {
    match form_token::is_good(
        &app.tokens.form_mac,
        bound(session_user, form),
        app.clock.now_s(),
        token,
    ) {
        true => Ok(Principal(session_user.claims().clone())),
        false => Err(ErrorCode::StaleForm.into()),
    }
}
