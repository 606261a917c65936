//! Whether the service can do its work.

use crate::server::{App, db::instance, error::Result};

/// The database answers.
pub async fn ready(app: &App) -> Result<()> {
    instance::get(&app.db, "secret_check").await?;
    Ok(())
}
