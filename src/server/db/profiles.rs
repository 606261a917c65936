//! What is shown of people, and what they and apps keep about them.

use super::{DbError, DbResult, Tx};

/// Sets the display name; `false` if it was so already.
pub async fn set_display_name(
    tx: &mut Tx<'_>,
    id: &str,
    name: Option<&str>,
    now: i64,
) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set display_name = $2, updated_at = $3
         where id = $1 and display_name is distinct from $2",
        id,
        name,
        now
    )?;
    Ok(changed == 1)
}

/// Sets the username, as typed and as compared; `false` if it was so already.
///
/// # Errors
/// [`is_taken`] tells where somebody else has it.
pub async fn set_username(
    tx: &mut Tx<'_>,
    id: &str,
    shown: &str,
    canonical: &str,
    now: i64,
) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set username = $2, username_canonical = $3, updated_at = $4
         where id = $1 and username <> $2",
        id,
        shown,
        canonical,
        now
    )?;
    Ok(changed == 1)
}

/// Whether a change failed because somebody else has what only one can have.
pub fn is_taken(error: &DbError) -> bool {
    matches!(error, DbError::Query(sqlx::Error::Database(error)) if error.is_unique_violation())
}

/// Sets what the app keeps about a person; `false` if it was so already.
pub async fn set_app_metadata(tx: &mut Tx<'_>, id: &str, json: &str, now: i64) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set app_metadata = $2, updated_at = $3 where id = $1 and app_metadata <> $2",
        id,
        json,
        now
    )?;
    Ok(changed == 1)
}

/// Sets what else a person says of themselves; `false` if it was so already.
pub async fn set_profile(tx: &mut Tx<'_>, id: &str, json: &str, now: i64) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set profile = $2, updated_at = $3 where id = $1 and profile <> $2",
        id,
        json,
        now
    )?;
    Ok(changed == 1)
}

/// Sets the person's own data; `false` if it was so already.
pub async fn set_metadata(tx: &mut Tx<'_>, id: &str, json: &str, now: i64) -> DbResult<bool> {
    let changed = execute!(
        tx,
        "update users set metadata = $2, updated_at = $3 where id = $1 and metadata <> $2",
        id,
        json,
        now
    )?;
    Ok(changed == 1)
}

/// Notes that a person has seen what was told of the sessions that ended no later than this one of theirs; of those that ended
/// in the same second, the ones that began before it.
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
