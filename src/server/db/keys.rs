//! Signing keys at rest.

use super::{Db, DbResult, Tx};

/// A key, its private part sealed.
#[derive(sqlx::FromRow)]
pub struct KeyRow {
    /// The key's thumbprint.
    pub kid: String,
    /// As in JOSE: `EdDSA`.
    pub algorithm: String,
    /// Sealed PKCS#8.
    pub private_sealed: String,
}

/// Keys that are not retired, newest first.
pub async fn live(db: &Db) -> DbResult<Vec<KeyRow>> {
    fetch_all!(
        db,
        KeyRow,
        "select kid, algorithm, private_sealed from signing_keys
         where retired_at is null order by created_at desc, kid desc"
    )
}

/// Adds the first key unless another process was quicker.
pub async fn insert_first(tx: &mut Tx<'_>, key: &KeyRow, now: i64) -> DbResult<()> {
    // The row of `instance` decides a race of two first starts.
    let winner = super::instance::set_once(tx, "first_key", &key.kid).await?;
    if winner == key.kid {
        execute!(
            tx,
            "insert into signing_keys (kid, algorithm, private_sealed, created_at)
             values ($1, $2, $3, $4)",
            &key.kid,
            &key.algorithm,
            &key.private_sealed,
            now
        )?;
    }
    Ok(())
}
