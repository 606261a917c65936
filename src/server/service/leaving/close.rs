use super::KEPT_FOR;
use crate::server::{
    db::{DbResult, Tx, deletions, sessions},
    service::session::Ending,
};

/// An account that was closed.
pub(in crate::server::service) struct Closed {
    /// Time in Unix seconds after which it is erased.
    pub(in crate::server::service) erase_after: i64,
    /// The sessions that ended.
    pub(in crate::server::service) sessions: Vec<String>,
}

/// Closes an account within a unit of work that has locked its row; none if it is leaving already. The unit begins a new epoch
/// too, with which known devices, flows and access tokens end.
///
/// # Errors
/// Fails if the database fails.
pub(in crate::server::service) async fn close(
    tx: &mut Tx<'_>,
    id: &str,
    now_s: i64,
) -> DbResult<Option<Closed>> {
    let erase_after = now_s + KEPT_FOR;
    if !deletions::ask(tx, id, now_s, erase_after).await? {
        return Ok(None);
    }
    let ending = Ending::Deletion.reason();
    let sessions = sessions::revoke_all(tx, id, None, ending, now_s).await?;
    Ok(Some(Closed { erase_after, sessions }))
}
