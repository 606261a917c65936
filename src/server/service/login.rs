//! Sign-in: a password, and a code where the account has a second factor.

mod by_mail;
mod entered;
mod passkey;
mod second;

use futures::FutureExt;

pub use by_mail::{ask_by_mail, by_mail, is_by_mail};
pub use entered::{Entered, Errand, LeavingSignIn, PendingSignIn, UnconfirmedSignIn};
pub use passkey::{PasskeyStep, second_by_passkey, with_passkey};
pub use second::{SecondStep, second_step};

use super::{
    ClientInfo,
    audit::{self, Actor, Kind, Outcome, Record},
    factors,
    flows::{Asker, BrowserToken, FlowToken, Holder},
    leaving,
    limits::{self, Limit},
    outcome, passkeys,
    proof::{self, Authenticated, FirstStep, HalfSignedIn, PasswordAttempt, Verified},
    session::{self, IssuedSession},
};
use crate::{
    model::{ApiError, ErrorCode, LoginForm, SessionKind, UserId},
    server::{
        App,
        error::{Error, Result},
        secure::secret::Secret,
    },
};

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
    let attempt = PasswordAttempt::to_sign_in(&name, password, kind, client_info);
    let browser = errand.asker.browser(client_info.browser.as_ref());
    let browser = browser.as_ref();
    let holder = browser.map_or(Holder::Program, Holder::Browser);
    let used = |verified: Verified| {
        async move {
            match verified {
                Verified::Whole(who) => {
                    if who.is_weak() && !weak_is_fine {
                        return Err(refuse_weak(app, who.user(), client_info).await);
                    }
                    let then = (kind, errand.next.clone());
                    let opened = open(app, who, then, holder, client_info).await?;
                    Ok(opened.map(Entered::from))
                }
                Verified::Half(first) => {
                    if first.is_weak() && !weak_is_fine {
                        return Err(refuse_weak(app, first.user(), client_info).await);
                    }
                    begin(app, first, kind, errand.next.clone(), browser, client_info).await
                }
            }
        }
        .boxed()
    };
    or_waiting(proof::by_password(app, attempt, used).await, browser)
}

/// Begins a pending sign-in after a right first factor; none if the proof is no longer valid.
///
/// # Errors
/// As [`FirstStep::begin`].
pub(super) async fn begin(
    app: &App,
    first: FirstStep,
    kind: Option<SessionKind>,
    next: Option<String>,
    browser: Option<&BrowserToken>,
    client_info: &ClientInfo,
) -> Result<Option<Entered>> {
    let holder = browser.map_or(Holder::Program, Holder::Browser);
    let is_enrolment = first.is_enrolment();
    let begun = first.begin(app, kind, next, holder, client_info).await?;
    let browser = browser.cloned();
    Ok(begun.map(|token| Entered::Pending(PendingSignIn { token, browser, is_enrolment })))
}

/// Opens a session after a whole proof; has the address confirmed first, where it must be; or offers to keep an account that is
/// leaving.
///
/// # Errors
/// As [`session::open`], [`leaving::offer`] and [`proof::wait`].
pub(super) async fn open(
    app: &App,
    who: Authenticated,
    (kind, next): (Option<SessionKind>, Option<String>),
    holder: Holder<'_>,
    client_info: &ClientInfo,
) -> Result<Option<IssuedSession>> {
    match session::open(app, who.clone(), kind, client_info).await {
        Err(error) if error.code() == ErrorCode::AccountLeaving => {
            leaving::offer(app, who, holder, client_info).await
        }
        Err(error) if error.code() == ErrorCode::AddressUnverified => {
            proof::wait(app, who, (kind, next), holder, client_info).await
        }
        opened => opened,
    }
}

/// Signs in to an account that was just created, in its browser; has a second factor set up first where a role demands one.
///
/// # Errors
/// As [`open`].
pub(super) async fn after_registration(
    app: &App,
    who: Authenticated,
    (demands_factor, next): (bool, Option<String>),
    client_info: &ClientInfo,
) -> Result<Entered> {
    let browser = Asker::Page.browser(client_info.browser.as_ref());
    if demands_factor {
        let (first, kind) = (FirstStep::to_enrol(who), Some(SessionKind::Cookie));
        let begun = begin(app, first, kind, next, browser.as_ref(), client_info).await?;
        // None if an operator disabled the account at this moment.
        return Ok(begun.ok_or(ErrorCode::InvalidCredentials)?);
    }
    let holder = browser.as_ref().map_or(Holder::Program, Holder::Browser);
    let then = (Some(SessionKind::Cookie), next);
    let opened = open(app, who, then, holder, client_info).await.and_then(|opened| {
        // None if an operator disabled the account at this moment.
        Ok(Entered::from(opened.ok_or(ErrorCode::InvalidCredentials)?))
    });
    or_waiting(opened, browser.as_ref())
}

/// A sign-in that opens no session yet as a result. Until here it is an error, because counts and metrics see no sign-in.
pub(super) fn or_waiting(
    entered: Result<Entered>,
    browser: Option<&BrowserToken>,
) -> Result<Entered> {
    let browser = browser.cloned();
    match entered {
        Err(Error::Leaving(token)) => Ok(Entered::Leaving(LeavingSignIn { token, browser })),
        Err(Error::Unconfirmed(token)) => {
            Ok(Entered::Unconfirmed(UnconfirmedSignIn { token, browser }))
        }
        entered => entered,
    }
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

/// The second factors that a pending sign-in takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ways {
    /// A code of the authenticator app, or a recovery code.
    pub has_app: bool,
    /// A passkey.
    pub has_passkeys: bool,
}

/// The second factors of a pending sign-in; where that cannot be read, all of them, which then fail by themselves.
pub async fn ways(app: &App, half: &HalfSignedIn) -> Ways {
    let read = async {
        Ok::<_, Error>(Ways {
            has_app: factors::of_account(app, half.user()).await?.totp.is_some(),
            has_passkeys: passkeys::are_usable(app, half.user()).await?,
        })
    };
    read.await.unwrap_or(Ways { has_app: true, has_passkeys: true })
}
