//! Sessions: opened by a sign-in, carried by a refresh token, seen and ended by their owner.
//!
//! The rules of refresh stand in [`rotation`], apart from everything that carries them out.

mod end;
mod list;
mod mint;
mod open;
mod reauthenticate;
mod refresh;
mod used;

pub(super) mod device;
pub mod rotation;

pub use end::{Scope, end, end_by_token, end_mine, end_one};
pub use list::{of_caller, of_viewer};
pub use mint::Opened;
pub use reauthenticate::{FRESH_FOR, reauthenticate};
pub use refresh::refresh;
pub use used::Uses;

pub(super) use open::Opening;
pub(super) use reauthenticate::{Fresh, prove_fresh};

use rotation::Chain;

use crate::server::db::sessions::SessionRow;

/// The chain of tokens in a row.
pub(super) fn chain(row: &SessionRow) -> Chain<'_> {
    Chain {
        generation: row.generation,
        current: row.current_hash.as_deref(),
        previous: row.previous_hash.as_deref(),
        rotated_at_ms: row.rotated_at_ms,
        is_used: row.used_at_ms.is_some(),
        is_ended: row.revoked_at.is_some(),
        ends_at: row.expires_at.min(row.idle_expires_at),
    }
}
