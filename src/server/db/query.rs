//! Statements on either database: macros that take one text, mostly a `&'static str`, and what runs it on a connection.
//!
//! The first argument of a macro is a [`Db`](super::Db) (reads only) or a [`Tx`](super::Tx); the row type
//! comes before the SQL; the binds follow. `$1` works in both.
//!
//! The macros themselves are small: with sqlx's typed queries in them, each of the two hundred statements would be compiled
//! four times, for both databases and their pools, which is megabytes of the binary.

use sqlx::{
    Database, Encode, FromRow, PgConnection, SqliteConnection, Type, postgres::PgRow, query::Query,
    sqlite::SqliteRow,
};

/// A value for a placeholder; none is null.
#[derive(Clone, Copy)]
pub(in crate::server::db) enum Bind<'b> {
    Text(Option<&'b str>),
    Integer(Option<i64>),
    Flag(bool),
}

/// A type whose values are bound.
pub(in crate::server::db) trait AsBind {
    fn as_bind(&self) -> Bind<'_>;
}

impl AsBind for str {
    fn as_bind(&self) -> Bind<'_> {
        Bind::Text(Some(self))
    }
}

impl AsBind for String {
    fn as_bind(&self) -> Bind<'_> {
        Bind::Text(Some(self))
    }
}

impl AsBind for Option<String> {
    fn as_bind(&self) -> Bind<'_> {
        Bind::Text(self.as_deref())
    }
}

impl AsBind for Option<&str> {
    fn as_bind(&self) -> Bind<'_> {
        Bind::Text(*self)
    }
}

impl AsBind for i64 {
    fn as_bind(&self) -> Bind<'_> {
        Bind::Integer(Some(*self))
    }
}

impl AsBind for Option<i64> {
    fn as_bind(&self) -> Bind<'_> {
        Bind::Integer(*self)
    }
}

impl AsBind for bool {
    fn as_bind(&self) -> Bind<'_> {
        Bind::Flag(*self)
    }
}

impl<T: AsBind + ?Sized> AsBind for &T {
    fn as_bind(&self) -> Bind<'_> {
        T::as_bind(self)
    }
}

/// What a statement is run for.
#[derive(Clone, Copy)]
pub(in crate::server::db) enum For {
    /// All its rows.
    All,
    /// Its first row.
    First,
    /// The number of rows that it changes.
    Count,
}

/// What came of a statement.
pub(in crate::server::db) enum Got {
    Sqlite(Vec<SqliteRow>),
    Postgres(Vec<PgRow>),
    Count(u64),
}

impl Got {
    /// The rows, decoded.
    pub(in crate::server::db) fn rows<T>(self) -> Result<Vec<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
    {
        match self {
            Self::Sqlite(rows) => rows.into_iter().map(|row| T::from_row(&row)).collect(),
            Self::Postgres(rows) => rows.into_iter().map(|row| T::from_row(&row)).collect(),
            Self::Count(_) => Ok(Vec::new()),
        }
    }

    /// The first row, decoded.
    pub(in crate::server::db) fn first<T>(self) -> Result<Option<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
    {
        match self {
            Self::Sqlite(rows) => rows.first().map(T::from_row).transpose(),
            Self::Postgres(rows) => rows.first().map(T::from_row).transpose(),
            Self::Count(_) => Ok(None),
        }
    }

    /// The number of changed rows.
    pub(in crate::server::db) fn count(self) -> u64 {
        match self {
            Self::Count(count) => count,
            Self::Sqlite(_) | Self::Postgres(_) => 0,
        }
    }
}

/// A statement with its binds.
#[derive(Clone)]
pub(in crate::server::db) struct Statement<'s> {
    pub(in crate::server::db) sql: sqlx::SqlStr,
    pub(in crate::server::db) binds: &'s [Bind<'s>],
    pub(in crate::server::db) what: For,
}

impl Statement<'_> {
    pub(in crate::server::db) async fn on_sqlite(
        self,
        connection: &mut SqliteConnection,
    ) -> Result<Got, sqlx::Error> {
        let query = self.query();
        Ok(match self.what {
            For::All => Got::Sqlite(query.fetch_all(connection).await?),
            For::First => {
                Got::Sqlite(query.fetch_optional(connection).await?.into_iter().collect())
            }
            For::Count => Got::Count(query.execute(connection).await?.rows_affected()),
        })
    }

    pub(in crate::server::db) async fn on_postgres(
        self,
        connection: &mut PgConnection,
    ) -> Result<Got, sqlx::Error> {
        let query = self.query();
        Ok(match self.what {
            For::All => Got::Postgres(query.fetch_all(connection).await?),
            For::First => {
                Got::Postgres(query.fetch_optional(connection).await?.into_iter().collect())
            }
            For::Count => Got::Count(query.execute(connection).await?.rows_affected()),
        })
    }

    fn query<'q, D>(&self) -> Query<'q, D, D::Arguments>
    where
        D: Database,
        for<'e> Option<&'e str>: Encode<'e, D> + Type<D>,
        for<'e> Option<i64>: Encode<'e, D> + Type<D>,
        for<'e> bool: Encode<'e, D> + Type<D>,
    {
        self.binds.iter().fold(sqlx::query(self.sql.clone()), |query, bind| match *bind {
            Bind::Text(text) => query.bind(text),
            Bind::Integer(number) => query.bind(number),
            Bind::Flag(flag) => query.bind(flag),
        })
    }
}

/// Runs one statement on a [`Db`](super::Db) or a [`Tx`](super::Tx).
macro_rules! run {
    ($on:expr, $what:ident, $sql:expr $(, $bind:expr)*) => {{
        use $crate::server::db::query::{For, Statement};
        $on.run(Statement {
            sql: sqlx::SqlSafeStr::into_sql_str($sql),
            binds: &[$($crate::server::db::query::AsBind::as_bind(&$bind)),*],
            what: For::$what,
        })
        .await
    }};
}

macro_rules! fetch_optional {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let got = run!($on, First, $sql $(, $bind)*);
        $on.note(got.and_then(|got| got.first::<$row>()))
    }};
}

macro_rules! fetch_one {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let got = run!($on, First, $sql $(, $bind)*);
        let first = got.and_then(|got| got.first::<$row>());
        $on.note(first.and_then(|first| first.ok_or(sqlx::Error::RowNotFound)))
    }};
}

macro_rules! fetch_all {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let got = run!($on, All, $sql $(, $bind)*);
        $on.note(got.and_then(|got| got.rows::<$row>()))
    }};
}

/// Returns the number of changed rows.
macro_rules! execute {
    ($on:expr, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let got = run!($on, Count, $sql $(, $bind)*);
        $on.note(got.map(|got| got.count()))
    }};
}
