use crate::{
    model::Form,
    server::service::{
        flows::{Asker, BrowserToken, FlowToken, Purpose},
        session::IssuedSession,
    },
};

/// The result of a right password or code.
pub enum Entered {
    /// A session, and the page afterwards that its first step was given.
    Session(Box<IssuedSession>, Option<String>),
    /// The account has a second factor, which is missing, or needs one.
    Pending(PendingSignIn),
    /// The address of the account must be confirmed first.
    Unconfirmed(UnconfirmedSignIn),
    /// The account is leaving: there is no session, and its owner can keep it.
    Leaving(LeavingSignIn),
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
    /// Whether it sets up an authenticator app, because a role demands one. Else it asks for a code.
    pub is_enrolment: bool,
}

impl PendingSignIn {
    /// The form with which it goes on.
    pub fn form(&self) -> Form {
        if self.is_enrolment { Form::Enrol } else { Form::Factor }
    }

    /// Time for which it waits, in seconds.
    pub fn life() -> i64 {
        Purpose::SignIn.life()
    }
}

/// A right sign-in that waits until the address is confirmed.
pub struct UnconfirmedSignIn {
    /// Its secret.
    pub token: FlowToken,
    /// The secret of the browser that it is bound to, if it is.
    pub browser: Option<BrowserToken>,
}

impl UnconfirmedSignIn {
    /// Time for which it waits, in seconds.
    pub fn life() -> i64 {
        Purpose::Confirm.life()
    }
}

/// A right sign-in to an account that is leaving.
pub struct LeavingSignIn {
    /// The secret with which the account is kept.
    pub token: FlowToken,
    /// The secret of the browser that it is bound to, if it is.
    pub browser: Option<BrowserToken>,
}

impl LeavingSignIn {
    /// Time for which it works, in seconds.
    pub fn life() -> i64 {
        Purpose::Keep.life()
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
