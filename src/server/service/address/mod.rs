//! The address of an account: set, sent a confirmation, and confirmed by somebody who shows both the mailbox and the account
//! (S9).

mod confirm;
mod confirmation;
mod sending;

use serde::Serialize;
use utoipa::ToSchema;

pub use confirm::{Shown, confirm};
pub use sending::{Sent, send_again, set};

pub(super) use confirmation::Confirmation;

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
        secure::identifier::Email,
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

/// What a page of the session user shows about the confirmation of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mailed {
    /// The open link that this browser followed: it confirms this address of the account, in canonical form.
    Link(String),
    /// The open link that this browser followed is about the address of another account.
    Other,
    /// A mail to the address that waits has a code that works.
    Code,
    /// No mail is under way.
    Nothing,
}

/// What confirms an address of the session user's account. Changes nothing.
///
/// # Errors
/// Fails if the database fails.
pub async fn mailed(
    app: &App,
    session_user: &SessionUser,
    link: &str,
    waiting: Option<&AddressView>,
) -> Result<Mailed> {
    let user = session_user.user();
    if let Some(link) = FlowToken::parse(link)
        && let Some(flow) = flows::peek_link(app, Purpose::VerifyAddress, &link).await?
    {
        return Ok(match flow.address.filter(|_| flow.user.as_ref() == Some(user)) {
            Some(address) => Mailed::Link(address),
            None => Mailed::Other,
        });
    }
    let Some(waiting) = waiting else {
        return Ok(Mailed::Nothing);
    };
    let canonical = Email::canonical(&waiting.address).unwrap_or_default();
    let found = flows::of_address(app, Purpose::VerifyAddress, user, &canonical).await?;
    Ok(if found.is_some() { Mailed::Code } else { Mailed::Nothing })
}
