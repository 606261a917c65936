//! What was added to an account since its address was replaced, by the person who replaced it: the one list of what undo takes back.

use crate::server::{
    db::{
        Tx,
        addresses::ConfirmedRow,
        replaced_addresses::{self, RestoredRow},
    },
    error::Result,
    service::flows::{self, Of, Purpose},
};

/// When the address was replaced.
#[derive(Clone, Copy, Debug)]
pub(super) struct Since {
    /// The epoch of the account that began then.
    epoch: i64,
    /// Time of it, in Unix seconds: for what has no epoch, such as second factors.
    #[expect(dead_code, reason = "addresses are the only thing that is added so far")]
    at: i64,
}

impl From<&RestoredRow> for Since {
    fn from(row: &RestoredRow) -> Self {
        let at = row.undo_until - Purpose::UndoAddress.life();
        Self { epoch: row.replaced_epoch, at }
    }
}

/// Takes away what was added to an account since, within a unit of work; returns the addresses among it, which are to be told.
///
/// Password, sessions, known devices and flows are not here, because closing the account ends all of them.
///
/// # Errors
/// Fails if the database fails.
pub(super) async fn take_back(
    tx: &mut Tx<'_>,
    user_id: &str,
    since: Since,
    now_s: i64,
) -> Result<Vec<ConfirmedRow>> {
    let added = replaced_addresses::since(tx, user_id, since.epoch).await?;
    for row in &added {
        let of = Of::UserAt(user_id, &row.canonical);
        flows::supersede(tx, Purpose::UndoAddress, of, now_s).await?;
    }
    replaced_addresses::delete_since(tx, user_id, since.epoch).await?;
    Ok(added)
}
