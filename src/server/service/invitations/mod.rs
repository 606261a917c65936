//! Invitations: an operator or administrator names an address, and the reader of its link makes the account.
//!
//! There is no account before: a row without a password would be taken by the first who registers. The link is a flow of
//! [`Purpose::Invite`](super::flows::Purpose); the address counts as confirmed by it.

mod accept;
mod invited;
mod list;
mod make;

use futures::FutureExt;

pub use accept::accept;
pub use invited::{Invited, open};
pub use list::{InvitationPage, InvitationState, InvitationView, each, list};
pub use make::{LIFE, Made, NewInvitation, make, revoke};

use super::prune::{BATCH, in_batches};
use crate::server::{App, db::invitations, error::Result};

/// Time after its end for which an invitation is listed, in seconds.
const KEPT: i64 = 30 * 86_400;

/// Deletes invitations that ended thirty days ago; runs once a minute.
///
/// # Errors
/// Fails if the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    let before = app.clock.now_s() - KEPT;
    in_batches(app, move |tx| invitations::forget(tx, before, BATCH).boxed()).await
}
