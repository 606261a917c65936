//! The end of sessions.

use super::{DbResult, Tx};

/// Revokes a session; returns its owner, or none if it was over. The updated row excludes rotation.
///
/// # Errors
/// Fails if the database fails.
pub async fn revoke(
    tx: &mut Tx<'_>,
    id: &str,
    reason: &str,
    now_s: i64,
) -> DbResult<Option<String>> {
    let row = fetch_optional!(
        tx,
        (String,),
        "update sessions set revoked_at = $3, revoked_reason = $2
         where id = $1 and revoked_at is null returning user_id",
        id,
        reason,
        now_s
    )?;
    Ok(row.map(|(user_id,)| user_id))
}

/// Revokes the open sessions of an account that have an assurance level; returns their ids.
///
/// # Errors
/// Fails if the database fails.
pub async fn revoke_of(
    tx: &mut Tx<'_>,
    (user_id, acr): (&str, &str),
    reason: &str,
    now_s: i64,
) -> DbResult<Vec<String>> {
    revoke_open(tx, user_id, (None, Some(acr)), (reason, now_s)).await
}

/// Revokes all open sessions of an account except `keep`; returns their ids.
///
/// # Errors
/// Fails if the database fails.
pub async fn revoke_all(
    tx: &mut Tx<'_>,
    user_id: &str,
    keep: Option<&str>,
    reason: &str,
    now_s: i64,
) -> DbResult<Vec<String>> {
    revoke_open(tx, user_id, (keep, None), (reason, now_s)).await
}

async fn revoke_open(
    tx: &mut Tx<'_>,
    user_id: &str,
    (keep, acr): (Option<&str>, Option<&str>),
    (reason, now_s): (&str, i64),
) -> DbResult<Vec<String>> {
    let rows = fetch_all!(
        tx,
        (String,),
        "update sessions set revoked_at = $3, revoked_reason = $2
         where user_id = $1 and revoked_at is null and expires_at > $3
           and id <> coalesce($4, '') and acr = coalesce($5, acr)
         returning id",
        user_id,
        reason,
        now_s,
        keep,
        acr
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
