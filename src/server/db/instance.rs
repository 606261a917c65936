//! Facts of the instance.

use super::{DbResult, Tx};
use crate::server::db::Db;

/// Name of the fact with the check value of the instance secret.
pub const SECRET_CHECK: &str = "secret_check";
/// When the database was made of a backup, in Unix seconds.
pub const RESTORED_AT: &str = "restored_at";

/// Size of the row that is written to test whether writing is possible, in bytes.
const PROBE: usize = 8 << 10;

/// The value of a fact.
///
/// # Errors
/// Fails if the database fails.
pub async fn get(db: &Db, name: &str) -> DbResult<Option<String>> {
    let row = fetch_optional!(db, (String,), "select value from instance where name = $1", name)?;
    Ok(row.map(|(value,)| value))
}

/// Sets a fact if its value is still the expected one, or still absent; `false` if another process
/// was first.
///
/// # Errors
/// Fails if the database fails.
pub async fn compare_and_set(
    tx: &mut Tx<'_>,
    name: &str,
    was: Option<&str>,
    value: &str,
) -> DbResult<bool> {
    let set = match was {
        Some(was) => execute!(
            tx,
            "update instance set value = $3 where name = $1 and value = $2",
            name,
            was,
            value
        )?,
        None => execute!(
            tx,
            "insert into instance (name, value) values ($1, $2) on conflict do nothing",
            name,
            value
        )?,
    };
    Ok(set == 1)
}

/// Replaces the value of an existing fact.
///
/// # Errors
/// Fails if the database fails.
pub async fn replace(tx: &mut Tx<'_>, name: &str, value: &str) -> DbResult<()> {
    execute!(tx, "update instance set value = $2 where name = $1", name, value)?;
    Ok(())
}

/// Sets a fact, existing or not.
///
/// # Errors
/// Fails if the database fails.
pub async fn put(tx: &mut Tx<'_>, name: &str, value: &str) -> DbResult<()> {
    execute!(
        tx,
        "insert into instance (name, value) values ($1, $2)
         on conflict (name) do update set value = excluded.value",
        name,
        value
    )?;
    Ok(())
}

/// Sets a fact that is absent; returns the value that is stored afterwards.
///
/// # Errors
/// Fails if the database fails.
pub async fn set_once(tx: &mut Tx<'_>, name: &str, value: &str) -> DbResult<String> {
    execute!(
        tx,
        "insert into instance (name, value) values ($1, $2) on conflict do nothing",
        name,
        value
    )?;
    let (value,) = fetch_one!(tx, (String,), "select value from instance where name = $1", name)?;
    Ok(value)
}

/// Locks a name until the end of this unit of work. On PostgreSQL each later statement of the unit
/// sees the commits of the previous holder; SQLite has one writer.
///
/// # Errors
/// Fails if the database fails.
pub async fn lock(tx: &mut Tx<'_>, name: &str) -> DbResult<()> {
    execute!(
        tx,
        "insert into instance (name, value) values ($1, 'held')
         on conflict (name) do update set value = excluded.value",
        name
    )?;
    Ok(())
}

/// Writes more than a page and deletes it in the same unit of work. The name is used for nothing
/// else.
///
/// # Errors
/// Fails if the database fails.
pub async fn try_writing(tx: &mut Tx<'_>, name: &str) -> DbResult<()> {
    let value = "x".repeat(PROBE);
    execute!(tx, "insert into instance (name, value) values ($1, $2)", name, value)?;
    execute!(tx, "delete from instance where name = $1", name)?;
    Ok(())
}
