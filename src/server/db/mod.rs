//! The only room that says sqlx: two databases, one SQL text.
//!
//! Reads go through [`Db`]; everything that changes something is a unit of work, [`Db::write`].

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
mod transaction;
mod unit;
mod url;
mod waiting;
mod writer;

pub mod admins;
pub mod audit;
pub mod audit_chain;
pub mod blocks;
pub mod copy;
pub mod ended_sessions;
pub mod epoch;
pub mod feed;
pub mod flows;
pub mod former_usernames;
pub mod instance;
pub mod keys;
pub mod known_sources;
pub mod limits;
pub mod new_users;
pub mod profiles;
pub mod rotations;
pub mod sessions;
pub mod token_life;
pub mod users;

pub use connect::Db;
pub use patience::{of_feed, of_follow, of_job, of_probe, of_request, of_same, of_spare};
pub use pools::Pools;
pub use postgres::Postgres;
pub use schema::{Found, OpenMode, Unfit, is_used_elsewhere, newest as newest_schema};
pub use unit::Tx;
pub use url::DbUrl;
pub use waiting::Connections;

use super::files::FileError;

/// Why the database did not do it.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// 503: cannot be reached, full, read-only, or busy beyond patience. The text says which database, and why.
    #[error("{0}")]
    Unavailable(String),
    /// 500: a statement that should never fail did.
    #[error("database: {}", failure::plain(.0))]
    Query(#[from] sqlx::Error),
    /// 500: a unit of work went on after this statement had failed.
    #[error("a unit of work swallowed: {0}")]
    Swallowed(String),
    /// 500: the unit of work panicked; nothing of it was kept.
    #[error("a unit of work panicked")]
    Panicked,
    /// Start only: the schema could not be brought up to date.
    #[error("migration: {}", failure::of_migration(.0))]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Start only: what is there cannot be opened.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// Start only: the file of SQLite.
    #[error(transparent)]
    File(#[from] FileError),
    /// Start only: an address that names no database we know.
    #[error("database address: {0}")]
    Address(String),
}

impl DbError {
    /// The patience of a request is used up before there was an answer. A change may have been made.
    fn late() -> Self {
        Self::Unavailable("the database did not answer in time".into())
    }

    /// The same error with the place of the database, where it is about that.
    fn at(self, place: &str) -> Self {
        match self {
            Self::Query(error) => unit::told(place, error),
            Self::Migrate(error) => {
                Self::Unavailable(format!("{place}: migration: {}", failure::of_migration(&error)))
            }
            error => error,
        }
    }

    /// Whether it failed for want of the database, not for what was asked.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Unavailable(_) => true,
            Self::Query(error) => failure::is_outage(error),
            _ => false,
        }
    }
}

/// What a lookup or a change answers.
pub type DbResult<T> = Result<T, DbError>;
