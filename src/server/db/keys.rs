//! Signing keys at rest.

use super::{Db, DbResult, Tx};

/// A key, its private part sealed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyRow {
    /// The key's thumbprint.
    pub kid: String,
    /// As in JOSE: `EdDSA`.
    pub algorithm: String,
    /// Sealed PKCS#8, or a sealed shared secret.
    pub private_sealed: String,
    /// Unix seconds.
    pub created_at: i64,
    /// From when on it signs, Unix seconds.
    pub active_at: i64,
}

/// Keys that are not retired.
pub async fn live(db: &Db) -> DbResult<Vec<KeyRow>> {
    fetch_all!(
        db,
        KeyRow,
        "select kid, algorithm, private_sealed, created_at, active_at from signing_keys
         where retired_at is null order by active_at desc, created_at desc, kid desc"
    )
}

/// Adds a key; a retired one of the same `kid` stays retired, and then this answers `false`.
pub async fn insert(tx: &mut Tx<'_>, key: &KeyRow) -> DbResult<bool> {
    let added = execute!(
        tx,
        "insert into signing_keys (kid, algorithm, private_sealed, created_at, active_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
        &key.kid,
        &key.algorithm,
        &key.private_sealed,
        key.created_at,
        key.active_at
    )?;
    Ok(added == 1)
}

/// Names the key that follows one; `false` if another has been named: the row decides who won.
pub async fn set_successor(tx: &mut Tx<'_>, kid: &str, successor: &str) -> DbResult<bool> {
    let set = execute!(
        tx,
        "update signing_keys set successor = $2
         where kid = $1 and successor is null and retired_at is null",
        kid,
        successor
    )?;
    Ok(set == 1)
}

/// Takes a key out of use for good; whoever it was to follow waits for another. `false` if it is not there.
pub async fn retire(tx: &mut Tx<'_>, kid: &str, now: i64) -> DbResult<bool> {
    let retired = execute!(
        tx,
        "update signing_keys set retired_at = $2 where kid = $1 and retired_at is null",
        kid,
        now
    )?;
    execute!(tx, "update signing_keys set successor = null where successor = $1", kid)?;
    Ok(retired == 1)
}

/// Lets a key sign from now on.
pub async fn activate(tx: &mut Tx<'_>, kid: &str, now: i64) -> DbResult<()> {
    execute!(
        tx,
        "update signing_keys set active_at = $2 where kid = $1 and active_at > $2",
        kid,
        now
    )?;
    Ok(())
}
