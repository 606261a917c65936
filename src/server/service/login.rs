//! Sign-in: a password, and a code where the account has a second factor.

use futures::FutureExt;

use super::{
    ClientInfo,
    audit::{self, Actor, Kind, Outcome, Record},
    factors::{self, Looked},
    flows::{Asker, BrowserToken, FlowToken, Holder, Purpose},
    limits::{self, Limit, attempt::Attempt},
    mail::Post,
    outcome,
    proof::{self, HalfSignedIn, PasswordAttempt, Verified},
    session::{self, IssuedSession},
};
use crate::{
    model::{ApiError, ErrorCode, LoginForm, UserId},
    server::{
        App,
        error::{Error, Result},
        metrics,
        secure::secret::Secret,
    },
};

/// The result of a right password.
pub enum Entered {
    /// A session, and the page afterwards that its first step was given.
    Session(Box<IssuedSession>, Option<String>),
    /// The account has a second factor, which is missing.
    Pending(PendingSignIn),
}

impl From<IssuedSession> for Entered {
    fn from(opened: IssuedSession) -> Self {
        Self::Session(Box::new(opened), None)
    }
}

/// A sign-in that waits for its second factor.
pub struct PendingSignIn {
    /// Its secret.
    pub token: FlowToken,
    /// The secret of the browser that it is bound to, if it is.
    pub browser: Option<BrowserToken>,
}

impl PendingSignIn {
    /// Time for which it waits, in seconds.
    pub fn life() -> i64 {
        Purpose::SignIn.life()
    }
}

/// What a sign-in is for: who asks, and where a browser goes afterwards.
pub struct Errand {
    /// Who asks.
    pub asker: Asker,
    /// The page after the sign-in.
    pub next: Option<String>,
}

impl Errand {
    /// The sign-in of a program.
    pub const PROGRAM: Self = Self { asker: Asker::Program, next: None };

    /// The sign-in of a browser.
    pub fn of_page(next: Option<String>) -> Self {
        Self { asker: Asker::Page, next }
    }
}

/// Signs in. Unknown name, wrong password and disabled account take the same path, time and words.
///
/// # Errors
/// `invalid_input`, `invalid_credentials`, `password_change_required`, `too_many_requests`,
/// `account_throttled`, `source_blocked`, `overloaded`.
pub async fn with_password(
    app: &App,
    form: LoginForm,
    errand: &Errand,
    client_info: &ClientInfo,
) -> Result<Entered> {
    attempt(app, form, errand, client_info, false).await
}

/// Signs in on the tutorials' path: in tutorial mode a weak password made there is accepted too.
///
/// # Errors
/// As [`with_password`].
pub async fn in_tutorial(app: &App, form: LoginForm, client_info: &ClientInfo) -> Result<Entered> {
    attempt(app, form, &Errand::PROGRAM, client_info, app.config.tutorial_compat).await
}

async fn attempt(
    app: &App,
    form: LoginForm,
    errand: &Errand,
    client_info: &ClientInfo,
    weak_is_fine: bool,
) -> Result<Entered> {
    let errors = form.check(app.config.password_policy());
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    let kind = form.session;
    let password = Secret::new(form.password.unwrap_or_default());
    let name = form.identifier.unwrap_or_default();
    let attempt = PasswordAttempt::to_sign_in(&name, password, client_info);
    let used = |verified: Verified| {
        async move {
            match verified {
                Verified::Whole(who) => {
                    if who.is_weak() && !weak_is_fine {
                        return Err(refuse_weak(app, who.user(), client_info).await);
                    }
                    let opened = session::open(app, who, kind, client_info).await?;
                    Ok(opened.map(Entered::from))
                }
                Verified::Half(first) => {
                    if first.is_weak() && !weak_is_fine {
                        return Err(refuse_weak(app, first.user(), client_info).await);
                    }
                    let browser = errand.asker.browser(client_info.browser.as_ref());
                    let holder = browser.as_ref().map_or(Holder::Program, Holder::Browser);
                    let begun =
                        first.begin(app, kind, errand.next.clone(), holder, client_info).await?;
                    Ok(begun.map(|token| Entered::Pending(PendingSignIn { token, browser })))
                }
            }
        }
        .boxed()
    };
    proof::by_password(app, attempt, used).await
}

/// Records that a right password was below the policy.
async fn refuse_weak(app: &App, user: &UserId, client_info: &ClientInfo) -> Error {
    let record = Record::new(app, client_info);
    let event = (Kind::Login, Outcome::PasswordTooWeak);
    match record.write_alone(app, event, Actor::Unknown, Some(user.as_str())).await {
        Ok(()) => ErrorCode::PasswordChangeRequired.into(),
        Err(error) => error,
    }
}

/// The pending sign-in of a secret, where it was begun.
///
/// # Errors
/// `flow_over`; an error of the database.
async fn pending(app: &App, holder: Holder<'_>, token: &str) -> Result<HalfSignedIn> {
    let found = match FlowToken::parse(token) {
        Some(token) => proof::resume(app, holder, &token).await?,
        None => None,
    };
    found.ok_or_else(|| ErrorCode::FlowOver.into())
}

/// The pending sign-in for which somebody sends a code; each request is counted by its source.
///
/// # Errors
/// `flow_over`, `too_many_requests`; an error of the database.
pub async fn resume(
    app: &App,
    holder: Option<Holder<'_>>,
    token: &str,
    client_info: &ClientInfo,
) -> Result<HalfSignedIn> {
    let wanted = [Limit::FactorSource(client_info.source())];
    let resumed = match (limits::take(app, &wanted).await, holder) {
        (Ok(_stays), Some(holder)) => pending(app, holder, token).await,
        (Ok(_stays), None) => Err(ErrorCode::FlowOver.into()),
        (Err(error), _) => Err(audit::limited(app, Kind::Login, error, client_info).await),
    };
    if let Err(error) = &resumed {
        outcome::refused("sign-in code", client_info, error.code());
    }
    resumed
}

/// The pending sign-in of a browser, for its page.
///
/// # Errors
/// `flow_over`; an error of the database.
pub async fn pending_in(
    app: &App,
    browser: Option<&BrowserToken>,
    token: Option<&str>,
) -> Result<HalfSignedIn> {
    match browser.zip(token) {
        Some((browser, token)) => pending(app, Holder::Browser(browser), token).await,
        None => Err(ErrorCode::FlowOver.into()),
    }
}

/// Completes a pending sign-in with a code of the authenticator app, or a recovery code.
///
/// # Errors
/// `invalid_code` for a code that is wrong, old or used; `flow_over`; `too_many_requests`, `source_blocked`.
pub async fn second_step(
    app: &App,
    half: HalfSignedIn,
    typed: &str,
    client_info: &ClientInfo,
) -> Result<IssuedSession> {
    let opened = complete(app, half, typed, client_info).await;
    outcome::record(app, metrics::Attempt::SignIn, client_info, &opened);
    opened
}

async fn complete(
    app: &App,
    half: HalfSignedIn,
    typed: &str,
    client_info: &ClientInfo,
) -> Result<IssuedSession> {
    let counted = match Attempt::second(app, half.flow(), client_info).await {
        Ok(counted) => counted,
        Err(error) => return Err(audit::limited(app, Kind::Login, error, client_info).await),
    };
    let (kind, user) = (half.session(), half.user().clone());
    let (opened, offset) = match factors::look(app, &user, typed).await {
        Ok(Looked::Right(code)) => {
            (session::open(app, half.complete(app, code), kind, client_info).await, None)
        }
        Ok(Looked::Wrong(offset)) => (Err(ErrorCode::InvalidCode.into()), offset),
        Err(error) => (Err(error), None),
    };
    match opened {
        Ok(Some(opened)) => {
            counted.succeeded(app).await;
            Ok(opened)
        }
        // The account was disabled, or has another password.
        Ok(None) => {
            counted.withdraw(app).await;
            Err(ErrorCode::FlowOver.into())
        }
        Err(error) if error.code() == ErrorCode::InvalidCode => {
            let record = Record::new(app, client_info).about_some("clock_off", offset);
            let (event, post) =
                ((Kind::Login, Outcome::WrongCode), Post::of_client(app, client_info));
            counted.failed(app, record, event, (Some(user.to_string()), &post)).await?;
            Err(error)
        }
        Err(error) => {
            counted.withdraw(app).await;
            Err(error)
        }
    }
}
