//! Facts about the instance.

use super::{DbResult, Tx};
use crate::server::db::Db;

/// How much is written to see whether writing is possible, in bytes.
const PROBE: usize = 8 << 10;

/// The value of a fact.
pub async fn get(db: &Db, name: &str) -> DbResult<Option<String>> {
    let row = fetch_optional!(db, (String,), "select value from instance where name = $1", name)?;
    Ok(row.map(|(value,)| value))
}

/// Sets a fact if it still is what it was, or still is not set; `false` if somebody was quicker.
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

/// Sets a fact that is set, whatever it was.
pub async fn replace(tx: &mut Tx<'_>, name: &str, value: &str) -> DbResult<()> {
    execute!(tx, "update instance set value = $2 where name = $1", name, value)?;
    Ok(())
}

/// Sets a fact, whether it is set or not.
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

/// Sets a fact that is not set yet; answers the value that now holds.
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

/// Makes a unit of work wait until no other one holds this name, and hold it to its end. On PostgreSQL each further
/// statement of the unit sees what the one before has committed; SQLite has one writer.
pub async fn hold(tx: &mut Tx<'_>, name: &str) -> DbResult<()> {
    execute!(
        tx,
        "insert into instance (name, value) values ($1, 'held')
         on conflict (name) do update set value = excluded.value",
        name
    )?;
    Ok(())
}

/// Writes something larger than a page, and takes it away again in the same unit of work. The name is nobody else's.
pub async fn try_writing(tx: &mut Tx<'_>, name: &str) -> DbResult<()> {
    let value = "x".repeat(PROBE);
    execute!(tx, "insert into instance (name, value) values ($1, $2)", name, value)?;
    execute!(tx, "delete from instance where name = $1", name)?;
    Ok(())
}
