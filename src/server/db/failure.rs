//! Classification of the driver's errors: an outage or a bug, with a sentence for the log.

use std::{error::Error as _, io};

use sqlx::error::DatabaseError;

/// The prefixes of PostgreSQL error codes that mean an outage (appendix A of its manual): no
/// connection, no authorization, an ended session, no database, a read-only server, a deadlock, a
/// held lock, missing resources, operator intervention, system errors, damaged files.
const OUTAGES: [&str; 14] = [
    "08", "25006", "25P03", "25P04", "28", "3D", "40", "53", "55P03", "57", "58", "F0", "XX001",
    "XX002",
];

/// Whether an error means that the database is unreachable, full or busy, and not that a statement
/// is wrong.
pub(super) fn is_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            match code.parse::<u32>() {
                // SQLite: BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB.
                Ok(sqlite) if code.len() < 5 => {
                    matches!(sqlite & 0xff, 5 | 6 | 7 | 8 | 10 | 11 | 13 | 14 | 26)
                }
                _ => OUTAGES.iter().any(|beginning| code.starts_with(beginning)),
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::BeginFailed
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

/// Whether the connection is dead, so that the statement may be repeated on another one: the server
/// has restarted, or the session was ended, or a proxy has closed the connection.
pub(super) fn is_dead(error: &sqlx::Error) -> bool {
    match error {
        // A timeout of our own carries no error code of the operating system.
        sqlx::Error::Io(error) => {
            error.kind() != io::ErrorKind::TimedOut || error.raw_os_error().is_some()
        }
        sqlx::Error::Protocol(_) | sqlx::Error::BeginFailed => true,
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            code.starts_with("08")
                || matches!(&*code, "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04")
        }
        _ => false,
    }
}

/// The error of a timeout of our own.
pub(super) fn late(why: impl Into<String>) -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, why.into()))
}

/// A sentence for an error: the reason, and a hint where there is one, without source locations.
pub(super) fn plain(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Io(error) => of_system(error),
        sqlx::Error::Tls(error) => of_tls(&error.to_string()),
        sqlx::Error::Database(error) => of_database(&**error),
        sqlx::Error::PoolTimedOut => "no connection became free in time".into(),
        sqlx::Error::PoolClosed => "its connections are closed, because this process stops".into(),
        sqlx::Error::Migrate(error) => of_migration(error),
        error => error.to_string(),
    }
}

/// A sentence for the error of a migration.
pub(super) fn of_migration(error: &sqlx::migrate::MigrateError) -> String {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(error) = inner.downcast_ref::<sqlx::Error>() {
            return plain(error);
        }
        cause = inner.source();
    }
    error.to_string()
}

fn of_system(error: &io::Error) -> String {
    let text = error.to_string();
    if text.contains("certificate") {
        return of_tls(&text);
    }
    match error.kind() {
        _ if text.contains("lookup address") => {
            let why = text.rsplit_once(": ").map_or(text.as_str(), |(_, why)| why);
            format!("unknown host ({why})")
        }
        io::ErrorKind::ConnectionRefused => {
            "connection refused; no server listens there".to_owned()
        }
        io::ErrorKind::NotFound => "there is no such file or socket".to_owned(),
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => "the connection was closed by the other side".to_owned(),
        _ => text,
    }
}

fn of_tls(text: &str) -> String {
    let certificate = text.split_once("invalid peer certificate: ").map(|(_, why)| why);
    match certificate {
        Some(why) if why.starts_with("NotValidForName") || why.contains("not valid for name") => {
            format!("TLS: the certificate is for another host ({why})")
        }
        Some(why) => format!(
            "TLS: the certificate is not trusted ({why}); name the file of its authority with sslrootcert in the address"
        ),
        None if text.contains("does not support TLS") => {
            "TLS: the server refuses it, and sslmode asks for it".into()
        }
        None => format!("TLS: {text}"),
    }
}

fn of_database(error: &dyn DatabaseError) -> String {
    let code = error.code().unwrap_or_default();
    let hint = match &*code {
        "28P01" => {
            "; in the address a password is written with %40 for @, %2F for /, %23 for #, %25 for % and %3F for ?"
        }
        "3D000" => {
            "; create it first, for example with: createdb --encoding=UTF8 --template=template0"
        }
        "25006" => "; the server is read-only: a standby, or default_transaction_read_only",
        "53300" => "; raise max_connections of the server, or lower VESTIBULE_DATABASE_CONNECTIONS",
        "42501" => "; grant it to the user of the address, who should own the database",
        _ => "",
    };
    let kind = if code.len() < 5 { "SQLite" } else { "SQLSTATE" };
    format!("{} ({kind} {code}){hint}", error.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(kind: io::ErrorKind, text: &str) -> sqlx::Error {
        sqlx::Error::Io(io::Error::new(kind, text.to_owned()))
    }

    #[test]
    fn each_reason_has_its_sentence() {
        use io::ErrorKind as Kind;
        let lookup = "failed to lookup address information: Name or service not known";
        for (error, told) in [
            (system(Kind::ConnectionRefused, "os"), "connection refused; no server listens there"),
            (system(Kind::Other, lookup), "unknown host (Name or service not known)"),
            (system(Kind::UnexpectedEof, "os"), "the connection was closed by the other side"),
            (
                system(Kind::InvalidData, "invalid peer certificate: UnknownIssuer"),
                "TLS: the certificate is not trusted (UnknownIssuer); name the file of its authority with sslrootcert in \
                 the address",
            ),
            (
                sqlx::Error::Tls("invalid peer certificate: NotValidForName".into()),
                "TLS: the certificate is for another host (NotValidForName)",
            ),
            (
                sqlx::Error::Tls("server does not support TLS".into()),
                "TLS: the server refuses it, and sslmode asks for it",
            ),
        ] {
            assert_eq!(plain(&error), told);
            assert!(is_outage(&error));
        }
    }

    /// A timeout of our own is no reason to try again.
    #[test]
    fn a_dead_connection_is_no_slow_one() {
        assert!(!is_dead(&late("slow")) && is_outage(&late("slow")));
        assert!(is_dead(&system(io::ErrorKind::ConnectionReset, "os")));
        assert!(is_dead(&sqlx::Error::Io(io::Error::from_raw_os_error(110))));
        assert!(!is_dead(&sqlx::Error::PoolTimedOut) && !is_dead(&sqlx::Error::RowNotFound));
    }
}
