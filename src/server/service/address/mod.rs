//! The addresses of an account: set, sent a confirmation, and confirmed by somebody who shows both the mailbox and the account
//! (S9). The first one is the main one until another is made that; each change can be undone by an address of before (S81).

mod back;
mod change;
mod confirm;
mod confirmation;
mod refuse;
mod remove;
mod sending;

use futures::FutureExt;
use serde::Serialize;
use utoipa::ToSchema;

pub use confirm::{Shown, confirm};
pub use refuse::{refuse, refuses};
pub use remove::{remove, set_primary};
pub use sending::{Sent, parsed, send_again, set};

pub(super) use back::{offer_closing, offer_undo, resume, take_off_later};
pub(super) use confirm::confirm_first;
pub(super) use confirmation::Confirmation;
pub(super) use sending::{Asks, send_again_to, set_for};

use super::{
    flows::{self, FlowToken, Purpose},
    principal::Principal,
    session_user::SessionUser,
};
use crate::{
    model::UserId,
    server::{
        App,
        db::{
            addresses::{self, AddressRow},
            removed_addresses,
        },
        error::Result,
        service::prune::{BATCH, in_batches},
    },
};

/// Maximum number of confirmed addresses of an account.
pub const MOST: usize = 5;

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
    /// Whether it is the confirmed address that the account is shown with.
    pub primary: bool,
}

/// Rows in their order, in which the first confirmed one is the main one.
fn views(rows: Vec<AddressRow>) -> Vec<AddressView> {
    let viewed = |(n, row): (usize, AddressRow)| {
        let AddressRow { id, address, created_at, verified_at, .. } = row;
        AddressView {
            id,
            address,
            created_at,
            verified_at,
            primary: n == 0 && verified_at.is_some(),
        }
    };
    rows.into_iter().enumerate().map(viewed).collect()
}

/// The addresses of the principal's account.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_principal(app: &App, principal: &Principal) -> Result<Vec<AddressView>> {
    let rows = addresses::of_account(&app.db, principal.user().as_str()).await?;
    Ok(views(rows))
}

/// What a page of the session user shows about addresses.
pub struct AddressPage {
    /// The address that waits for its confirmation.
    pub waiting: Option<AddressView>,
    /// The confirmed addresses, the main one first.
    pub confirmed: Vec<AddressView>,
    /// What confirms an address now.
    pub mailed: Mailed,
    /// The address that the owner of its mailbox took off the account in the last day, in canonical form.
    pub refused: Option<String>,
}

/// What confirms an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mailed {
    /// The open link that this browser followed: it confirms this address of the account, as typed.
    Link(String),
    /// The open link that this browser followed is about the address of another account.
    Other,
    /// A mail to the address that waits has a code that works.
    Code,
    /// No mail is under way.
    Nothing,
}

/// The addresses of the session user, and what the browser's link is about. Changes nothing.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_session_user(
    app: &App,
    session_user: &SessionUser,
    link: &str,
) -> Result<AddressPage> {
    of_user(app, session_user.user(), link).await
}

/// The same for an account whose user shows what a page needs.
///
/// # Errors
/// Fails if the database fails.
pub(super) async fn of_user(app: &App, user: &UserId, link: &str) -> Result<AddressPage> {
    let rows = addresses::of_account(&app.db, user.as_str()).await?;
    let mailed = mailed(app, user, link, &rows).await?;
    let refused = match rows.iter().all(|row| row.verified_at.is_some()) {
        true => flows::spent_about(app, Purpose::RefuseAddress, user).await?,
        false => None,
    };
    // One that was refused, set again and confirmed is an address of the account.
    let is_known = |refused: &String| rows.iter().any(|row| row.canonical == *refused);
    let refused = refused.filter(|refused| !is_known(refused));
    let (confirmed, waiting): (Vec<_>, Vec<_>) =
        views(rows).into_iter().partition(|view| view.verified_at.is_some());
    let waiting = waiting.into_iter().next();
    Ok(AddressPage { waiting, confirmed, mailed, refused })
}

async fn mailed(app: &App, user: &UserId, link: &str, rows: &[AddressRow]) -> Result<Mailed> {
    if let Some(link) = FlowToken::parse(link)
        && let Some(flow) = flows::peek_link(app, Purpose::VerifyAddress, &link).await?
    {
        let is_own = flow.user.as_ref() == Some(user);
        let of_flow = |row: &&AddressRow| flow.address.as_ref() == Some(&row.canonical);
        return Ok(match rows.iter().find(of_flow).filter(|_| is_own) {
            Some(row) => Mailed::Link(row.address.clone()),
            None => Mailed::Other,
        });
    }
    let Some(waiting) = rows.iter().find(|row| row.verified_at.is_none()) else {
        return Ok(Mailed::Nothing);
    };
    let found = flows::of_address(app, Purpose::VerifyAddress, user, &waiting.canonical).await?;
    Ok(if found.is_some() { Mailed::Code } else { Mailed::Nothing })
}

/// Gives up the removed addresses whose removal cannot be undone any more; runs once a minute.
///
/// # Errors
/// Fails if the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    let now_s = app.clock.now_s();
    in_batches(app, move |tx| removed_addresses::sweep(tx, now_s, BATCH).boxed()).await
}
