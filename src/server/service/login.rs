//! Sign-in: a password, and a code where the account has a second factor.

mod entered;

use futures::FutureExt;

pub use entered::{Entered, Errand, LeavingSignIn, PendingSignIn};

use super::{
    ClientInfo,
    audit::{self, Actor, Kind, Outcome, Record},
    factors::{self, Enrolment, Looked},
    flows::{Asker, BrowserToken, FlowToken, Holder},
    leaving,
    limits::{self, Limit, attempt::Attempt},
    mail::Post,
    outcome,
    proof::{self, Authenticated, FirstStep, HalfSignedIn, PasswordAttempt, Verified},
    session::{self, IssuedSession},
    trusted::NewTrust,
};
use crate::{
    model::{ApiError, ErrorCode, Form, LoginForm, SessionKind, UserId},
    server::{
        App,
        error::{Error, Result},
        metrics,
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
                    let opened = open(app, who, kind, holder, client_info).await?;
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
    or_leaving(proof::by_password(app, attempt, used).await, browser)
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

/// Opens a session after a whole proof, or offers to keep an account that is leaving.
///
/// # Errors
/// As [`session::open`] and [`leaving::offer`].
async fn open(
    app: &App,
    who: Authenticated,
    kind: Option<SessionKind>,
    holder: Holder<'_>,
    client_info: &ClientInfo,
) -> Result<Option<IssuedSession>> {
    match session::open(app, who.clone(), kind, client_info).await {
        Err(error) if error.code() == ErrorCode::AccountLeaving => {
            leaving::offer(app, who, holder, client_info).await
        }
        opened => opened,
    }
}

/// The offer to keep an account as a result. Until here it is an error, because counts and metrics see no sign-in.
fn or_leaving(entered: Result<Entered>, browser: Option<&BrowserToken>) -> Result<Entered> {
    match entered {
        Err(Error::Leaving(token)) => {
            Ok(Entered::Leaving(LeavingSignIn { token, browser: browser.cloned() }))
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

/// A code of the second step, and whether the browser is to be trusted with it.
#[derive(Clone, Copy)]
pub struct SecondStep<'s> {
    /// A code of the authenticator app, or a recovery code.
    pub code: &'s str,
    /// Whether the browser is trusted from now on.
    pub trusts: bool,
}

/// Completes a pending sign-in with a code of the authenticator app, or a recovery code; or with a code of the app that it sets up.
///
/// # Errors
/// `invalid_code` for a code that is wrong, old or used; `flow_over`; `too_many_requests`, `source_blocked`.
pub async fn second_step(
    app: &App,
    half: HalfSignedIn,
    step: SecondStep<'_>,
    asker: Asker,
    client_info: &ClientInfo,
) -> Result<Entered> {
    let browser = asker.browser(client_info.browser.as_ref());
    let holder = browser.as_ref().map_or(Holder::Program, Holder::Browser);
    // New recovery codes are shown first.
    let next = match half.is_enrolment() {
        true => Some(Form::CodesNew.path()),
        false => half.next(),
    };
    let next = next.map(str::to_owned);
    let opened = complete(app, half, (step, asker), holder, client_info).await;
    outcome::record(app, metrics::Attempt::SignIn, client_info, &opened);
    or_leaving(opened.map(|opened| Entered::Session(Box::new(opened), next)), browser.as_ref())
}

/// What a code at the second step is of.
enum Given {
    /// The app of the account, or its recovery codes.
    Code(Looked),
    /// The app that is being set up.
    New(Box<Enrolment>),
}

impl Given {
    fn of_new(looked: Result<Option<Enrolment>>) -> Result<Self> {
        Ok(looked?.map_or(Self::Code(Looked::Wrong(None)), |new| Self::New(Box::new(new))))
    }
}

async fn complete(
    app: &App,
    half: HalfSignedIn,
    (SecondStep { code: typed, trusts }, asker): (SecondStep<'_>, Asker),
    holder: Holder<'_>,
    client_info: &ClientInfo,
) -> Result<IssuedSession> {
    let (kind, user) = (half.session(), half.user().clone());
    // A program keeps its refresh token instead.
    let trusts = trusts && kind == Some(SessionKind::Cookie);
    let new_trust = if trusts { NewTrust::new(app, client_info)? } else { None };
    let counted = match Attempt::second(app, half.flow(), client_info).await {
        Ok(counted) => counted,
        Err(error) => return Err(audit::limited(app, Kind::Login, error, client_info).await),
    };
    let looked = match half.seed() {
        Some(seed) => Given::of_new(factors::look_at_new(app, &half, (seed, typed), asker)),
        None => factors::look(app, &user, typed).await.map(Given::Code),
    };
    let (who, offset) = match looked {
        Ok(Given::Code(Looked::Right(code))) => (Ok(half.complete(app, code, new_trust)), None),
        Ok(Given::New(new)) => (Ok(half.enrol(app, *new)), None),
        Ok(Given::Code(Looked::Wrong(offset))) => (Err(ErrorCode::InvalidCode.into()), offset),
        Err(error) => (Err(error), None),
    };
    let opened = match who {
        Ok(who) => open(app, who, kind, holder, client_info).await,
        Err(error) => Err(error),
    };
    match opened {
        Ok(Some(opened)) => {
            counted.succeeded(app).await;
            Ok(opened)
        }
        // The code was right, and is spent with the offer.
        Err(Error::Leaving(token)) => {
            counted.succeeded(app).await;
            Err(Error::Leaving(token))
        }
        // The account was disabled, or has another password.
        Ok(None) => {
            counted.withdraw(app).await;
            Err(ErrorCode::FlowOver.into())
        }
        // It is about to be erased.
        Err(error) if error.code() == ErrorCode::InvalidCredentials => {
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
