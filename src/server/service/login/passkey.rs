use super::{Entered, Errand, open, or_waiting};
use crate::{
    model::{ErrorCode, SessionKind},
    server::{
        App,
        error::{Error, Result},
        metrics::Attempt,
        service::{
            ClientInfo,
            audit::Kind,
            flows::{Asker, Holder},
            outcome,
            passkeys::{self, AssertionAnswer, Purpose},
            proof::{Authenticated, HalfSignedIn},
            session::IssuedSession,
        },
    },
};

/// An answer of a passkey, with what it answers.
#[derive(Clone, Copy)]
pub struct PasskeyStep<'s> {
    /// What the passkey was asked, sealed.
    pub ceremony: &'s str,
    /// The answer.
    pub answer: &'s AssertionAnswer,
}

/// Signs in by a passkey alone.
///
/// # Errors
/// `flow_over`, `passkey_unknown`, `invalid_passkey`, `too_many_requests`, `source_blocked`; `not_found` where there are no passkeys.
pub async fn with_passkey(
    app: &App,
    step: PasskeyStep<'_>,
    kind: Option<SessionKind>,
    errand: &Errand,
    client_info: &ClientInfo,
) -> Result<Entered> {
    let answer = (step.ceremony, step.answer);
    let what_for = (Kind::Login, Attempt::SignIn);
    let holder = match errand.asker {
        Asker::Page => Holder::Browser(client_info.browser.as_ref().ok_or(ErrorCode::FlowOver)?),
        Asker::Program => Holder::Program,
    };
    let used = passkeys::prove(app, Purpose::SignIn(holder), answer, what_for, client_info).await?;
    let who = Authenticated::by_passkey(app, used);
    enter(app, who, kind, (errand.asker, errand.next.clone()), client_info).await
}

/// Completes a pending sign-in by a passkey.
///
/// # Errors
/// As [`with_passkey`].
pub async fn second_by_passkey(
    app: &App,
    half: HalfSignedIn,
    step: PasskeyStep<'_>,
    asker: Asker,
    client_info: &ClientInfo,
) -> Result<Entered> {
    if half.is_enrolment() {
        return Err(ErrorCode::FlowOver.into());
    }
    let (kind, next) = (half.session(), half.next().map(str::to_owned));
    let answer = (step.ceremony, step.answer);
    let what_for = (Kind::Login, Attempt::SignIn);
    let purpose = Purpose::Second(half.flow().id(), half.user());
    let used = passkeys::prove(app, purpose, answer, what_for, client_info).await?;
    let who = half.complete_by_passkey(app, used);
    enter(app, who, kind, (asker, next), client_info).await
}

async fn enter(
    app: &App,
    who: Authenticated,
    kind: Option<SessionKind>,
    (asker, next): (Asker, Option<String>),
    client_info: &ClientInfo,
) -> Result<Entered> {
    let browser = asker.browser(client_info.browser.as_ref());
    let holder = browser.as_ref().map_or(Holder::Program, Holder::Browser);
    let opened: Result<IssuedSession> = match open(
        app,
        who,
        (kind, next.clone()),
        holder,
        client_info,
    )
    .await
    {
        Ok(Some(opened)) => Ok(opened),
        // The account was disabled, or is about to be erased.
        Ok(None) => Err(ErrorCode::InvalidPasskey.into()),
        Err(error) if matches!(&error, Error::Api(refused) if refused.code == ErrorCode::InvalidCredentials) => {
            Err(ErrorCode::InvalidPasskey.into())
        }
        Err(error) => Err(error),
    };
    outcome::record(app, Attempt::SignIn, client_info, &opened);
    or_waiting(opened.map(|opened| Entered::Session(Box::new(opened), next)), browser.as_ref())
}
