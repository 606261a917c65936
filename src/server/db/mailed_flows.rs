//! Flows that a mail takes part in: found by the link or by the address, and proved by the code.

use super::{
    Db, DbResult, Tx,
    flows::{FlowRow, select_flows},
};

/// The open flow of a mailed link, in whichever browser; its account, if any, is enabled and in the same epoch.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_link(db: &Db, link_hash: &str, now_s: i64) -> DbResult<Option<FlowRow>> {
    fetch_optional!(
        db,
        FlowRow,
        select_flows!("and f.link_hash = $1 and f.expires_at > $2"),
        link_hash,
        now_s
    )
}

/// The newest open flow of a purpose of an account about an address, in the same epoch.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_address(
    db: &Db,
    purpose: &str,
    (user_id, address): (&str, &str),
    now_s: i64,
) -> DbResult<Option<FlowRow>> {
    fetch_optional!(
        db,
        FlowRow,
        select_flows!(
            "and f.user_id = $1 and f.address = $2 and f.purpose = $3 and f.expires_at > $4
             order by f.id desc limit 1"
        ),
        user_id,
        address,
        purpose,
        now_s
    )
}

/// The account whose address, confirmed by now, a mailed link of this purpose was about. The link may be spent or over, until
/// its flow is forgotten.
///
/// # Errors
/// Fails if the database fails.
pub async fn confirmed_by(db: &Db, purpose: &str, link_hash: &str) -> DbResult<Option<String>> {
    let row = fetch_optional!(
        db,
        (String,),
        "select f.user_id from flows f
         join user_emails e on e.user_id = f.user_id and e.address_canonical = f.address
                           and e.verified_at is not null and e.undo_until is null
         where f.link_hash = $1 and f.purpose = $2",
        link_hash,
        purpose
    )?;
    Ok(row.map(|(user_id,)| user_id))
}

/// The address, in canonical form, of the newest flow of a purpose of an account that was spent, until it is forgotten.
///
/// # Errors
/// Fails if the database fails.
pub async fn spent_about(db: &Db, purpose: &str, user_id: &str) -> DbResult<Option<String>> {
    let row = fetch_optional!(
        db,
        (Option<String>,),
        "select address from flows where user_id = $1 and purpose = $2 and state = 'spent'
         order by spent_at desc, id desc limit 1",
        user_id,
        purpose
    )?;
    Ok(row.and_then(|(address,)| address))
}

/// The number of flows of a purpose that an account began about an address since a time, and when the last one began,
/// in Unix seconds. Those that are over count too.
///
/// # Errors
/// Fails if the database fails.
pub async fn begun_since(
    tx: &mut Tx<'_>,
    purpose: &str,
    (user_id, address): (&str, &str),
    since: i64,
) -> DbResult<(i64, Option<i64>)> {
    fetch_one!(
        tx,
        (i64, Option<i64>),
        "select count(*), max(created_at) from flows
         where user_id = $1 and address = $2 and purpose = $3 and created_at > $4",
        user_id,
        address,
        purpose,
        since
    )
}

/// Moves the end of the open flows of a purpose of an account to a later time.
///
/// # Errors
/// Fails if the database fails.
pub async fn prolong(
    tx: &mut Tx<'_>,
    (purpose, user_id): (&str, &str),
    expires_at: i64,
    now_s: i64,
) -> DbResult<u64> {
    execute!(
        tx,
        "update flows set expires_at = $3
         where user_id = $1 and purpose = $2 and spent_at is null and expires_at > $4",
        user_id,
        purpose,
        expires_at,
        now_s
    )
}

/// Moves the end of the flows of a purpose of an account that is to be enabled again, for those that were open when it was disabled;
/// returns how many.
///
/// # Errors
/// Fails if the database fails.
pub async fn resume(
    tx: &mut Tx<'_>,
    (purpose, user_id): (&str, &str),
    expires_at: i64,
) -> DbResult<u64> {
    execute!(
        tx,
        "update flows set expires_at = $3
         where user_id = $1 and purpose = $2 and spent_at is null
           and expires_at > (select disabled_at from users where id = $1)",
        user_id,
        purpose,
        expires_at
    )
}

/// Counts an answer with a code before it is judged; `false` if there were `most`, or the flow is over.
///
/// # Errors
/// Fails if the database fails.
pub async fn count_code(tx: &mut Tx<'_>, id: &str, most: i64, now_s: i64) -> DbResult<bool> {
    let counted = execute!(
        tx,
        "update flows set tries = tries + 1
         where id = $1 and spent_at is null and expires_at > $3 and tries < $2",
        id,
        most,
        now_s
    )?;
    Ok(counted == 1)
}

/// Notes that the code of a flow was right, and takes back the count of the answer; `false` if the flow is over.
///
/// # Errors
/// Fails if the database fails.
pub async fn prove(tx: &mut Tx<'_>, id: &str, now_s: i64) -> DbResult<bool> {
    let proved = execute!(
        tx,
        "update flows set state = 'proved', tries = tries - 1
         where id = $1 and spent_at is null and expires_at > $2",
        id,
        now_s
    )?;
    Ok(proved == 1)
}
