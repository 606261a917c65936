//! The way back of somebody who forgot their password: a mail, its link or code, a new password (S79, S80).
//!
//! [`ask()`] answers every name in the same way and with the same statements, [`code`] takes the code of the mail where
//! the mail was asked for, and [`reset`] spends the flow with the new password. Nobody is signed in by it.

mod finish;
mod letter;

pub use finish::{Proof, Way, code, reset, way};

pub(super) use letter::NewPassword;

use super::{
    ClientInfo,
    by_name::{self, Asked, RESET},
    flows::Asker,
};
use crate::server::{App, error::Result};

/// Sends a link and a code for a new password to the address of a name.
///
/// # Errors
/// As `by_name::ask`.
pub async fn ask(
    app: &App,
    identifier: &str,
    asker: Asker,
    client_info: &ClientInfo,
) -> Result<Asked> {
    by_name::ask(app, RESET, identifier, asker, client_info).await
}
