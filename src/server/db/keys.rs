//! Signing keys at rest.

use super::{Db, DbResult, Tx};

/// A signing key with its private part sealed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyRow {
    /// Thumbprint of the key.
    pub kid: String,
    /// Name of the ring that it belongs to.
    pub ring: String,
    /// Name of the algorithm in JOSE, such as `EdDSA`.
    pub algorithm: String,
    /// Sealed PKCS#8, or a sealed shared secret.
    pub private_sealed: String,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// Time from which the key signs, in Unix seconds.
    pub active_at: i64,
}

/// All keys that are not retired.
///
/// # Errors
/// Fails if the database fails.
pub async fn live(db: &Db) -> DbResult<Vec<KeyRow>> {
    fetch_all!(
        db,
        KeyRow,
        "select kid, ring, algorithm, private_sealed, created_at, active_at from signing_keys
         where retired_at is null order by active_at desc, created_at desc, kid desc"
    )
}

/// Inserts a key; `false` if a retired key has the same `kid`, which then stays retired.
///
/// # Errors
/// Fails if the database fails.
pub async fn insert(tx: &mut Tx<'_>, key: &KeyRow) -> DbResult<bool> {
    let added = execute!(
        tx,
        "insert into signing_keys (kid, ring, algorithm, private_sealed, created_at, active_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        &key.kid,
        &key.ring,
        &key.algorithm,
        &key.private_sealed,
        key.created_at,
        key.active_at
    )?;
    Ok(added == 1)
}

/// Retires a key permanently; `false` if it does not exist.
///
/// # Errors
/// Fails if the database fails.
pub async fn retire(tx: &mut Tx<'_>, kid: &str, now_s: i64) -> DbResult<bool> {
    let retired = execute!(
        tx,
        "update signing_keys set retired_at = $2 where kid = $1 and retired_at is null",
        kid,
        now_s
    )?;
    Ok(retired == 1)
}

/// Sets the time from which a key signs; `false` if it does not exist.
///
/// # Errors
/// Fails if the database fails.
pub async fn sign_from(tx: &mut Tx<'_>, kid: &str, active_at: i64) -> DbResult<bool> {
    let set = execute!(
        tx,
        "update signing_keys set active_at = $2 where kid = $1 and retired_at is null",
        kid,
        active_at
    )?;
    Ok(set == 1)
}

/// A sealed private part, with what it is sealed for.
#[derive(Debug, sqlx::FromRow)]
pub struct SealedKey {
    /// Thumbprint of the key.
    pub kid: String,
    /// Name of the ring that it belongs to.
    pub ring: String,
    /// Sealed PKCS#8, or a sealed shared secret.
    pub private_sealed: String,
}

/// The sealed private part of each key that is not retired.
///
/// # Errors
/// Fails if the database fails.
pub async fn sealed(tx: &mut Tx<'_>) -> DbResult<Vec<SealedKey>> {
    fetch_all!(
        tx,
        SealedKey,
        "select kid, ring, private_sealed from signing_keys where retired_at is null"
    )
}

/// Deletes the private parts of retired keys.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_retired(tx: &mut Tx<'_>) -> DbResult<()> {
    execute!(tx, "update signing_keys set private_sealed = '' where retired_at is not null")?;
    Ok(())
}

/// Replaces the sealed private part of a key.
///
/// # Errors
/// Fails if the database fails.
pub async fn reseal(tx: &mut Tx<'_>, kid: &str, sealed: &str) -> DbResult<()> {
    execute!(tx, "update signing_keys set private_sealed = $2 where kid = $1", kid, sealed)?;
    Ok(())
}
