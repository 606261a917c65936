//! The address of an account: set, sent a confirmation, and confirmed by somebody who shows both the mailbox and the account
//! (S9).

mod confirm;
mod sending;

use serde::Serialize;
use utoipa::ToSchema;

pub use confirm::{Shown, confirm};
pub use sending::{Sent, send_again, set};

pub(super) use sending::Confirmation;

use super::{
    flows::{self, FlowToken, Purpose},
    principal::Principal,
    session_user::SessionUser,
};
use crate::{
    model::UserId,
    server::{
        App,
        db::addresses::{self, AddressRow},
        error::Result,
    },
};

/// An address of an account. Times are Unix seconds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AddressView {
    /// Its id.
    pub id: String,
    /// The address as typed.
    pub address: String,
    /// When it was set.
    pub created_at: i64,
    /// When its holder confirmed it; null until then.
    pub verified_at: Option<i64>,
}

impl From<AddressRow> for AddressView {
    fn from(row: AddressRow) -> Self {
        let AddressRow { id, address, created_at, verified_at, .. } = row;
        Self { id, address, created_at, verified_at }
    }
}

/// The addresses of the principal's account.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_principal(app: &App, principal: &Principal) -> Result<Vec<AddressView>> {
    list(app, principal.user()).await
}

/// The addresses of the session user's account, for a page.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_session_user(app: &App, session_user: &SessionUser) -> Result<Vec<AddressView>> {
    list(app, session_user.user()).await
}

async fn list(app: &App, user: &UserId) -> Result<Vec<AddressView>> {
    let rows = addresses::of_account(&app.db, user.as_str()).await?;
    Ok(rows.into_iter().map(AddressView::from).collect())
}

/// Whether an open link of a mail confirms an address of the session user's account; none if there is no such link.
/// Changes nothing.
///
/// # Errors
/// Fails if the database fails.
pub async fn is_for(app: &App, session_user: &SessionUser, link: &str) -> Result<Option<bool>> {
    let Some(link) = FlowToken::parse(link) else {
        return Ok(None);
    };
    let found = flows::peek_link(app, Purpose::VerifyAddress, &link).await?;
    Ok(found.map(|flow| flow.user.as_ref() == Some(session_user.user())))
}
