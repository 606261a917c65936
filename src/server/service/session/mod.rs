//! Sessions: opened by a sign-in, continued by refresh tokens, listed and ended by their owner.
//!
//! The rules of refresh are in [`rotation`], separate from their execution.

mod end;
mod ended;
mod grant;
mod list;
mod mint;
mod of_account;
mod open;
mod promised;
mod reauthenticate;
mod refresh;
mod renew;
mod used;

pub(super) mod device;
pub mod rotation;

pub use end::{end, end_all, end_by_token, end_one, end_others, keep_promises};
pub use grant::GrantOf;
pub use list::{copied, device_of, dismiss_copied, of_principal, of_session_user};
pub use mint::{Issued, IssuedSession};
pub use of_account::{SessionLine, account, each_of, end_by_agent};
pub use promised::Promised;
pub use reauthenticate::{reauthenticate, reauthenticate_by_passkey};
pub(super) use refresh::is_orphan;
pub use refresh::{Refreshed, advance, refresh};
pub use renew::Renewed;
pub use used::UsageWriter;

pub(super) use ended::{Ended, Ending};
pub(super) use grant::{NewGrant, current, end_for_role, end_grant};
pub(super) use open::open;
pub(super) use renew::{NewIdentity, Renewal};

use rotation::{Chain, Replayed};

use crate::server::{
    App,
    config::Config,
    db::{sessions::SessionRow, users::UserRow},
    secure::jwt::Claims,
    service::token_claims::ChosenClaims,
};

/// The `client_id` of our own client: the pages of this service and programs that call its API.
pub const CLIENT: &str = "vestibule";

/// The token chain of a row, by the current settings.
pub(super) fn chain<'r>(row: &'r SessionRow, config: &Config) -> Chain<'r> {
    Chain {
        generation: row.generation,
        current: row.current_hash.as_deref(),
        previous: row.previous_hash.as_deref(),
        rotated_at_ms: row.rotated_at_ms,
        is_used: row.used_at_ms.is_some(),
        ended_at_ms: row.revoked_at.map(|at| at * 1000),
        is_superseded: Ending::is_superseded(row.revoked_reason.as_deref()),
        replayed: Replayed { generation: row.late_generation, run: row.late_run },
        is_ours: row.client_id == CLIENT,
        ends_at: ends_at(row, config).min(idle_ends_at(row, config)),
    }
}

/// The claims of an access token for a stored session, while it lives, without those that a setting names: pages
/// need none of them, and would read `app_metadata` for each.
pub(super) fn claims(app: &App, row: &SessionRow, user: &UserRow, generation: i64) -> Claims {
    let ends_at = ends_at(row, &app.config);
    let grant = mint::TokenGrant::of(row, &row.id, generation, ends_at);
    mint::claims(app, user, &grant, ends_at, ChosenClaims::default())
}

/// Absolute end of a session in Unix seconds, by the row and the current settings, whichever is
/// earlier; the settings are about our own client alone. A session without a refresh token ends with its access token.
pub(super) fn ends_at(row: &SessionRow, config: &Config) -> i64 {
    match mint::kind(row) {
        Some(_) if row.client_id == CLIENT => {
            row.expires_at.min(row.created_at + config.session_ttl)
        }
        _ => row.expires_at,
    }
}

fn idle_ends_at(row: &SessionRow, config: &Config) -> i64 {
    match mint::kind(row) {
        Some(_) if row.client_id == CLIENT => {
            row.idle_expires_at.min(row.last_seen_at + config.session_idle_ttl)
        }
        _ => row.idle_expires_at,
    }
}
