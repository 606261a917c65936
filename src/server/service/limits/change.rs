//! The limit of a user's changes.

use super::{Limit, take};
use crate::server::{
    App,
    error::Result,
    service::{ClientInfo, audit, outcome, principal::Principal},
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
