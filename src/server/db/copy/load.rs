use futures::future::BoxFuture;
use sqlx::{
    AssertSqlSafe, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    postgres::PgPoolOptions,
    sqlite::{SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Table, run, tables};
use crate::server::db::{DbError, DbResult, DbUrl, Tx, schema, unit::Connection};

/// The audit table: rows are inserted unsealed and then sealed, because its triggers admit nothing
/// else.
const AUDIT: &str = "audit_events";

/// A new database that is filled in one transaction with schema, rows and final changes.
pub struct Loader {
    loading: Loading,
    tables: Vec<Table>,
    /// The location of the database for messages.
    place: String,
}

/// The answer to the commit was lost, so the outcome is unknown.
#[derive(Debug, thiserror::Error)]
#[error(
    "{place} did not answer whether it has committed: {source}. Look whether the accounts are there, with vestibule user \
     list, before you restore again"
)]
pub struct Uncertain {
    place: String,
    source: DbError,
}

/// One transaction, with the one-connection pool that it belongs to.
enum Loading {
    Sqlite(SqlitePool, Transaction<'static, Sqlite>),
    Postgres(PgPool, Transaction<'static, Postgres>),
}

impl Loading {
    fn get(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(_, transaction) => Connection::Sqlite(transaction),
            Self::Postgres(_, transaction) => Connection::Postgres(transaction),
        }
    }
}

impl Loader {
    /// Begins with the schema of a version in an empty database; the file of SQLite exists and is
    /// empty.
    ///
    /// # Errors
    /// Fails if the database cannot be reached or the schema cannot be created.
    pub async fn begin(url: &DbUrl, version: i64) -> DbResult<Self> {
        let mut loading = match url {
            DbUrl::Sqlite(options) => {
                let options = options.as_ref().clone().foreign_keys(true);
                let options = options.journal_mode(SqliteJournalMode::Delete);
                let options = options.synchronous(SqliteSynchronous::Full);
                let pool =
                    SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
                let mut transaction = pool.begin().await?;
                schema::SQLITE.run_direct(Some(version), &mut *transaction, false).await?;
                Loading::Sqlite(pool, transaction)
            }
            DbUrl::Postgres(options) => {
                let options = schema::quiet(options);
                let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await?;
                let mut transaction = pool.begin().await?;
                schema::POSTGRES.run_direct(Some(version), &mut *transaction, false).await?;
                Loading::Postgres(pool, transaction)
            }
        };
        let tables = tables(loading.get()).await?;
        Ok(Self { loading, tables, place: url.place() })
    }

    /// The table of a name, if it has exactly these columns in any order; rows come in this order.
    pub fn table(&self, name: &str, columns: &[String]) -> Option<Table> {
        let table = self.tables.iter().find(|table| table.name == name)?;
        let find =
            |name: &String| table.columns.iter().find(|column| column.name == *name).cloned();
        let columns = columns.iter().map(find).collect::<Option<Vec<_>>>()?;
        let mut names: Vec<_> = columns.iter().map(|column| &column.name).collect();
        names.sort();
        names.dedup();
        (names.len() == table.columns.len() && names.len() == columns.len())
            .then(|| Table { name: name.to_owned(), columns })
    }

    /// Inserts rows, given as a JSON array of arrays in the order of the table's columns.
    ///
    /// # Errors
    /// Fails if the database rejects a row.
    pub async fn add(&mut self, table: &Table, rows: &str) -> DbResult<u64> {
        let (name, is_sqlite) = (&table.name, matches!(self.loading, Loading::Sqlite(..)));
        let source = match is_sqlite {
            true => "json_each($1) v",
            false => "json_array_elements(cast($1 as json)) as v(value)",
        };
        // Audit events get their positions below.
        let is_place = |column: &str| name == AUDIT && matches!(column, "chain_pos" | "chain_hash");
        let value = |(n, column): (usize, &super::Column)| match column.is_number {
            _ if is_place(&column.name) => "null".into(),
            true => format!("cast(v.value ->> {n} as bigint)"),
            false => format!("v.value ->> {n}"),
        };
        let values = table.columns.iter().enumerate().map(value).collect::<Vec<_>>().join(", ");
        let over = if is_sqlite { "" } else { "overriding system value" };
        // `where true` keeps SQLite from reading `on` as part of an upsert; PostgreSQL accepts it
        // too.
        let sql = format!(
            "insert into \"{name}\" ({}) {over} select {values} from {source} where true",
            table.list()
        );
        let added = run(self.loading.get(), sql, Some(rows)).await?;
        let place = |name: &str| table.columns.iter().position(|column| column.name == name);
        if let (Some(seq), Some(pos), Some(hash)) =
            (place("seq"), place("chain_pos"), place("chain_hash"))
        {
            let sql = format!(
                "update {AUDIT} set chain_pos = cast(v.value ->> {pos} as bigint), chain_hash = v.value ->> {hash}
                 from {source}
                 where {AUDIT}.seq = cast(v.value ->> {seq} as bigint) and v.value ->> {pos} is not null"
            );
            run(self.loading.get(), sql, Some(rows)).await?;
        }
        Ok(added)
    }

    /// Migrates the schema to the newest version, runs `work` and commits.
    ///
    /// # Errors
    /// Returns the error of `work` or of the database. Nothing is stored then, unless the error is
    /// `Uncertain`.
    pub async fn finish<T, E, F>(mut self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx<'_>) -> BoxFuture<'t, Result<T, E>>,
        E: From<DbError> + From<Uncertain>,
    {
        self.migrate().await?;
        let mut tx = Tx::new(self.loading.get(), &self.place);
        let done = work(&mut tx).await?;
        self.commit::<E>().await?;
        Ok(done)
    }

    async fn migrate(&mut self) -> DbResult<()> {
        match &mut self.loading {
            Loading::Sqlite(_, connection) => {
                schema::SQLITE.run_direct(None, &mut **connection, false).await?;
            }
            Loading::Postgres(_, connection) => {
                schema::POSTGRES.run_direct(None, &mut **connection, false).await?;
                // Sequences continue after the inserted numbers.
                let columns = "select c.relname::text, a.attname::text from pg_class c
                     join pg_namespace n on n.oid = c.relnamespace
                     join pg_attribute a on a.attrelid = c.oid and a.attidentity <> ''
                     where n.nspname = current_schema()";
                let columns: Vec<(String, String)> =
                    sqlx::query_as(columns).fetch_all(&mut **connection).await?;
                for (table, column) in columns {
                    let sql = format!(
                        "select setval(pg_get_serial_sequence('\"{table}\"', '{column}'),
                                       coalesce(max(\"{column}\"), 1), max(\"{column}\") is not null)
                         from \"{table}\""
                    );
                    sqlx::query(AssertSqlSafe(sql)).execute(&mut **connection).await?;
                }
            }
        }
        Ok(())
    }

    async fn commit<E: From<DbError> + From<Uncertain>>(self) -> Result<(), E> {
        match self.loading {
            Loading::Sqlite(pool, transaction) => {
                transaction.commit().await.map_err(DbError::from)?;
                pool.close().await;
            }
            Loading::Postgres(pool, transaction) => {
                let committed = transaction.commit().await.map_err(DbError::from);
                committed.map_err(|source| Uncertain { place: self.place, source })?;
                pool.close().await;
            }
        }
        Ok(())
    }
}
