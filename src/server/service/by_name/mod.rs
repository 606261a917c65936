//! Mails with a code that anybody asks for by a name: every name gets the same answer, by the same statements (S2, S21).

mod asking;
mod code;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{audit::Kind, flows::Purpose, mail::MailKind};

pub use asking::Asked;
pub(super) use asking::ask;
pub(super) use code::{code, resume};

/// The answer to somebody who asked for a mail by a name, the same for every name.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailAsked {
    /// The secret of this attempt, which goes with the code of the mail.
    pub flow: String,
    /// Time in which the mail can be used, in seconds.
    pub expires_in: i64,
    /// Time after which another mail may be asked for, in seconds.
    pub resend_after: i64,
}

/// What such a mail is for.
#[derive(Clone, Copy)]
pub(super) struct Errand {
    /// The purpose of its flow.
    purpose: Purpose,
    mail: MailKind,
    /// The event of asking for the mail.
    asked: Kind,
    /// The event of its code.
    coded: Kind,
    /// Its name in the log.
    act: &'static str,
    /// Whether the mail has a link beside the code, which works in any browser.
    has_link: bool,
}

/// A new password in place of a forgotten one.
pub(super) const RESET: Errand = Errand {
    purpose: Purpose::Reset,
    mail: MailKind::Reset,
    asked: Kind::RecoveryAsk,
    coded: Kind::RecoveryCode,
    act: "recovery",
    has_link: true,
};

/// A sign-in without a password. Its code works where the mail was asked for, and nowhere else.
pub(super) const SIGN_IN: Errand = Errand {
    purpose: Purpose::MailCode,
    mail: MailKind::SignInCode,
    asked: Kind::MailCodeAsk,
    coded: Kind::MailCodeGive,
    act: "sign-in by mail",
    has_link: false,
};

/// What the asker's browser was, for the page that a link leads to; sealed in the flow.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Carried {
    /// User agent of the asker.
    pub(super) agent: Option<String>,
}
