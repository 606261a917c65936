use crate::server::{
    db::{Tx, addresses::ConfirmedRow, replaced_addresses},
    error::Result,
    service::flows::{self, Of, Purpose},
};

/// Takes off the addresses that came to an account in an epoch or later, within a unit of work; returns them, because they are to
/// be told. What would undo their own replacement is over.
///
/// # Errors
/// Fails if the database fails.
pub(in crate::server::service) async fn take_off_since(
    tx: &mut Tx<'_>,
    user_id: &str,
    epoch: i64,
    now_s: i64,
) -> Result<Vec<ConfirmedRow>> {
    let added = replaced_addresses::since(tx, user_id, epoch).await?;
    for row in &added {
        let of = Of::UserAt(user_id, &row.canonical);
        flows::supersede(tx, Purpose::UndoAddress, of, now_s).await?;
    }
    replaced_addresses::delete_since(tx, user_id, epoch).await?;
    Ok(added)
}
