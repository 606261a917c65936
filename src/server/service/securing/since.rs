//! What was added to an account after one of its addresses, by a person who may be a thief: the one list of what is taken back.

use crate::server::{
    db::{Tx, addresses::ConfirmedRow, addresses_in_doubt, factors, passkeys},
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
    passkeys: u64,
    /// Whether the address of the reader is in doubt itself.
    is_in_doubt: bool,
}

/// Takes away what was added to an account after one of its addresses, within a unit of work: addresses in doubt that came later, and
/// an authenticator app and passkeys that were set up since the first of them came, or since the address lost its place (`lost`, an epoch). An
/// address that is in doubt itself takes none of these away: it may be a thief's, and they its owner's.
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
    let passkeys = match since {
        Some(epoch) if !is_in_doubt => passkeys::remove_since(tx, user_id, epoch).await?,
        _ => 0,
    };
    Ok(TakenBack { addresses, has_factor, passkeys, is_in_doubt })
}

impl TakenBack {
    /// Whether the reader is trusted with the factors of the account.
    pub(super) fn is_settled(&self) -> bool {
        !self.is_in_doubt
    }

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
        if self.passkeys > 0 {
            told_of_passkeys(tx, user_id, self.passkeys, post, record).await?;
        }
        Ok(())
    }
}

/// Tells that passkeys were removed by the owner of an account who was not the one that added them.
///
/// # Errors
/// Fails if the database or the seal fails.
pub(super) async fn told_of_passkeys(
    tx: &mut Tx<'_>,
    user_id: &str,
    count: u64,
    post: &Post,
    record: &Record,
) -> Result<()> {
    post.notify(tx, user_id, MailKind::PasskeyRemoved).await?;
    let event = (Kind::PasskeyRemove, Outcome::Success);
    let record = record.clone().about("count", count);
    Ok(record.write(tx, event, Actor::Person(user_id), Some(user_id)).await?)
}
