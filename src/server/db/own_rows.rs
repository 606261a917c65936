//! The rows about one account, of any table that is named in the source.

use sqlx::AssertSqlSafe;

use super::{Db, DbResult};

/// Which rows of which table.
#[derive(Clone, Copy, Debug)]
pub struct OwnRows {
    /// Name of the table.
    pub table: &'static str,
    /// The column that has the id of the account.
    pub whose: &'static str,
    /// The column by which the rows are ordered, the highest first.
    pub newest: &'static str,
}

/// At most `limit` rows about an account, each a JSON array in the order of the columns.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_account(
    db: &Db,
    rows: OwnRows,
    columns: &[&'static str],
    id: &str,
    limit: i64,
) -> DbResult<Vec<String>> {
    let OwnRows { table, whose, newest } = rows;
    let array = match db {
        Db::Sqlite { .. } => "json_array",
        Db::Postgres(_) => "json_build_array",
    };
    let columns = columns.join(", ");
    // Every name is in the source of the service.
    let sql = format!(
        "select cast({array}({columns}) as text) from {table} where {whose} = $1 order by {newest} desc limit $2"
    );
    let rows = fetch_all!(db, (String,), AssertSqlSafe(sql.clone()), id, limit)?;
    Ok(rows.into_iter().map(|(row,)| row).collect())
}
