//! Whether the service can do its work.

use crate::{
    model::ErrorCode,
    server::{App, db::instance, error::Result},
};

/// Readiness: the database answers, and the feed was read within the last ten seconds.
///
/// # Errors
/// `unavailable`.
pub async fn ready(app: &App) -> Result<()> {
    instance::get(&app.db, "secret_check").await?;
    if app.tokens.revoked.is_blind(app.clock.now_ms()) {
        return Err(ErrorCode::Unavailable.into());
    }
    Ok(())
}
