//! The state of a database before it is opened: empty, ours in some version, or another program's.

use std::{fs::File, io::ErrorKind, path::Path, time::Duration};

use sqlx::{
    Connection as _, Executor as _, PgConnection, SqliteConnection,
    migrate::Migrator,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteLockingMode},
};

use super::{DbError, DbResult, DbUrl, one};
use crate::server::files::{self, FileError};

pub(super) static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
pub(super) static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The application name of connections to PostgreSQL.
const APPLICATION: &str = "vestibule";

/// SQLite's error code for a file that is not a database (SQLITE_NOTADB).
const NO_DATABASE: &str = "26";

/// Maximum number of table names in an error.
const TOLD: usize = 5;

/// The way in which a database is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// Creates a missing database and migrates it.
    Make,
    /// Requires an existing database with the schema of this version; rows may be changed.
    Existing,
    /// Requires an existing database with the schema of this version; nothing is changed.
    ReadOnly,
}

/// The state of a database. A database that cannot be ours is an [`Unfit`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// No database, or one without tables.
    Nothing,
    /// A database of Vestibule.
    Ours {
        /// Numbers of the migrations of this version that are missing in the database.
        pending: Vec<i64>,
        /// The check value of its instance secret; none if its first start did not finish.
        secret_check: Option<String>,
    },
}

/// The reason why a database cannot be opened, with advice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// There is no database, and this command creates none.
    #[error(
        "there is no database; a first `vestibule serve` or `vestibule user create` makes one. If there should be one, \
         check VESTIBULE_DATA_DIR and VESTIBULE_DATABASE_URL"
    )]
    Missing,
    /// The schema is older than the one of this version.
    #[error(
        "this database is of an earlier Vestibule and was not migrated (missing: {0}); make a backup, then run \
         `vestibule migrate` or start `vestibule serve` of this version"
    )]
    Earlier(String),
    /// The schema is newer than the one of this version.
    #[error(
        "this database is of a newer Vestibule (schema {0}, this one knows {1}); start that version, or restore a \
         backup from before it"
    )]
    Newer(i64, i64),
    /// The database has tables of another program.
    #[error(
        "this is another program's database: it has tables that Vestibule did not make ({0}). Nothing was changed; name \
         a database of its own"
    )]
    Foreign(String),
    /// The file is not a database.
    #[error("this file is not a database of SQLite. Nothing was changed; name another one")]
    Other,
    /// The encoding cannot store all texts.
    #[error(
        "this database has the encoding {0}; make one with: create database … encoding 'UTF8' template template0"
    )]
    Encoding(String),
}

impl Found {
    /// Inspects a database without changing it.
    ///
    /// # Errors
    /// Fails if the database cannot be read, is not ours, is of a newer version, or is not in
    /// UTF-8.
    pub async fn at(url: &DbUrl) -> DbResult<Self> {
        Self::there(url).await.map_err(|error| error.at(&url.place()))
    }

    async fn there(url: &DbUrl) -> DbResult<Self> {
        match url {
            DbUrl::Sqlite(options) => {
                // SQLite's own error names no file, and an unreadable folder is not an empty one.
                let path = options.get_filename();
                match File::open(path) {
                    Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::Nothing),
                    opened => drop(opened.map_err(FileError::of(path))?),
                }
                let mut connection = SqliteConnection::connect_with(&unchanged(options)).await?;
                let found = of_sqlite(&mut connection).await;
                connection.close().await?;
                found.map_err(|error| match error {
                    DbError::Query(sqlx::Error::Database(error))
                        if error.code().is_some_and(|code| code == NO_DATABASE) =>
                    {
                        Unfit::Other.into()
                    }
                    other => other,
                })
            }
            DbUrl::Postgres(options) => {
                let mut connection = one::connect(&quiet(options)).await?;
                let found = of_postgres(&mut connection).await;
                connection.close().await?;
                found
            }
        }
    }

    /// Checks whether the database can be opened in this way.
    ///
    /// # Errors
    /// Fails if the database is missing or not migrated, and the mode does not create it.
    pub fn admit(&self, open_mode: OpenMode) -> Result<(), Unfit> {
        match (self, open_mode) {
            (_, OpenMode::Make) => Ok(()),
            (Self::Nothing, _) => Err(Unfit::Missing),
            (Self::Ours { pending, .. }, _) if pending.is_empty() => Ok(()),
            (Self::Ours { pending, .. }, _) => Err(Unfit::Earlier(numbers(pending))),
        }
    }
}

/// Whether another process has the database open.
///
/// # Errors
/// Fails if the database fails.
pub async fn is_used_elsewhere(url: &DbUrl) -> DbResult<bool> {
    match url {
        DbUrl::Sqlite(options) => {
            // Every connection to a database with a write-ahead log holds a lock of the file; this
            // one requests the same lock.
            let options = options.as_ref().clone().locking_mode(SqliteLockingMode::Exclusive);
            let options = options.busy_timeout(Duration::ZERO);
            let alone = async {
                let mut connection = SqliteConnection::connect_with(&options).await?;
                connection.execute("begin exclusive; rollback").await?;
                connection.close().await
            };
            match alone.await {
                Ok(()) => Ok(false),
                Err(sqlx::Error::Database(error)) if error.message().contains("locked") => Ok(true),
                Err(error) => Err(error.into()),
            }
        }
        DbUrl::Postgres(options) => {
            let mut connection = one::connect(&quiet(options)).await?;
            let others = "select count(*) from pg_stat_activity
                 where datname = current_database() and application_name = $1 and pid <> pg_backend_pid()";
            let others: i64 =
                sqlx::query_scalar(others).bind(APPLICATION).fetch_one(&mut connection).await?;
            connection.close().await?;
            Ok(others > 0)
        }
    }
}

/// The numbers of migrations as text.
fn numbers(versions: &[i64]) -> String {
    let each = versions.iter().map(|version| format!("{version:04}"));
    each.collect::<Vec<_>>().join(", ")
}

/// The number of the newest migration of this version.
pub fn newest() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// These migrations with their names, which are the same for both databases.
pub fn named(versions: &[i64]) -> Vec<(i64, String)> {
    let those = SQLITE.iter().filter(|migration| versions.contains(&migration.version));
    those.map(|migration| (migration.version, migration.description.to_string())).collect()
}

/// Silences the server's notices, such as that a table exists already.
pub(super) fn quiet(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().options([("client_min_messages", "warning")]).application_name(APPLICATION)
}

/// A connection that leaves the file and its folder unchanged.
///
/// While there is a write-ahead log, another process has the database open, or has ended without
/// closing it: then only a read-only connection leaves the log alone. Otherwise a connection that
/// could write removes its own log when it closes; in a read-only folder there is no log, and
/// nobody could change the file.
pub(super) fn unchanged(options: &SqliteConnectOptions) -> SqliteConnectOptions {
    let file = options.get_filename();
    let options = options.clone().create_if_missing(false).pragma("query_only", "on");
    let has_log = ["-wal", "-journal"].iter().any(|end| files::with_end(file, end).exists());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    match (has_log, is_writable(file) && is_writable(folder.unwrap_or(Path::new(".")))) {
        (true, _) => options.read_only(true),
        (false, true) => options,
        (false, false) => options.read_only(true).immutable(true),
    }
}

fn is_writable(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

/// What a database is, by the names of its tables. A macro, because each driver has types of its own.
macro_rules! found {
    ($connection:ident, $tables:ident, $known:ident) => {{
        let tables = sqlx::query_scalar($tables).fetch_all(&mut *$connection).await?;
        let applied = match tables.iter().any(|table| table == MIGRATIONS) {
            true => sqlx::query_as(APPLIED).fetch_all(&mut *$connection).await?,
            false => Vec::new(),
        };
        match judge(&tables, &applied, &$known)? {
            None => Ok(Found::Nothing),
            Some(pending) => {
                let check = sqlx::query_scalar(SECRET_CHECK).fetch_optional($connection).await?;
                Ok(Found::Ours { pending, secret_check: check })
            }
        }
    }};
}

async fn of_sqlite(connection: &mut SqliteConnection) -> DbResult<Found> {
    let tables = "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'
                  order by name";
    found!(connection, tables, SQLITE)
}

async fn of_postgres(connection: &mut PgConnection) -> DbResult<Found> {
    let encoding: String = sqlx::query_scalar("select current_setting('server_encoding')")
        .fetch_one(&mut *connection)
        .await?;
    if encoding != "UTF8" {
        return Err(Unfit::Encoding(encoding).into());
    }
    // Tables of extensions are ignored.
    let tables = "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where n.nspname = current_schema() and c.relkind in ('r', 'p')
                    and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
                  order by 1";
    found!(connection, tables, POSTGRES)
}

/// The table in which sqlx records applied migrations.
const MIGRATIONS: &str = "_sqlx_migrations";
const APPLIED: &str = "select version, checksum from _sqlx_migrations order by version";
/// The table is of the first migration, and every version has it.
const SECRET_CHECK: &str = "select value from instance where name = 'secret_check'";

/// The migrations that a database of ours lacks; none for an empty database.
fn judge(
    tables: &[String],
    applied: &[(i64, Vec<u8>)],
    known: &Migrator,
) -> DbResult<Option<Vec<i64>>> {
    let others: Vec<&str> =
        tables.iter().map(String::as_str).filter(|table| *table != MIGRATIONS).collect();
    let foreign = || {
        let told = others.iter().take(TOLD).copied().collect::<Vec<_>>().join(", ");
        Unfit::Foreign(if others.len() > TOLD { format!("{told}, …") } else { told })
    };
    let Some((version, checksum)) = applied.first() else {
        return if others.is_empty() { Ok(None) } else { Err(foreign().into()) };
    };
    // Another program may use sqlx too.
    let first = known.iter().find(|migration| migration.version == *version);
    if first.is_none_or(|first| first.checksum.as_ref() != checksum.as_slice()) {
        return Err(foreign().into());
    }
    if let Some((newer, _)) = applied.iter().rfind(|(version, _)| !known.version_exists(*version)) {
        return Err(DbError::Unfit(Unfit::Newer(*newer, newest())));
    }
    let is_pending = |version: &i64| applied.iter().all(|(applied, _)| applied != version);
    Ok(Some(known.iter().map(|migration| migration.version).filter(is_pending).collect()))
}
