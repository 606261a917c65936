//! Former usernames, which stay reserved for their accounts for a while.

use super::{DbResult, Tx};

/// Reserves a name in canonical form for its former account until a time (Unix seconds).
///
/// # Errors
/// Fails if the database fails.
pub async fn keep(tx: &mut Tx<'_>, canonical: &str, user_id: &str, until: i64) -> DbResult<()> {
    execute!(
        tx,
        "insert into former_usernames (username_canonical, user_id, kept_until) values ($1, $2, $3)
         on conflict (username_canonical)
         do update set user_id = excluded.user_id, kept_until = excluded.kept_until",
        canonical,
        user_id,
        until
    )?;
    Ok(())
}

/// Whether a name is reserved for another account than `user_id`.
///
/// # Errors
/// Fails if the database fails.
pub async fn is_kept(
    tx: &mut Tx<'_>,
    canonical: &str,
    but_for: Option<&str>,
    now_s: i64,
) -> DbResult<bool> {
    let row = fetch_optional!(
        tx,
        (String,),
        "select user_id from former_usernames
         where username_canonical = $1 and kept_until > $2 and user_id <> $3",
        canonical,
        now_s,
        but_for.unwrap_or_default()
    )?;
    Ok(row.is_some())
}

/// Deletes at most `limit` reservations that ended before a time; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget(tx: &mut Tx<'_>, before: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from former_usernames where username_canonical in
             (select username_canonical from former_usernames where kept_until < $1
              order by kept_until limit $2)",
        before,
        limit
    )
}
