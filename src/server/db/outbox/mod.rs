//! The outbox: mails that wait for a sender, and those that have ended.

mod keep;
mod send;

pub use keep::{
    EXPIRED, MailRow, expire, failed_since, forget, forget_addresses, forget_decoys, hasten,
    of_kind_since, page, reseal, sealed, void, void_all, waiting,
};
pub use send::{ClaimedRow, Noted, claim, due, finish, put_back, sent_since};

use super::{DbResult, Tx, instance};

/// A new mail.
pub struct NewMailRow<'m> {
    /// Id of the mail.
    pub id: &'m str,
    /// Name of its kind.
    pub kind: &'m str,
    /// Account that it is about, if any.
    pub user_id: Option<&'m str>,
    /// Address, sealed.
    pub address_sealed: &'m str,
    /// Language of its words.
    pub locale: &'m str,
    /// What its words are made of, sealed.
    pub payload_sealed: &'m str,
    /// 0 for mails that somebody waits for; higher ones come later.
    pub priority: i64,
    /// Whether it is never to be sent.
    pub is_decoy: bool,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// Time after which it is not sent, in Unix seconds.
    pub expires_at: i64,
}

/// Adds a mail; `false` if the instance secret is another one than that of the check value. Nothing could open it then.
///
/// # Errors
/// Fails if the database fails.
pub async fn insert(tx: &mut Tx<'_>, mail: &NewMailRow<'_>, secret_check: &str) -> DbResult<bool> {
    let state = if mail.is_decoy { "decoy" } else { "waiting" };
    let ended_at = mail.is_decoy.then_some(mail.created_at);
    let done = execute!(
        tx,
        "insert into outbox (id, kind, user_id, address_sealed, locale, payload_sealed, priority, state, attempts,
                             next_at, expires_at, claim, created_at, ended_at)
         select $1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, 0, $9, $11
         from instance where name = $13 and value = $12",
        mail.id,
        mail.kind,
        mail.user_id,
        mail.address_sealed,
        mail.locale,
        mail.payload_sealed,
        mail.priority,
        state,
        mail.created_at,
        mail.expires_at,
        ended_at,
        secret_check,
        instance::SECRET_CHECK
    )?;
    Ok(done == 1)
}
