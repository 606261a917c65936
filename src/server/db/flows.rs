//! Flows: one-time secrets, found by their hash and spent by one conditional update.

use super::{Db, DbResult, Tx};

/// An open flow, with the current password hash of its account.
#[derive(sqlx::FromRow)]
pub struct FlowRow {
    /// Public identifier of the flow.
    pub id: String,
    /// Purpose of the flow.
    pub purpose: String,
    /// Account that the flow belongs to, if any.
    pub user_id: Option<String>,
    /// Session that requested the flow.
    pub session_id: Option<String>,
    /// Address that the flow concerns, in canonical form.
    pub address: Option<String>,
    /// Further data, sealed.
    pub data_sealed: Option<String>,
    /// Epoch of the account when the flow began; none for a flow that outlives it.
    pub epoch: Option<i64>,
    /// Password hash of the account when the flow began, sealed.
    pub hash_seen: Option<String>,
    /// Current password hash of the account.
    pub hash_now: Option<String>,
    /// Keyed hash of the code, if the flow has one.
    pub code_mac: Option<String>,
    /// State: `open`, or `proved` by the code.
    pub state: String,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// End of validity, in Unix seconds.
    pub expires_at: i64,
}

/// A new flow.
pub struct NewFlowRow<'f> {
    /// Public identifier of the flow.
    pub id: &'f str,
    /// Purpose of the flow.
    pub purpose: &'f str,
    /// SHA-256 of the flow's secret.
    pub secret_hash: &'f str,
    /// SHA-256 of the secret of the requesting browser.
    pub browser_hash: Option<&'f str>,
    /// SHA-256 of the secret of the link that is mailed.
    pub link_hash: Option<&'f str>,
    /// Keyed hash of the code that is mailed.
    pub code_mac: Option<&'f str>,
    /// Account that the flow belongs to, if any.
    pub user_id: Option<&'f str>,
    /// Session that requested the flow.
    pub session_id: Option<&'f str>,
    /// Address that the flow concerns, in canonical form.
    pub address: Option<&'f str>,
    /// Further data, sealed.
    pub data_sealed: Option<&'f str>,
    /// Epoch of the account; none for a flow that outlives it.
    pub epoch: Option<i64>,
    /// Password hash of the account, sealed.
    pub hash_seen: Option<&'f str>,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// End of validity, in Unix seconds.
    pub expires_at: i64,
}

/// Adds a flow.
///
/// # Errors
/// Fails if the database fails.
pub async fn insert(tx: &mut Tx<'_>, flow: &NewFlowRow<'_>) -> DbResult<()> {
    execute!(
        tx,
        "insert into flows (id, purpose, secret_hash, browser_hash, user_id, session_id, address,
                            data_sealed, state, tries, epoch, hash_seen, created_at, expires_at, link_hash, code_mac)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', 0, $9, $10, $11, $12, $13, $14)",
        flow.id,
        flow.purpose,
        flow.secret_hash,
        flow.browser_hash,
        flow.user_id,
        flow.session_id,
        flow.address,
        flow.data_sealed,
        flow.epoch,
        flow.hash_seen,
        flow.created_at,
        flow.expires_at,
        flow.link_hash,
        flow.code_mac
    )?;
    Ok(())
}

/// The columns of [`FlowRow`].
macro_rules! select_flows {
    ($rest:literal) => {
        concat!(
            "select f.id, f.purpose, f.user_id, f.session_id, f.address, f.data_sealed, f.epoch, f.hash_seen,
                    u.password_hash as hash_now, f.created_at, f.expires_at, f.code_mac, f.state
             from flows f left join users u on u.id = f.user_id
             where f.spent_at is null
               and (f.user_id is null or (u.disabled_at is null and u.epoch = coalesce(f.epoch, u.epoch))) ",
            $rest
        )
    };
}
pub(super) use select_flows;

/// The open flow of a secret for this purpose and browser; its account, if any, is enabled and in
/// the same epoch.
///
/// # Errors
/// Fails if the database fails.
pub async fn open(
    db: &Db,
    purpose: &str,
    secret_hash: &str,
    browser_hash: Option<&str>,
    now_s: i64,
) -> DbResult<Option<FlowRow>> {
    fetch_optional!(
        db,
        FlowRow,
        select_flows!(
            "and f.secret_hash = $1 and f.purpose = $2 and f.expires_at > $3
             and coalesce(f.browser_hash, '') = coalesce($4, '')"
        ),
        secret_hash,
        purpose,
        now_s,
        browser_hash
    )
}

/// The newest open flow of a purpose that a session of an account requested.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_session(
    db: &Db,
    purpose: &str,
    (user_id, session_id): (&str, &str),
    now_s: i64,
) -> DbResult<Option<FlowRow>> {
    fetch_optional!(
        db,
        FlowRow,
        select_flows!(
            "and f.session_id = $1 and f.user_id = $2 and f.purpose = $3 and f.expires_at > $4
             order by f.id desc limit 1"
        ),
        session_id,
        user_id,
        purpose,
        now_s
    )
}

/// Spends a flow and deletes its data, if it is still open; the conditional update decides between
/// competitors.
///
/// # Errors
/// Fails if the database fails.
pub async fn spend(tx: &mut Tx<'_>, id: &str, now_s: i64) -> DbResult<bool> {
    let spent = execute!(
        tx,
        "update flows set state = 'spent', spent_at = $2, expires_at = $2, data_sealed = null,
                          hash_seen = null
         where id = $1 and spent_at is null and expires_at > $2
           and (user_id is null or exists
                (select 1 from users u where u.id = flows.user_id and u.disabled_at is null
                                         and u.epoch = coalesce(flows.epoch, u.epoch)))",
        id,
        now_s
    )?;
    Ok(spent == 1)
}

/// The selection of the flows that end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of<'a> {
    /// All flows of the purpose.
    Everybody,
    /// Flows of an account, by id.
    User(&'a str),
    /// Flows of any account that concern an address in canonical form.
    Address(&'a str),
    /// Flows of an account that concern one address.
    UserAt(&'a str, &'a str),
    /// Flows of an account in one browser, by the hash of its secret.
    UserIn(&'a str, &'a str),
    /// Flows of a session, by id.
    Session(&'a str),
}

/// Updates the matching open flows of a purpose (`$1`).
macro_rules! supersede {
    ($tx:expr, $purpose:expr, $now_s:expr, $rest:literal $(, $bind:expr)*) => {
        execute!(
            $tx,
            concat!(
                "update flows set state = 'superseded', spent_at = $2, expires_at = $2,
                                  data_sealed = null, hash_seen = null
                 where purpose = $1 and spent_at is null and expires_at > $2 ",
                $rest
            ),
            $purpose,
            $now_s
            $(, $bind)*
        )
    };
}

/// Ends the open flows of a purpose; returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn supersede(tx: &mut Tx<'_>, purpose: &str, of: Of<'_>, now_s: i64) -> DbResult<u64> {
    match of {
        Of::Everybody => supersede!(tx, purpose, now_s, ""),
        Of::User(id) => supersede!(tx, purpose, now_s, "and user_id = $3", id),
        Of::Address(address) => supersede!(tx, purpose, now_s, "and address = $3", address),
        Of::UserAt(id, address) => {
            supersede!(tx, purpose, now_s, "and user_id = $3 and address = $4", id, address)
        }
        Of::UserIn(id, browser) => {
            supersede!(tx, purpose, now_s, "and user_id = $3 and browser_hash = $4", id, browser)
        }
        Of::Session(id) => supersede!(tx, purpose, now_s, "and session_id = $3", id),
    }
}

/// Deletes at most `limit` flows that ended before a time; returns how many. Those of one purpose stay while their account is
/// disabled, as far as they were open when that began.
///
/// # Errors
/// Fails if the database fails.
pub async fn forget(tx: &mut Tx<'_>, before: i64, resumed: &str, limit: i64) -> DbResult<u64> {
    execute!(
        tx,
        "delete from flows where id in
             (select f.id from flows f
              where f.expires_at < $1
                and not (f.purpose = $2 and f.spent_at is null and exists
                         (select 1 from users u where u.id = f.user_id and u.disabled_at < f.expires_at))
              order by f.expires_at limit $3)",
        before,
        resumed,
        limit
    )
}
