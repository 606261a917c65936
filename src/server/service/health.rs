//! Whether the service can do its work.

use crate::{
    model::ErrorCode,
    server::{App, db::instance, error::Result},
};

/// The database answers, and the guard knows who was signed out elsewhere.
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
