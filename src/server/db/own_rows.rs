//! The rows about one account, of any table that is named in the source.

use sqlx::AssertSqlSafe;

use super::{Db, DbResult};

/// Whose rows they are.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    /// Those with the id of the account in a column.
    Column(&'static str),
    /// Events of what the account's owner did to others, or to nobody.
    ActorOnOthers,
}

impl Whose {
    /// The condition. That of events is the one of their index.
    fn sql(self) -> String {
        match self {
            Self::Column(name) => format!("{name} = $1"),
            Self::ActorOnOthers => "actor = $1 and (subject is null or subject <> actor)".into(),
        }
    }
}

/// Which rows of which table.
#[derive(Clone, Copy, Debug)]
pub struct OwnRows {
    /// Name of the table.
    pub table: &'static str,
    /// Whose they are.
    pub whose: Whose,
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
    let (columns, whose) = (columns.join(", "), whose.sql());
    // Every name is in the source of the service.
    let sql = format!(
        "select cast({array}({columns}) as text) from {table} where {whose} order by {newest} desc limit $2"
    );
    let rows = fetch_all!(db, (String,), AssertSqlSafe(sql.clone()), id, limit)?;
    Ok(rows.into_iter().map(|(row,)| row).collect())
}
