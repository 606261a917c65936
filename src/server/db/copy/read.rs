use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use super::{Table, run, tables};
use crate::server::db::{
    DbError, DbResult, DbUrl, audit_chain::HeadRow, one, schema, unit::Connection,
};

/// A connection to either database.
enum Connected {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Connected {
    fn get(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(connection) => Connection::Sqlite(connection),
            Self::Postgres(connection) => Connection::Postgres(connection),
        }
    }
}

/// A consistent snapshot of a database that others may go on changing.
pub struct Snapshot {
    connection: Connected,
    tables: Vec<Table>,
}

impl Snapshot {
    /// Takes a snapshot without changing or blocking anything.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub async fn take(url: &DbUrl) -> DbResult<Self> {
        let mut connection = match url {
            DbUrl::Sqlite(options) => {
                let options = schema::unchanged(options);
                Connected::Sqlite(SqliteConnection::connect_with(&options).await?)
            }
            DbUrl::Postgres(options) => {
                let options = schema::quiet(options);
                let connected = one::connect(&options).await;
                Connected::Postgres(
                    connected.map_err(|error| DbError::from(error).at(&url.place()))?,
                )
            }
        };
        let begin = match connection {
            Connected::Sqlite(_) => "begin",
            Connected::Postgres(_) => "begin transaction isolation level repeatable read read only",
        };
        run(connection.get(), begin.into(), None).await?;
        let tables = tables(connection.get()).await?;
        Ok(Self { connection, tables })
    }

    /// The tables, in an order that satisfies their foreign keys.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The number of the last migration.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub async fn schema(&mut self) -> DbResult<i64> {
        let sql = "select max(version) from _sqlx_migrations";
        Ok(match &mut self.connection {
            Connected::Sqlite(connection) => sqlx::query_scalar(sql).fetch_one(connection).await?,
            Connected::Postgres(connection) => {
                sqlx::query_scalar(sql).fetch_one(connection).await?
            }
        })
    }

    /// The value of a fact of the instance.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub async fn fact(&mut self, name: &str) -> DbResult<Option<String>> {
        let sql = "select value from instance where name = $1";
        Ok(match &mut self.connection {
            Connected::Sqlite(connection) => {
                sqlx::query_scalar(sql).bind(name).fetch_optional(connection).await?
            }
            Connected::Postgres(connection) => {
                sqlx::query_scalar(sql).bind(name).fetch_optional(connection).await?
            }
        })
    }

    /// The head of the audit log.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub async fn head(&mut self) -> DbResult<Option<HeadRow>> {
        let sql = "select cut_pos, cut_hash, head_pos, head_hash, mac from audit_chain";
        Ok(match &mut self.connection {
            Connected::Sqlite(connection) => sqlx::query_as(sql).fetch_optional(connection).await?,
            Connected::Postgres(connection) => {
                sqlx::query_as(sql).fetch_optional(connection).await?
            }
        })
    }

    /// Passes each row of a table to `write`, as a JSON array in the order of its columns; returns
    /// the number of rows.
    ///
    /// # Errors
    /// Returns the error of `write` or of the database.
    pub async fn each_row<E: From<DbError>>(
        &mut self,
        table: &Table,
        mut write: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<u64, E> {
        let (columns, name, mut count) = (table.list(), &table.name, 0);
        let failed = |error: sqlx::Error| E::from(error.into());
        let mut rows = match &mut self.connection {
            Connected::Sqlite(connection) => {
                let sql = format!("select json_array({columns}) from \"{name}\"");
                sqlx::query_scalar(AssertSqlSafe(sql)).fetch(connection)
            }
            Connected::Postgres(connection) => {
                let sql = format!("select json_build_array({columns})::text from \"{name}\"");
                sqlx::query_scalar(AssertSqlSafe(sql)).fetch(connection)
            }
        };
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            let row: String = row;
            write(&row)?;
            count += 1;
        }
        Ok(count)
    }

    /// Ends the snapshot and closes the connection.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub async fn close(self) -> DbResult<()> {
        match self.connection {
            Connected::Sqlite(connection) => connection.close().await?,
            Connected::Postgres(connection) => connection.close().await?,
        }
        Ok(())
    }
}
