//! Macros that run one `&'static str` on either database.
//!
//! The first argument is a [`Db`](super::Db) (reads only) or a [`Tx`](super::Tx); the row type
//! comes before the SQL; the binds follow. `$1` works in both.

/// The target of a statement.
pub(in crate::server::db) enum On<'a> {
    SqlitePool(&'a sqlx::SqlitePool),
    Pools(&'a super::Postgres),
    Sqlite(&'a mut sqlx::SqliteConnection),
    Postgres(&'a mut sqlx::PgConnection),
}

/// Runs one statement on each kind of connection. A read of PostgreSQL is repeated once on another
/// connection if its connection is dead.
macro_rules! run {
    ($on:expr, $outcome:ident, $query:expr, $method:ident) => {{
        use $crate::server::db::{failure, patience, query::On, waiting::Asking};
        let outcome = match $on.on() {
            On::SqlitePool(pool) => {
                let _asking = Asking::begin();
                let read = patience::wait(async { $query.$method(pool).await }).await;
                read.unwrap_or_else(|_| Err(failure::late("no answer in time")))
                    .map(run!(@$outcome))
            }
            On::Pools(pools) => {
                let _asking = Asking::begin();
                let mut may_repeat = true;
                loop {
                    let mut open = match pools.take().await {
                        Ok(open) => open,
                        Err(error) => break Err(error),
                    };
                    let read = Box::pin(async { $query.$method(&mut *open.connection).await });
                    let read = patience::read(read).await;
                    if let Some(outcome) = pools.judge(open, read, may_repeat) {
                        break outcome.map(run!(@$outcome));
                    }
                    may_repeat = false;
                }
            }
            On::Sqlite(connection) => $query.$method(connection).await.map(run!(@$outcome)),
            On::Postgres(connection) => {
                let answer = Box::pin(async { $query.$method(connection).await });
                let answer = patience::answer(answer).await;
                answer
                    .unwrap_or_else(|_| Err(failure::late("no answer in time")))
                    .map(run!(@$outcome))
            }
        };
        $on.note(outcome)
    }};
    (@rows) => { |rows| rows };
    (@count) => { |done| done.rows_affected() };
}

macro_rules! fetch_optional {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        run!($on, rows, sqlx::query_as::<_, $row>($sql)$(.bind(&$bind))*, fetch_optional)
    };
}

macro_rules! fetch_one {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        run!($on, rows, sqlx::query_as::<_, $row>($sql)$(.bind(&$bind))*, fetch_one)
    };
}

macro_rules! fetch_all {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        run!($on, rows, sqlx::query_as::<_, $row>($sql)$(.bind(&$bind))*, fetch_all)
    };
}

/// Returns the number of changed rows.
macro_rules! execute {
    ($on:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        run!($on, count, sqlx::query($sql)$(.bind(&$bind))*, execute)
    };
}
