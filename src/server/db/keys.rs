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

/// Takes a key out of use for good; `false` if it is not there.
pub async fn retire(tx: &mut Tx<'_>, kid: &str, now: i64) -> DbResult<bool> {
    let retired = execute!(
        tx,
        "update signing_keys set retired_at = $2 where kid = $1 and retired_at is null",
        kid,
        now
    )?;
    Ok(retired == 1)
}

/// Lets a key sign from a time on; `false` if it is not there.
pub async fn sign_from(tx: &mut Tx<'_>, kid: &str, active_at: i64) -> DbResult<bool> {
    let set = execute!(
        tx,
        "update signing_keys set active_at = $2 where kid = $1 and retired_at is null",
        kid,
        active_at
    )?;
    Ok(set == 1)
}

/// The sealed private parts of keys that are not retired: `kid` and text.
pub async fn sealed(tx: &mut Tx<'_>) -> DbResult<Vec<(String, String)>> {
    fetch_all!(
        tx,
        (String, String),
        "select kid, private_sealed from signing_keys where retired_at is null"
    )
}

/// Forgets the private parts of retired keys.
pub async fn forget_retired(tx: &mut Tx<'_>) -> DbResult<()> {
    execute!(tx, "update signing_keys set private_sealed = '' where retired_at is not null")?;
    Ok(())
}

/// Seals the private part of a key anew.
pub async fn reseal(tx: &mut Tx<'_>, kid: &str, sealed: &str) -> DbResult<()> {
    execute!(tx, "update signing_keys set private_sealed = $2 where kid = $1", kid, sealed)?;
    Ok(())
}
