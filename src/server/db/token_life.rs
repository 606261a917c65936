//! The maximum lifetime of access tokens, as facts of the instance.

use super::{Db, DbResult, Tx};

/// The longest declared lifetime in seconds, and the time (Unix seconds) from which no token of a
/// process without a declaration can be valid.
pub type Declared = (Option<i64>, Option<i64>);

macro_rules! select_declared {
    () => {
        "select max(case name when 'access_token_life' then cast(value as bigint) end),
                max(case name when 'access_token_life_from' then cast(value as bigint) end)
         from instance where name in ('access_token_life', 'access_token_life_from')"
    };
}

/// The current declaration.
///
/// # Errors
/// Fails if the database fails.
pub async fn declared(db: &Db) -> DbResult<Declared> {
    fetch_one!(db, Declared, select_declared!())
}

/// The current declaration, inside a unit of work.
///
/// # Errors
/// Fails if the database fails.
pub async fn declared_in(tx: &mut Tx<'_>) -> DbResult<Declared> {
    fetch_one!(tx, Declared, select_declared!())
}

/// Declares a lifetime; `false` if the same or a longer one was declared before.
///
/// `from` is the time by which the last token of an earlier version has expired. It counts if
/// nothing was declared before and there are sessions.
///
/// # Errors
/// Fails if the database fails.
pub async fn declare(tx: &mut Tx<'_>, life: i64, from: i64) -> DbResult<bool> {
    execute!(
        tx,
        "insert into instance (name, value)
         values ('access_token_life_from', case when exists (select 1 from sessions) then $1 else '0' end)
         on conflict do nothing",
        from.to_string()
    )?;
    let raised = execute!(
        tx,
        "insert into instance (name, value) values ('access_token_life', $1)
         on conflict (name) do update set value = excluded.value
         where cast(instance.value as bigint) < cast(excluded.value as bigint)",
        life.to_string()
    )?;
    Ok(raised == 1)
}
