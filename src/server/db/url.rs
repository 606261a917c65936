//! The URL of a database.

use std::{net::IpAddr, path::Path, str::FromStr};

use sqlx::{
    postgres::{PgConnectOptions, PgSslMode},
    sqlite::SqliteConnectOptions,
};

use super::DbError;

/// The location of a database. No `Debug`, because it may contain a password.
#[derive(Clone)]
pub enum DbUrl {
    /// `sqlite://path`.
    Sqlite(Box<SqliteConnectOptions>),
    /// `postgres://…`.
    Postgres(Box<PgConnectOptions>),
}

impl FromStr for DbUrl {
    type Err = DbError;

    fn from_str(url: &str) -> Result<Self, DbError> {
        match url.split(':').next() {
            Some("sqlite") => Ok(Self::sqlite(SqliteConnectOptions::from_str(url)?)),
            Some("postgres" | "postgresql") => {
                refuse_unescaped(url)?;
                let options = PgConnectOptions::from_str(url);
                let refused = |error: sqlx::Error| DbError::Address(unreadable(&error.to_string()));
                Ok(Self::Postgres(Box::new(options.map_err(refused)?)))
            }
            _ => Err(DbError::Address("expected sqlite://… or postgres://…".into())),
        }
    }
}

impl DbUrl {
    /// The default maximum of open connections: readers of one file, or connections to a server.
    pub fn usual_connections(&self) -> u32 {
        match self {
            Self::Sqlite(_) => 8,
            Self::Postgres(_) => 16,
        }
    }

    /// A SQLite database in a file; the path may contain any characters.
    pub fn file(path: &Path) -> Self {
        Self::sqlite(SqliteConnectOptions::new().filename(path))
    }

    /// Keeps temporary data in memory, because a read-only root has no folder for it.
    fn sqlite(options: SqliteConnectOptions) -> Self {
        Self::Sqlite(Box::new(options.pragma("temp_store", "memory")))
    }

    /// The location without a password, for messages.
    pub(super) fn place(&self) -> String {
        match self {
            Self::Sqlite(options) => options.get_filename().display().to_string(),
            Self::Postgres(options) => {
                let database = options.get_database().unwrap_or(options.get_username());
                let (host, port) = (options.get_host(), options.get_port());
                match options.get_socket() {
                    Some(folder) => {
                        let socket = folder.join(format!(".s.PGSQL.{port}"));
                        format!("PostgreSQL at {}, database {database}", socket.display())
                    }
                    None => format!("PostgreSQL at {host}:{port}, database {database}"),
                }
            }
        }
    }

    /// The reason why the connection could be intercepted, if it could.
    pub fn unverified(&self) -> Option<String> {
        let Self::Postgres(options) = self else {
            return None;
        };
        let host = options.get_host();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let is_near = options.get_socket().is_some()
            || host.starts_with('/')
            || host == "localhost"
            || address.is_ok_and(|address| address.is_loopback());
        let mode = match options.get_ssl_mode() {
            PgSslMode::Disable => "disable",
            PgSslMode::Allow => "allow",
            PgSslMode::Prefer => "prefer",
            PgSslMode::Require => "require",
            PgSslMode::VerifyCa | PgSslMode::VerifyFull => return None,
        };
        (!is_near).then(|| {
            format!(
                "{} is reached with sslmode={mode}, which does not verify the server: add sslmode=verify-full to the \
                 address, and sslrootcert=FILE for an authority of your own",
                self.place()
            )
        })
    }

    /// The path of the file, for SQLite.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(options) => Some(options.get_filename()),
            Self::Postgres(_) => None,
        }
    }
}

/// Advice about special characters in a password.
const ESCAPES: &str =
    "a password in it is written with %40 for @, %2F for /, %23 for #, %25 for % and %3F for ?";

/// Rejects a URL whose password was not escaped, so that a part of it is read as something else.
/// The error repeats none of it.
fn refuse_unescaped(url: &str) -> Result<(), DbError> {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let ends = |c: char| matches!(c, '/' | '?' | '#');
    let after = rest.find(ends).map_or("", |at| &rest[at..]);
    let path = after.split('?').next().unwrap_or_default();
    match path.contains('@') || after.contains('#') {
        true => Err(DbError::Address(unreadable("it is not a database's"))),
        false => Ok(()),
    }
}

fn unreadable(why: &str) -> String {
    let why = why.trim_start_matches("error with configuration: ");
    format!("{why}; expected postgres://USER:PASSWORD@HOST:PORT/DATABASE, and {ESCAPES}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str) -> Option<String> {
        DbUrl::from_str(url).err().map(|error| error.to_string())
    }

    #[test]
    fn passwords_that_are_not_escaped_get_a_hint() {
        for password in ["se/cret", "se#cret", "se?cret", "se%ffcret", "1/2@3", "a@b#c"] {
            let said = refusal(&format!("postgres://vest:{password}@db.example/vest"));
            let said = said.unwrap_or_else(|| panic!("{password} is taken"));
            assert!(said.contains("%40 for @") && !said.contains("cret"), "{said}");
        }
        for password in ["p@ss", "s%2Fecret", "s%40", "plain", "100%"] {
            let url = format!("postgres://vest:{password}@db.example/vest?application_name=a@b");
            assert_eq!(refusal(&url), None);
            let place = DbUrl::from_str(&url).expect("an address").place();
            assert_eq!(place, "PostgreSQL at db.example:5432, database vest");
        }
    }

    #[test]
    fn who_could_listen_is_reported() {
        let unverified = |url: &str| DbUrl::from_str(url).expect("an address").unverified();
        for url in ["postgres://u@db.example/d", "postgres://u@10.0.0.1/d?sslmode=require"] {
            assert!(unverified(url).is_some_and(|why| why.contains("verify-full")), "{url}");
        }
        for url in [
            "postgres://u@localhost/d",
            "postgres://u@[::1]/d",
            "postgres://u@127.0.0.9/d",
            "postgres://u@x/d?host=/run/postgresql",
            "postgres://u@db.example/d?sslmode=verify-full",
            "sqlite://file",
        ] {
            assert_eq!(unverified(url), None, "{url}");
        }
    }
}
