//! The way back of somebody who forgot their password: a mail, its link or code, a new password (S79, S80).
//!
//! [`ask()`] answers every name in the same way and with the same statements, [`code`] takes the code of the mail where
//! the mail was asked for, and [`reset`] spends the flow with the new password. Nobody is signed in by it.

mod asking;
mod finish;
mod letter;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use asking::{Asked, ask};
pub use finish::{Proof, Way, code, reset, way};

pub(super) use letter::NewPassword;

/// The answer to somebody who forgot their password, the same for every name.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryBegun {
    /// The secret of this attempt, for the code of the mail and the new password.
    pub flow: String,
    /// Time in which the mail can be used, in seconds.
    pub expires_in: i64,
    /// Time after which another mail may be asked for, in seconds.
    pub resend_after: i64,
}

/// What the asker's browser was, for the page that a link leads to; sealed in the flow.
#[derive(Default, Serialize, Deserialize)]
struct Carried {
    /// User agent of the asker.
    agent: Option<String>,
}
