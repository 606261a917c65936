//! What was added to an account since its address was replaced, by the person who replaced it: the one list of what is taken
//! back.

use crate::server::{
    db::{Tx, addresses::ConfirmedRow, factors},
    error::Result,
    service::{
        address,
        audit::{Actor, Kind, Outcome, Record},
        mail::{MailFacts, MailKind, Post},
    },
};

/// What was taken back from an account.
#[derive(Default)]
#[must_use = "those whom it concerns are told"]
pub(super) struct TakenBack {
    addresses: Vec<ConfirmedRow>,
    has_factor: bool,
}

/// Takes away what was added to an account in an epoch or later, within a unit of work.
///
/// Password, sessions, known devices and flows are not here, because closing the account ends all of them.
///
/// # Errors
/// Fails if the database fails.
pub(super) async fn take_back(
    tx: &mut Tx<'_>,
    user_id: &str,
    epoch: i64,
    now_s: i64,
) -> Result<TakenBack> {
    let addresses = address::take_off_since(tx, user_id, epoch, now_s).await?;
    // With an app of a thief, a new password would help nobody.
    let has_factor = factors::has_totp_since(tx, user_id, epoch).await?;
    if has_factor {
        factors::remove(tx, user_id).await?;
    }
    Ok(TakenBack { addresses, has_factor })
}

impl TakenBack {
    /// Tells the addresses that were taken off, and those in use if the app was.
    ///
    /// # Errors
    /// Fails if the database or the seal fails.
    pub(super) async fn tell(
        self,
        tx: &mut Tx<'_>,
        user_id: &str,
        post: &Post,
        record: &Record,
    ) -> Result<()> {
        for row in &self.addresses {
            post.tell(tx, user_id, row, MailKind::AddressRemoved, MailFacts::default()).await?;
        }
        if self.has_factor {
            post.notify(tx, user_id, MailKind::FactorRemoved).await?;
            let event = (Kind::TotpRemove, Outcome::Success);
            record.clone().write(tx, event, Actor::Person(user_id), Some(user_id)).await?;
        }
        Ok(())
    }
}
