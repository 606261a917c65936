//! Confirmed addresses of accounts, to which mails go, and what servers said of them.

use super::{DbResult, Tx};

/// A confirmed address, with what its owner's mails need.
#[derive(sqlx::FromRow)]
pub struct ConfirmedRow {
    /// Address as typed.
    pub address: String,
    /// Username of its owner.
    pub username: String,
    /// A JSON object of texts by field name.
    pub profile: String,
    /// Language of the registration.
    pub locale: Option<String>,
}

/// The confirmed addresses of an account, the oldest first.
///
/// # Errors
/// Fails if the database fails.
pub async fn confirmed(tx: &mut Tx<'_>, user_id: &str) -> DbResult<Vec<ConfirmedRow>> {
    fetch_all!(
        tx,
        ConfirmedRow,
        "select e.address, u.username, u.profile, u.locale
         from user_emails e join users u on u.id = e.user_id
         where e.user_id = $1 and e.verified_at is not null order by e.verified_at, e.id",
        user_id
    )
}

/// Notes that a server takes no mail for an address of an account.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_refused(
    tx: &mut Tx<'_>,
    (user_id, canonical): (&str, &str),
    reply: &str,
    now_s: i64,
) -> DbResult<u64> {
    execute!(
        tx,
        "update user_emails set refused_at = $3, refused_reply = $4
         where user_id = $1 and address_canonical = $2",
        user_id,
        canonical,
        now_s,
        reply
    )
}

/// Notes that a mail to an address of an account was taken.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_accepted(tx: &mut Tx<'_>, (user_id, canonical): (&str, &str)) -> DbResult<u64> {
    execute!(
        tx,
        "update user_emails set refused_at = null, refused_reply = null
         where user_id = $1 and address_canonical = $2 and refused_at is not null",
        user_id,
        canonical
    )
}
