//! Profiles of accounts and the data that apps store with them.

use super::{DbError, DbResult, Tx};

/// Sets the display name; `false` if unchanged.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_display_name(
    tx: &mut Tx<'_>,
    id: &str,
    name: Option<&str>,
    now_s: i64,
) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set display_name = $2, updated_at = $3
         where id = $1 and display_name is distinct from $2",
        id,
        name,
        now_s
    )?;
    Ok(changed == 1)
}

/// Sets the username as typed and in canonical form; `false` if unchanged.
///
/// # Errors
/// Fails if the database fails, or another account has the name ([`is_taken`]).
pub async fn set_username(
    tx: &mut Tx<'_>,
    id: &str,
    shown: &str,
    canonical: &str,
    now_s: i64,
) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set username = $2, username_canonical = $3, updated_at = $4
         where id = $1 and username <> $2",
        id,
        shown,
        canonical,
        now_s
    )?;
    Ok(changed == 1)
}

/// Whether a change failed because of a unique value that another account has.
pub fn is_taken(error: &DbError) -> bool {
    matches!(error, DbError::Query(sqlx::Error::Database(error)) if error.is_unique_violation())
}

/// Sets the metadata of the app; `false` if unchanged.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_app_metadata(tx: &mut Tx<'_>, id: &str, json: &str, now_s: i64) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set app_metadata = $2, updated_at = $3 where id = $1 and app_metadata <> $2",
        id,
        json,
        now_s
    )?;
    Ok(changed == 1)
}

/// Sets the profile fields; `false` if unchanged.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_profile(tx: &mut Tx<'_>, id: &str, json: &str, now_s: i64) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set profile = $2, updated_at = $3 where id = $1 and profile <> $2",
        id,
        json,
        now_s
    )?;
    Ok(changed == 1)
}

/// Sets the metadata of the user; `false` if unchanged.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_metadata(tx: &mut Tx<'_>, id: &str, json: &str, now_s: i64) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set metadata = $2, updated_at = $3 where id = $1 and metadata <> $2",
        id,
        json,
        now_s
    )?;
    Ok(changed == 1)
}

/// Records that the user has seen the alerts about the sessions that ended no later than `session`;
/// of those that ended in the same second, the ones that began before it.
///
/// # Errors
/// Fails if the database fails.
pub async fn see_alerts(tx: &mut Tx<'_>, id: &str, session: &str) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set alerts_seen_session = $2, alerts_seen_at =
             (select revoked_at from sessions where id = $2 and user_id = $1)
         where id = $1 and exists
             (select 1 from sessions s where s.id = $2 and s.user_id = $1
                and (s.revoked_at > users.alerts_seen_at
                     or (s.revoked_at = users.alerts_seen_at and s.id > users.alerts_seen_session)))",
        id,
        session
    )?;
    Ok(changed == 1)
}

/// Turns the mails about sign-ins from new browsers off (with a time, in Unix seconds) or on (with none); `false` if unchanged.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_sign_in_quiet(tx: &mut Tx<'_>, id: &str, at: Option<i64>) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set sign_in_quiet_at = $2
         where id = $1 and (sign_in_quiet_at is null) <> (cast($2 as bigint) is null)",
        id,
        at
    )?;
    Ok(changed == 1)
}
