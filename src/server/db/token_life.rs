//! How long access tokens may live, as facts of the instance.

use super::{Db, DbResult, Tx};

/// The longest life that a process has declared, in seconds, and from when on no token of a process that
/// declared none can be alive, Unix seconds.
pub type Declared = (Option<i64>, Option<i64>);

macro_rules! select_declared {
    () => {
        "select max(case name when 'access_token_life' then cast(value as bigint) end),
                max(case name when 'access_token_life_from' then cast(value as bigint) end)
         from instance where name in ('access_token_life', 'access_token_life_from')"
    };
}

/// What was declared.
pub async fn declared(db: &Db) -> DbResult<Declared> {
    fetch_one!(db, Declared, select_declared!())
}

/// What was declared, inside a unit of work.
pub async fn declared_in(tx: &mut Tx<'_>) -> DbResult<Declared> {
    fetch_one!(tx, Declared, select_declared!())
}

/// Declares a life; `false` if the same or a longer one was declared before.
///
/// `from`: by when the last token of an earlier version has expired. It counts where nothing was declared
/// before and there are sessions.
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
