//! Second factors: the authenticator app of an account, and its recovery codes.

use super::{Db, DbResult, Tx};

/// The authenticator app of an account.
#[derive(sqlx::FromRow)]
pub struct TotpRow {
    /// The seed of its codes, sealed for the account's id.
    pub seed_sealed: String,
    /// The newest time step of which a code was used.
    pub last_step: i64,
    /// Time of its set-up, in Unix seconds.
    pub created_at: i64,
    /// Time of the last right code, in Unix seconds.
    pub used_at: Option<i64>,
}

/// The authenticator app of an account, if there is one.
///
/// # Errors
/// Fails if the database fails.
pub async fn totp(db: &Db, user_id: &str) -> DbResult<Option<TotpRow>> {
    fetch_optional!(
        db,
        TotpRow,
        "select seed_sealed, last_step, created_at, used_at from totp where user_id = $1",
        user_id
    )
}

/// Whether an account has an authenticator app, inside a unit of work.
///
/// # Errors
/// Fails if the database fails.
pub async fn has_totp(tx: &mut Tx<'_>, user_id: &str) -> DbResult<bool> {
    let row =
        fetch_optional!(tx, (i64,), "select created_at from totp where user_id = $1", user_id)?;
    Ok(row.is_some())
}

/// Sets the authenticator app of an account, in the epoch that begins with it. In the place of one before, it is as old as that:
/// what takes back things that came since does not remove a factor that was there.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_totp(
    tx: &mut Tx<'_>,
    (user_id, epoch): (&str, i64),
    (seed_sealed, step): (&str, i64),
    now_s: i64,
) -> DbResult<()> {
    execute!(
        tx,
        "insert into totp (user_id, seed_sealed, last_step, created_at, used_at, since_epoch)
         values ($1, $2, $3, $4, $4, $5)
         on conflict (user_id) do update set seed_sealed = excluded.seed_sealed,
             last_step = excluded.last_step, failed = 0, created_at = excluded.created_at,
             used_at = excluded.used_at",
        user_id,
        seed_sealed,
        step,
        now_s,
        epoch
    )?;
    Ok(())
}

/// Whether an account has an authenticator app that was set up in an epoch or later, inside a unit of work.
///
/// # Errors
/// Fails if the database fails.
pub async fn has_totp_since(tx: &mut Tx<'_>, user_id: &str, epoch: i64) -> DbResult<bool> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "select created_at from totp where user_id = $1 and since_epoch >= $2",
        user_id,
        epoch
    )?;
    Ok(row.is_some())
}

/// Uses the code of a time step; `false` if it, or a later one, was used: the conditional update decides between
/// competitors.
///
/// # Errors
/// Fails if the database fails.
pub async fn use_step(tx: &mut Tx<'_>, user_id: &str, step: i64, now_s: i64) -> DbResult<bool> {
    let used = execute!(
        tx,
        "update totp set last_step = $2, used_at = $3, failed = 0
         where user_id = $1 and last_step < $2",
        user_id,
        step,
        now_s
    )?;
    Ok(used == 1)
}

/// Counts a wrong code after a right password; the number of them since the last right one, or none without an app.
///
/// # Errors
/// Fails if the database fails.
pub async fn count_failed(tx: &mut Tx<'_>, user_id: &str) -> DbResult<Option<i64>> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "update totp set failed = failed + 1 where user_id = $1 returning failed",
        user_id
    )?;
    Ok(row.map(|(failed,)| failed))
}

/// Removes the authenticator app of an account and its recovery codes; `false` if there was none.
///
/// # Errors
/// Fails if the database fails.
pub async fn remove(tx: &mut Tx<'_>, user_id: &str) -> DbResult<bool> {
    execute!(tx, "delete from recovery_codes where user_id = $1", user_id)?;
    let removed = execute!(tx, "delete from totp where user_id = $1", user_id)?;
    Ok(removed == 1)
}

/// Stores new recovery codes in the place of all before.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_codes(
    tx: &mut Tx<'_>,
    user_id: &str,
    hashes: &[String],
    now_s: i64,
) -> DbResult<()> {
    execute!(tx, "delete from recovery_codes where user_id = $1", user_id)?;
    for hash in hashes {
        execute!(
            tx,
            "insert into recovery_codes (user_id, code_hash, created_at) values ($1, $2, $3)",
            user_id,
            hash,
            now_s
        )?;
    }
    Ok(())
}

/// Whether a recovery code is one of an account and unspent.
///
/// # Errors
/// Fails if the database fails.
pub async fn has_code(db: &Db, user_id: &str, hash: &str) -> DbResult<bool> {
    let row = fetch_optional!(
        db,
        (i64,),
        "select created_at from recovery_codes
         where user_id = $1 and code_hash = $2 and spent_at is null",
        user_id,
        hash
    )?;
    Ok(row.is_some())
}

/// Spends a recovery code, and forgets wrong codes before it; `false` if it is spent, or no code of the account.
///
/// # Errors
/// Fails if the database fails.
pub async fn spend_code(tx: &mut Tx<'_>, user_id: &str, hash: &str, now_s: i64) -> DbResult<bool> {
    execute!(tx, "update totp set failed = 0 where user_id = $1", user_id)?;
    let spent = execute!(
        tx,
        "update recovery_codes set spent_at = $3
         where user_id = $1 and code_hash = $2 and spent_at is null",
        user_id,
        hash,
        now_s
    )?;
    Ok(spent == 1)
}

/// The number of recovery codes that are left.
///
/// # Errors
/// Fails if the database fails.
pub async fn codes_left(db: &Db, user_id: &str) -> DbResult<i64> {
    let (left,) = fetch_one!(
        db,
        (i64,),
        "select count(*) from recovery_codes where user_id = $1 and spent_at is null",
        user_id
    )?;
    Ok(left)
}

/// The sealed seeds of all accounts with an app: the account's id, and the seed.
///
/// # Errors
/// Fails if the database fails.
pub async fn seeds(tx: &mut Tx<'_>) -> DbResult<Vec<(String, String)>> {
    fetch_all!(tx, (String, String), "select user_id, seed_sealed from totp order by user_id")
}

/// Replaces the sealed seed of an account.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_seed(tx: &mut Tx<'_>, user_id: &str, seed_sealed: &str) -> DbResult<()> {
    execute!(tx, "update totp set seed_sealed = $2 where user_id = $1", user_id, seed_sealed)?;
    Ok(())
}
