//! Usernames that accounts had before: nobody else gets one for a while.

use super::{DbResult, Tx};

/// Keeps a name, in canonical form, for the account that had it, until a time (Unix seconds).
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

/// Whether a name is kept for another account than this one, if one is named.
pub async fn is_kept(
    tx: &mut Tx<'_>,
    canonical: &str,
    but_for: Option<&str>,
    now: i64,
) -> DbResult<bool> {
    let row = fetch_optional!(
        tx,
        (String,),
        "select user_id from former_usernames
         where username_canonical = $1 and kept_until > $2 and user_id <> $3",
        canonical,
        now,
        but_for.unwrap_or_default()
    )?;
    Ok(row.is_some())
}

/// Forgets names that were kept until a time, so many at most; answers how many.
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
