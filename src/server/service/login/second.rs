use url::form_urlencoded;

use super::{Entered, open, or_waiting};
use crate::{
    model::{ErrorCode, Form, SessionKind},
    server::{
        App,
        error::{Error, Result},
        metrics,
        service::{
            ClientInfo,
            audit::{self, Kind, Outcome, Record},
            factors::{self, Enrolment, Looked},
            flows::{Asker, Holder},
            limits::attempt::Attempt,
            mail::Post,
            outcome,
            proof::HalfSignedIn,
            session::IssuedSession,
            trusted::NewTrust,
        },
    },
};

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
    let next = match half.is_enrolment() {
        true => Some(codes_first(half.next())),
        false => half.next().map(str::to_owned),
    };
    let opened = complete(app, half, (step, asker, next.clone()), holder, client_info).await;
    outcome::record(app, metrics::Attempt::SignIn, client_info, &opened);
    or_waiting(opened.map(|opened| Entered::Session(Box::new(opened), next)), browser.as_ref())
}

/// The page that shows new recovery codes, and leads on when they are kept.
fn codes_first(next: Option<&str>) -> String {
    let path = Form::CodesKept.path();
    match next {
        Some(next) => {
            let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            format!("{path}?next={next}")
        }
        None => path.to_owned(),
    }
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
    (SecondStep { code: typed, trusts }, asker, next): (SecondStep<'_>, Asker, Option<String>),
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
        Ok(who) => open(app, who, (kind, next), holder, client_info).await,
        Err(error) => Err(error),
    };
    match opened {
        Ok(Some(opened)) => {
            counted.succeeded(app).await;
            Ok(opened)
        }
        // The code was right, and is spent with the flow that goes on.
        Err(waiting @ (Error::Leaving(_) | Error::Unconfirmed(_))) => {
            counted.succeeded(app).await;
            Err(waiting)
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
