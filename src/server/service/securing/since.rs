//! What was added to an account after one of its addresses, by a person who may be a thief: the one list of what is taken back.

use crate::server::{
    db::{Tx, addresses::ConfirmedRow, addresses_in_doubt, factors},
    error::Result,
    service::{
        address,
        audit::{Actor, Kind, Outcome, Record},
        mail::{MailFacts, MailKind, Post},
    },
};

/// What was taken back from an account.
#[must_use = "those whom it concerns are told"]
pub(super) struct TakenBack {
    addresses: Vec<ConfirmedRow>,
    has_factor: bool,
}

/// Takes away what was added to an account after one of its addresses, within a unit of work: addresses in doubt that came later, and
/// an authenticator app that was set up since the first of them came, or since the address lost its place (`lost`, an epoch). An
/// address that is in doubt itself takes no app away: it may be a thief's, and the app its owner's.
///
/// Password, sessions, known devices and flows are not here, because closing the account ends all of them.
///
/// # Errors
/// Fails if the database fails.
pub(super) async fn take_back(
    tx: &mut Tx<'_>,
    (user_id, own): (&str, &str),
    lost: Option<i64>,
    now_s: i64,
) -> Result<TakenBack> {
    let addresses = address::take_off_later(tx, (user_id, own), now_s).await?;
    let since = addresses.iter().filter_map(|row| row.since_epoch).chain(lost).min();
    let is_in_doubt = addresses_in_doubt::is_in_doubt(tx, (user_id, own), now_s).await?;
    // With an app of a thief, a new password would help nobody.
    let has_factor = match since {
        Some(epoch) if !is_in_doubt => factors::has_totp_since(tx, user_id, epoch).await?,
        _ => false,
    };
    if has_factor {
        factors::remove(tx, user_id).await?;
    }
    Ok(TakenBack { addresses, has_factor })
}

impl TakenBack {
    /// Whether an address in canonical form was taken off.
    pub(super) fn has(&self, canonical: &str) -> bool {
        self.addresses.iter().any(|row| row.canonical == canonical)
    }

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
