use serde::Serialize;
use utoipa::ToSchema;

use super::{prove::is_in_doubt, usable::works};
use crate::{
    model::{PasskeyId, UserId},
    server::{
        App,
        db::passkeys::{self, PasskeyRow},
        error::Result,
        secure::passkey,
        service::principal::Principal,
    },
};

/// A passkey of one's own account. Times are Unix seconds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PasskeyView {
    /// Its id.
    pub id: PasskeyId,
    /// Its id of the authenticator, in base64url.
    pub credential_id: String,
    /// The name that its owner gave it.
    pub name: String,
    /// The name of its authenticator, where that is known. The authenticator says so itself.
    pub authenticator: Option<String>,
    /// Whether it may be on several devices.
    pub syncs: bool,
    /// Whether it works: not where it was made for another RP id.
    pub works: bool,
    /// When it was added.
    pub created_at: i64,
    /// When it was last used.
    pub last_used_at: Option<i64>,
}

impl PasskeyView {
    pub(super) fn of(app: &App, row: PasskeyRow) -> Self {
        Self {
            authenticator: row.aaguid.as_deref().and_then(passkey::name).map(str::to_owned),
            syncs: row.backup_eligible_at.is_some(),
            works: works(app, &row),
            id: row.id,
            credential_id: row.credential_id,
            name: row.name,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// The passkeys of an account, with what a browser tells its authenticators about them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Passkeys {
    /// The RP id; null where there are no passkeys.
    pub rp_id: Option<String>,
    /// The name under which authenticators keep them, in base64url; null before the first one.
    pub user_handle: Option<String>,
    /// The passkeys, in the order in which they were added.
    pub passkeys: Vec<PasskeyView>,
    /// Whether there are no others: for thirty days after a restore some may have been added since the backup, and authenticators are
    /// not told to remove them.
    pub are_all: bool,
}

/// The passkeys of the principal's account.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_principal(app: &App, principal: &Principal) -> Result<Passkeys> {
    of_account(app, principal.user()).await
}

/// The passkeys of an account.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_account(app: &App, user: &UserId) -> Result<Passkeys> {
    let rows = passkeys::of_account(&app.db, user.as_str()).await?;
    let owner = passkeys::owner(&app.db, user.as_str()).await?;
    Ok(Passkeys {
        rp_id: app.config.rp_id.clone(),
        user_handle: owner.and_then(|(handle, ..)| handle),
        are_all: !is_in_doubt(app).await?,
        passkeys: rows.into_iter().map(|row| PasskeyView::of(app, row)).collect(),
    })
}
