//! Invitations to make an account.

use super::{Db, DbResult, Tx};

/// An invitation. Times are Unix seconds.
#[derive(sqlx::FromRow)]
pub struct InvitationRow {
    /// Its id.
    pub id: String,
    /// The address as typed.
    pub address: String,
    /// Names of the roles, separated by spaces.
    pub roles: String,
    /// Id of the administrator; none for the command line.
    pub invited_by: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When its link ends.
    pub expires_at: i64,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// When it was accepted.
    pub accepted_at: Option<i64>,
    /// Id of the account that it became.
    pub user_id: Option<String>,
}

/// A new invitation.
pub struct NewInvitation<'i> {
    /// Its id.
    pub id: &'i str,
    /// The flow of its link.
    pub flow_id: &'i str,
    /// The address as typed, and in canonical form.
    pub address: (&'i str, &'i str),
    /// Names of the roles, separated by spaces.
    pub roles: &'i str,
    /// Id of the administrator; none for the command line.
    pub invited_by: Option<&'i str>,
    /// When it is made, and when its link ends, in Unix seconds.
    pub time: (i64, i64),
}

macro_rules! select_invitations {
    ($rest:literal) => {
        concat!(
            "select i.id, i.address, i.roles, i.invited_by, i.created_at, i.expires_at, i.revoked_at, i.accepted_at,
                    i.user_id
             from invitations i ",
            $rest
        )
    };
}

/// Adds an invitation.
///
/// # Errors
/// Fails if the database fails.
pub async fn insert(tx: &mut Tx<'_>, new: &NewInvitation<'_>) -> DbResult<()> {
    execute!(
        tx,
        "insert into invitations (id, flow_id, address, address_canonical, roles, invited_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.id,
        new.flow_id,
        new.address.0,
        new.address.1,
        new.roles,
        new.invited_by,
        new.time.0,
        new.time.1
    )?;
    Ok(())
}

/// A page of invitations, the newest first; before one, if one is named.
///
/// # Errors
/// Fails if the database fails.
pub async fn page(db: &Db, before: Option<&str>, limit: i64) -> DbResult<Vec<InvitationRow>> {
    // The letter comes after every id.
    let before = before.unwrap_or("z");
    fetch_all!(
        db,
        InvitationRow,
        select_invitations!("where i.id < $1 order by i.id desc limit $2"),
        before,
        limit
    )
}

/// The invitation of a flow, if it is open.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_flow(db: &Db, flow_id: &str) -> DbResult<Option<InvitationRow>> {
    fetch_optional!(
        db,
        InvitationRow,
        select_invitations!(
            "where i.flow_id = $1 and i.revoked_at is null and i.accepted_at is null"
        ),
        flow_id
    )
}

/// Accepts an open invitation by an account; `false` if it is over.
///
/// # Errors
/// Fails if the database fails.
pub async fn accept(tx: &mut Tx<'_>, id: &str, user_id: &str, now_s: i64) -> DbResult<bool> {
    let accepted = execute!(
        tx,
        "update invitations set accepted_at = $3, user_id = $2
         where id = $1 and accepted_at is null and revoked_at is null and expires_at > $3",
        id,
        user_id,
        now_s
    )?;
    Ok(accepted == 1)
}

/// The address of an open invitation, in canonical form; none if it is over.
///
/// # Errors
/// Fails if the database fails.
pub async fn open_at(tx: &mut Tx<'_>, id: &str, now_s: i64) -> DbResult<Option<String>> {
    let row = fetch_optional!(
        tx,
        (String,),
        "select address_canonical from invitations
         where id = $1 and accepted_at is null and revoked_at is null and expires_at > $2",
        id,
        now_s
    )?;
    Ok(row.map(|(canonical,)| canonical))
}

/// Revokes the open invitations of an address in canonical form; their links are to be ended. Those whose time is over are noted as
/// ended then.
///
/// # Errors
/// Fails if the database fails.
pub async fn revoke_at(tx: &mut Tx<'_>, canonical: &str, now_s: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update invitations set revoked_at = case when expires_at < $2 then expires_at else $2 end
         where address_canonical = $1 and accepted_at is null and revoked_at is null",
        canonical,
        now_s
    )
}

/// Deletes the other invitations of the address of an accepted one: nobody but its owner is to be found by them.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget_others(tx: &mut Tx<'_>, accepted: &str) -> DbResult<u64> {
    execute!(
        tx,
        "delete from invitations where accepted_at is null and address_canonical =
             (select a.address_canonical from invitations a where a.id = $1)",
        accepted
    )
}

/// Revokes the open invitations that an administrator made. The unit has locked the administrator's row.
///
/// # Errors
/// Fails if the database fails.
pub async fn revoke_of(tx: &mut Tx<'_>, maker: &str, now_s: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update invitations set revoked_at = $2
         where invited_by = $1 and accepted_at is null and revoked_at is null and expires_at > $2",
        maker,
        now_s
    )
}

/// Revokes all open invitations, because their links have ended.
///
/// # Errors
/// Fails if the database fails.
pub async fn revoke_all(tx: &mut Tx<'_>, now_s: i64) -> DbResult<u64> {
    execute!(
        tx,
        "update invitations set revoked_at = $1
         where accepted_at is null and revoked_at is null and expires_at > $1",
        now_s
    )
}

/// Deletes at most `limit` invitations that ended before a time; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget(tx: &mut Tx<'_>, before: i64, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from invitations where id in
             (select id from invitations where expires_at < $1 order by expires_at limit $2)",
        before,
        limit
    )
}
