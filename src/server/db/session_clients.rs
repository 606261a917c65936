//! Clients of the sessions of an account.

use super::{DbResult, Tx};

/// IP address and user agent of a session.
pub type ClientRow = (Option<String>, Option<String>);

/// The clients of the newest sessions of an account that nobody has ended, without one of them
/// and without grants of other clients.
///
/// # Errors
/// Fails if the database fails.
pub async fn newest(
    tx: &mut Tx<'_>,
    user_id: &str,
    without: &str,
    limit: i64,
) -> DbResult<Vec<ClientRow>> {
    fetch_all!(
        tx,
        ClientRow,
        "select client_ip, user_agent from sessions
         where user_id = $1 and revoked_at is null and id <> $2 and parent_id is null order by id desc limit $3",
        user_id,
        without,
        limit
    )
}
