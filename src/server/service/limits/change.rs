//! Counting what somebody changes.

use super::{Limit, take};
use crate::server::{
    App,
    error::Result,
    service::{Visitor, audit, caller::Caller, outcome},
};

/// Counts a change by somebody who is signed in, before it is made.
///
/// # Errors
/// `too_many_requests` (429), recorded once a minute for each session.
pub(in crate::server::service) async fn count_change(
    app: &App,
    limit: Limit<'_>,
    caller: &Caller,
    visitor: &Visitor,
) -> Result<()> {
    match take(app, &[limit]).await {
        Ok(_stays) => Ok(()),
        Err(error) => {
            outcome::refused("change", visitor, error.code());
            Err(audit::limited_again(app, caller, error, visitor).await)
        }
    }
}
