//! Sign-in with a password.

use futures::FutureExt;

use super::{
    ClientInfo,
    audit::{Actor, Kind, Outcome, Record},
    flows::{BrowserToken, FlowToken, Holder},
    leaving,
    proof::{self, Authenticated, PasswordAttempt},
    session::{self, IssuedSession},
};
use crate::{
    model::{ApiError, ErrorCode, LoginForm, SessionKind},
    server::{App, error::Result, secure::secret::Secret},
};

/// Signs in. Unknown name, wrong password and disabled account take the same path, time and words.
///
/// # Errors
/// `invalid_input`, `invalid_credentials`, `account_leaving`, `password_change_required`, `too_many_requests`,
/// `account_throttled`, `source_blocked`, `overloaded`.
pub async fn with_password(
    app: &App,
    form: LoginForm,
    client_info: &ClientInfo,
) -> Result<IssuedSession> {
    attempt(app, form, client_info, (false, Holder::Program)).await
}

/// Signs in on a page of a browser, to which what cannot become a session is bound.
///
/// # Errors
/// As [`with_password`].
pub async fn in_browser(
    app: &App,
    form: LoginForm,
    browser: &BrowserToken,
    client_info: &ClientInfo,
) -> Result<IssuedSession> {
    attempt(app, form, client_info, (false, Holder::Browser(browser))).await
}

/// Signs in on the tutorials' path: in tutorial mode a weak password made there is accepted too.
///
/// # Errors
/// As [`with_password`].
pub async fn in_tutorial(
    app: &App,
    form: LoginForm,
    client_info: &ClientInfo,
) -> Result<IssuedSession> {
    attempt(app, form, client_info, (app.config.tutorial_compat, Holder::Program)).await
}

async fn attempt(
    app: &App,
    form: LoginForm,
    client_info: &ClientInfo,
    (weak_is_fine, holder): (bool, Holder<'_>),
) -> Result<IssuedSession> {
    let errors = form.check(app.config.password_policy());
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    let kind = form.session;
    let password = Secret::new(form.password.unwrap_or_default());
    let name = form.identifier.unwrap_or_default();
    let attempt = PasswordAttempt::to_sign_in(&name, password, client_info);
    let used = |who: Authenticated| {
        async move { open(app, who, kind, client_info, (weak_is_fine, holder)).await }.boxed()
    };
    proof::by_password(app, attempt, used).await
}

/// Verifies the password of a sign-in that needs a second factor. Opens no session; returns the secret of the pending
/// sign-in.
///
/// # Errors
/// As [`with_password`].
pub async fn first_step(
    app: &App,
    form: LoginForm,
    next: Option<String>,
    holder: Holder<'_>,
    client_info: &ClientInfo,
) -> Result<FlowToken> {
    let errors = form.check(app.config.password_policy());
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    let kind = form.session;
    let password = Secret::new(form.password.unwrap_or_default());
    let name = form.identifier.unwrap_or_default();
    let attempt = PasswordAttempt::to_sign_in(&name, password, client_info).first_of_two();
    proof::by_password(app, attempt, |who: Authenticated| {
        proof::begin(app, who, kind, next.clone(), holder).boxed()
    })
    .await
}

/// Opens the session, unless the verified password is below the policy or the account is leaving.
async fn open(
    app: &App,
    who: Authenticated,
    kind: Option<SessionKind>,
    client_info: &ClientInfo,
    (weak_is_fine, holder): (bool, Holder<'_>),
) -> Result<Option<IssuedSession>> {
    if who.is_weak() && !weak_is_fine {
        let (record, user) = (Record::new(app, client_info), who.user().as_str());
        let event = (Kind::Login, Outcome::PasswordTooWeak);
        record.write_alone(app, event, Actor::Unknown, Some(user)).await?;
        return Err(ErrorCode::PasswordChangeRequired.into());
    }
    match session::open(app, who.clone(), kind, client_info).await {
        Err(error) if error.code() == ErrorCode::AccountLeaving => {
            leaving::offer(app, who, holder, client_info).await
        }
        opened => opened,
    }
}
