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

/// Revokes the open grants of a session, their parent: those that end with it, or offline ones as well; returns their ids.
///
/// # Errors
/// Fails if the database fails.
pub async fn revoke_children(
    tx: &mut Tx<'_>,
    (parent, with_offline): (&str, bool),
    reason: &str,
    now_s: i64,
) -> DbResult<Vec<String>> {
    let rows = fetch_all!(
        tx,
        (String,),
        "update sessions set revoked_at = $3, revoked_reason = $2
         where parent_id = $1 and revoked_at is null and (offline_at is null or $4 <> 0) returning id",
        parent,
        reason,
        now_s,
        i64::from(with_offline)
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Gives the grants of a session to the one that continues it.
///
/// # Errors
/// Fails if the database fails.
pub async fn adopt(tx: &mut Tx<'_>, parent: &str, new_parent: &str) -> DbResult<()> {
    execute!(tx, "update sessions set parent_id = $2 where parent_id = $1", parent, new_parent)?;
    Ok(())
}

/// Revokes the open sessions of an account that have an assurance level, and the grants that end with them; returns their
/// ids.
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

/// Revokes all open sessions of an account except `keep` and its grants; returns their ids.
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
           and id <> coalesce($4, '') and (parent_id is null or parent_id <> coalesce($4, ''))
           and (acr = coalesce($5, acr)
                or (offline_at is null and parent_id in
                    (select p.id from sessions p where p.user_id = $1 and p.revoked_at is null and p.acr = $5)))
         returning id",
        user_id,
        reason,
        now_s,
        keep,
        acr
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
