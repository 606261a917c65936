//! Password hashes of accounts, with what a sign-in needs beside them.

use super::{Db, DbResult};
use crate::model::UserId;

/// The columns that sign-in reads.
#[derive(sqlx::FromRow)]
pub struct CredentialRow {
    /// Id of the account.
    #[sqlx(try_from = "String")]
    pub id: UserId,
    /// Password hash as a PHC string.
    pub password_hash: Option<String>,
    /// Time of a password that is below the policy, in Unix seconds.
    pub password_weak_at: Option<i64>,
    /// Time of disabling while disabled, in Unix seconds.
    pub disabled_at: Option<i64>,
    /// Epoch; a higher one invalidates issued tokens.
    pub epoch: i64,
    /// Time at which an authenticator app was set up, in Unix seconds, while there is one.
    pub totp_at: Option<i64>,
    /// Number of its passkeys.
    pub passkeys: i64,
    /// Names of the roles separated by spaces, or null.
    pub roles: Option<String>,
    /// When the account is erased, in Unix seconds, if that was asked for.
    pub erase_after: Option<i64>,
}

/// The columns of [`CredentialRow`].
macro_rules! select_credentials {
    ($rest:literal) => {
        concat!(
            "select u.id, u.password_hash, u.password_weak_at, u.disabled_at, u.epoch,
                    (select t.created_at from totp t where t.user_id = u.id) as totp_at,
                    (select count(*) from passkeys p where p.user_id = u.id) as passkeys,
                    (select string_agg(r.role, ' ' order by r.role) from user_roles r where r.user_id = u.id) as roles,
                    (select d.erase_after from deletions d where d.user_id = u.id) as erase_after ",
            $rest
        )
    };
}

/// Credentials by canonical username.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_username(db: &Db, canonical: &str) -> DbResult<Option<CredentialRow>> {
    fetch_optional!(
        db,
        CredentialRow,
        select_credentials!("from users u where u.username_canonical = $1"),
        canonical
    )
}

/// Credentials by canonical address, if an account has verified it.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_email(db: &Db, canonical: &str) -> DbResult<Option<CredentialRow>> {
    fetch_optional!(
        db,
        CredentialRow,
        select_credentials!(
            "from user_emails e join users u on u.id = e.user_id
             where e.address_canonical = $1 and e.verified_at is not null and e.undo_until is null"
        ),
        canonical
    )
}

/// Credentials by id.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_id(db: &Db, id: &str) -> DbResult<Option<CredentialRow>> {
    fetch_optional!(db, CredentialRow, select_credentials!("from users u where u.id = $1"), id)
}
