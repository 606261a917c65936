//! A copy of all rows: read in one snapshot, and loaded into a new database of either kind.

mod load;
mod read;

use sqlx::AssertSqlSafe;

pub use load::{Loader, Uncertain};
pub use read::Snapshot;

use super::{DbResult, unit::Connection};

/// A table and its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Name of the table.
    pub name: String,
    columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    /// A column of 64-bit integers; otherwise of text.
    is_number: bool,
}

impl Table {
    /// The names of the columns, in the order of the values of a row.
    pub fn columns(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }

    /// The quoted names, separated by commas.
    fn list(&self) -> String {
        let quoted = self.columns.iter().map(|column| format!("\"{}\"", column.name));
        quoted.collect::<Vec<_>>().join(", ")
    }
}

/// All tables except sqlx's own; `users` and `clients` come first, because the other tables refer to them.
async fn tables(connection: Connection<'_>) -> DbResult<Vec<Table>> {
    let rows: Vec<(String, String, String)> = match connection {
        Connection::Sqlite(connection) => {
            let columns = "select m.name, p.name, lower(p.type) from sqlite_master m join pragma_table_info(m.name) p
                 where m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\'
                   and m.name <> '_sqlx_migrations'
                 order by m.name <> 'users', m.name <> 'clients', m.name, p.cid";
            sqlx::query_as(columns).fetch_all(connection).await?
        }
        Connection::Postgres(connection) => {
            let columns = "select c.relname::text, a.attname::text, format_type(a.atttypid, null)::text
                 from pg_class c
                 join pg_namespace n on n.oid = c.relnamespace
                 join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                 where n.nspname = current_schema() and c.relkind = 'r' and c.relname <> '_sqlx_migrations'
                   and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
                 order by c.relname <> 'users', c.relname <> 'clients', c.relname, a.attnum";
            sqlx::query_as(columns).fetch_all(connection).await?
        }
    };
    let mut tables: Vec<Table> = Vec::new();
    for (table, name, kind) in rows {
        let column = Column { name, is_number: kind != "text" };
        match tables.last_mut().filter(|last| last.name == table) {
            Some(last) => last.columns.push(column),
            None => tables.push(Table { name: table, columns: vec![column] }),
        }
    }
    Ok(tables)
}

/// Runs a statement that is built from names in the database's own catalogue.
async fn run(connection: Connection<'_>, sql: String, bind: Option<&str>) -> DbResult<u64> {
    let sql = AssertSqlSafe(sql);
    Ok(match connection {
        Connection::Sqlite(connection) => {
            let query = bind.iter().fold(sqlx::query(sql), |query, bind| query.bind(*bind));
            query.execute(connection).await?.rows_affected()
        }
        Connection::Postgres(connection) => {
            let query = bind.iter().fold(sqlx::query(sql), |query, bind| query.bind(*bind));
            query.execute(connection).await?.rows_affected()
        }
    })
}
