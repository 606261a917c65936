//! Access to both databases with one SQL text; the only module that uses sqlx.
//!
//! Reads take a [`Db`]; every change is a unit of work, [`Db::write`].

#[macro_use]
mod query;
mod absence;
mod connect;
mod failure;
mod lost;
mod one;
mod patience;
mod pools;
mod postgres;
mod schema;
mod single;
mod transaction;
mod unit;
mod url;
mod waiting;
mod writer;

pub mod addresses;
pub mod addresses_in_doubt;
pub mod admins;
pub mod audit;
pub mod audit_chain;
pub mod authorizations;
pub mod blocks;
pub mod client_secrets;
pub mod clients;
pub mod consents;
pub mod copy;
pub mod credentials;
pub mod deletions;
pub mod ended_sessions;
pub mod epoch;
pub mod factors;
pub mod feed;
pub mod flows;
pub mod former_usernames;
pub mod grants;
pub mod instance;
pub mod invitations;
pub mod keys;
pub mod known_sources;
pub mod limits;
pub mod mailed_flows;
pub mod new_users;
pub mod outbox;
pub mod own_rows;
pub mod passkeys;
pub mod passwords;
pub mod profiles;
pub mod reached_addresses;
pub mod removed_addresses;
pub mod resources;
pub mod rotations;
pub mod session_clients;
pub mod session_users;
pub mod sessions;
pub mod token_life;
pub mod trusted_devices;
pub mod users;
pub mod waiting_addresses;

pub use connect::Db;
pub use patience::{of_feed, of_follow, of_job, of_probe, of_request, of_same, of_spare};
pub use pools::Pools;
pub use postgres::Postgres;
pub use schema::{
    Found, OpenMode, Unfit, is_used_elsewhere, named as named_migrations, newest as newest_schema,
};
pub use unit::Tx;
pub use url::DbUrl;
pub use waiting::Connections;

use super::files::FileError;

/// An error of the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// 503: the database is unreachable, full, read-only, or busy for longer than the patience. The
    /// text names the database and the reason.
    #[error("{0}")]
    Unavailable(String),
    /// 500: a statement that should never fail has failed.
    #[error("database: {}", failure::plain(.0))]
    Query(#[from] sqlx::Error),
    /// 500: a unit of work went on after this statement had failed.
    #[error("a unit of work swallowed: {0}")]
    Swallowed(String),
    /// 500: the unit of work panicked and was rolled back.
    #[error("a unit of work panicked")]
    Panicked,
    /// Start only: the migration of the schema failed.
    #[error("migration: {}", failure::of_migration(.0))]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Start only: the existing database cannot be opened.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// Start only: the file of SQLite cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// Start only: the URL names no known kind of database.
    #[error("database address: {0}")]
    Address(String),
}

impl DbError {
    /// The patience of a request ended before the answer. A change may have been committed.
    fn late() -> Self {
        Self::Unavailable("the database did not answer in time".into())
    }

    /// Adds the location of the database to an error that is about it.
    fn at(self, place: &str) -> Self {
        match self {
            Self::Query(error) => unit::db_error(place, error),
            Self::Migrate(error) => {
                Self::Unavailable(format!("{place}: migration: {}", failure::of_migration(&error)))
            }
            error => error,
        }
    }

    /// Whether the database was unavailable, and not the request wrong.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Unavailable(_) => true,
            Self::Query(error) => failure::is_outage(error),
            _ => false,
        }
    }
}

/// The result of a lookup or a change.
pub type DbResult<T> = Result<T, DbError>;
