//! What a test does to a database behind the service's back.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection, query_scalar};

use tokio::time::timeout;

use super::{listening::WITHIN, server::Server};

/// A table of PostgreSQL that nobody else can read until [`Locked::free`].
pub(crate) struct Locked(PgConnection);

impl Locked {
    pub(crate) async fn free(self) {
        self.0.close().await.expect("closed");
    }
}

/// Runs a statement in the database of an address; answers the first column as text.
///
/// # Errors
/// Those of the database.
pub(crate) async fn try_sql_at(
    url: &str,
    statement: &'static str,
) -> Result<Vec<String>, sqlx::Error> {
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.expect("SQLite");
        query_scalar(statement).fetch_all(&mut connection).await
    } else {
        let mut connection = PgConnection::connect(url).await.expect("PostgreSQL");
        query_scalar(statement).fetch_all(&mut connection).await
    }
}

impl Server {
    /// The address of the database.
    pub(crate) fn url(&self) -> &str {
        self.flags.database_url.as_deref().expect("an address")
    }

    /// Runs a statement; answers the first column as text.
    pub(crate) async fn sql(&self, statement: &'static str) -> Vec<String> {
        self.try_sql(statement).await.expect("a statement")
    }

    /// The same where the database may refuse.
    pub(crate) async fn try_sql(
        &self,
        statement: &'static str,
    ) -> Result<Vec<String>, sqlx::Error> {
        try_sql_at(self.url(), statement).await
    }

    /// Adds 2,050 people.
    pub(crate) async fn crowd(&self) {
        self.sql(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2050)
             insert into users (id, username, username_canonical, metadata, epoch, created_at, updated_at)
             select '018f3f2e-0000-7000-8000-' || cast(100000000000 + i as text),
                    'u' || cast(i as text), 'u' || cast(i as text), '{}', 0, 0, 0 from n",
        )
        .await;
    }

    /// Locks a table of PostgreSQL.
    pub(crate) async fn lock(&self, table: &str) -> Locked {
        let mut connection = PgConnection::connect(self.url()).await.expect("PostgreSQL");
        let lock = format!("begin; lock table {table} in access exclusive mode");
        connection.execute(AssertSqlSafe(lock)).await.expect("locked");
        Locked(connection)
    }

    /// Waits until so many statements wait for a lock.
    pub(crate) async fn until_locked_out(&self, statements: &str) {
        let asleep = "select count(*)::text from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'";
        let wait = async {
            while self.sql(asleep).await != [statements] {
                tokio::task::yield_now().await;
            }
        };
        timeout(WITHIN, wait).await.expect("locked out in time");
    }
}

/// A fresh database on the private server of scripts/postgres.
pub(crate) async fn new_database() -> String {
    #[expect(clippy::disallowed_methods, reason = "scripts/postgres tells this way")]
    let server = std::env::var("VESTIBULE_TEST_POSTGRES")
        .expect("VESTIBULE_TEST_POSTGRES names a server; run through scripts/postgres");
    let name = format!(
        "t_{}",
        uuid::Uuid::from_bytes(vestibule::server::secure::random::bytes()).simple()
    );
    let mut connection = PgConnection::connect(&server).await.expect("PostgreSQL");
    connection.execute(AssertSqlSafe(format!("create database {name}"))).await.expect("created");
    connection.close().await.expect("closed");
    // postgres://user@host/DATABASE?options
    let (before, options) = server.split_once('?').unwrap_or((&server, ""));
    let (place, _) = before.rsplit_once('/').expect("a database in the address");
    format!("{place}/{name}?{options}")
}
