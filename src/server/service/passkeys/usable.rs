//! Which passkeys work here.

use crate::{
    model::UserId,
    server::{
        App,
        db::{
            Tx,
            passkeys::{self, PasskeyRow},
        },
        error::Result,
    },
};

/// Whether a passkey works here: those of another RP id are neither a factor nor a way in.
pub(super) fn works(app: &App, row: &PasskeyRow) -> bool {
    app.config.rp_id.as_ref() == Some(&row.rp_id)
}

/// As [`are_usable`], inside a unit of work.
///
/// # Errors
/// Fails if the database fails.
pub(in crate::server::service) async fn are_usable_in(
    app: &App,
    tx: &mut Tx<'_>,
    user: &str,
) -> Result<bool> {
    match &app.config.rp_id {
        Some(rp_id) => Ok(passkeys::has_for(tx, user, rp_id).await?),
        None => Ok(false),
    }
}

/// Whether an account has a passkey that works here.
///
/// # Errors
/// Fails if the database fails.
pub(in crate::server::service) async fn are_usable(app: &App, user: &UserId) -> Result<bool> {
    let rows = passkeys::of_account(&app.db, user.as_str()).await?;
    Ok(rows.iter().any(|row| works(app, row)))
}

/// How many passkeys are for another RP id than this: none of them works.
///
/// # Errors
/// Fails if the database fails.
pub async fn elsewhere(app: &App, rp_id: &str) -> Result<i64> {
    Ok(passkeys::elsewhere(&app.db, rp_id).await?)
}
