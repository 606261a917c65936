//! The limits of a user's changes, and of what a source sends.

use super::{Limit, take};
use crate::server::{
    App,
    error::Result,
    service::{
        ClientInfo,
        audit::{self, Kind},
        outcome,
        principal::Principal,
    },
};

/// Counts a change by a signed-in user, before it is made.
///
/// # Errors
/// `too_many_requests` (429), recorded once a minute for each session.
pub(in crate::server::service) async fn count_change(
    app: &App,
    limit: Limit<'_>,
    principal: &Principal,
    client_info: &ClientInfo,
) -> Result<()> {
    match take(app, &[limit]).await {
        Ok(_stays) => Ok(()),
        Err(error) => {
            outcome::refused("change", client_info, error.code());
            Err(audit::limited_again(app, principal, error, client_info).await)
        }
    }
}

/// Counts a step that a source takes outside of a session; the source is told when it asks too often, or is blocked. `act` is its
/// name in the log.
///
/// # Errors
/// `too_many_requests` and `source_blocked`, recorded once a minute.
pub(in crate::server::service) async fn count_source(
    app: &App,
    (act, kind): (&str, Kind),
    wanted: &[Limit<'_>],
    client_info: &ClientInfo,
) -> Result<()> {
    let counted = match app.limits.blocks.refuse(client_info.source(), false, app.clock.now_s()) {
        Ok(()) => take(app, wanted).await,
        Err(blocked) => Err(blocked),
    };
    match counted {
        Ok(_stays) => Ok(()),
        Err(error) => {
            outcome::refused(act, client_info, error.code());
            Err(audit::limited(app, kind, error, client_info).await)
        }
    }
}
