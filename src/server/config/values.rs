//! Parsers of other kinds of values; each error says what is accepted.

use std::{ops::RangeInclusive, path::Path};

use redis::IntoConnectionInfo;
use tracing_subscriber::EnvFilter;

use super::{LimitStore, LogFormat, addresses::items, duration, settings::Setting};
use crate::server::{
    db::{DbError, DbUrl},
    secure::{seal, secret::Secret},
};

/// The log levels.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Parses a value with its own `FromStr`, whose error names the accepted form.
pub(super) fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// A whole number.
pub(super) fn number(text: &str, range: RangeInclusive<i64>) -> Result<i64, String> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        format!("expected a whole number between {} and {}", range.start(), range.end())
    })
}

/// The fewest characters of a password.
pub(super) fn length(text: &str) -> Result<u16, String> {
    number(text, 8..=128).map(|number| number as u16)
}

/// A duration in seconds.
pub(super) fn seconds(text: &str, range: RangeInclusive<i64>) -> Result<i64, String> {
    let (from, to) = (duration::shown(*range.start()), duration::shown(*range.end()));
    match duration::parse(text) {
        Some(seconds) if range.contains(&seconds) => Ok(seconds),
        Some(_) => Err(format!("expected a time between {from} and {to}")),
        None => Err(format!(
            "expected a time between {from} and {to}, such as 90s, 10m, 1h30m or 30d; a number alone is \
             seconds"
        )),
    }
}

/// A duration in seconds, or 0 for never.
pub(super) fn seconds_or_never(text: &str, range: RangeInclusive<i64>) -> Result<i64, String> {
    match duration::parse(text) {
        Some(0) => Ok(0),
        _ => seconds(text, range).map_err(|why| format!("{why}; or 0 for never")),
    }
}

/// `true` or `false`, in their usual spellings.
pub(super) fn boolean(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("expected true or false".into()),
    }
}

/// The roles that may demand a second factor. Not `user`: everybody has it, and it gives nothing that could be withheld.
const DEMANDING: [&str; 1] = ["admin"];

/// Names of roles that demand a second factor, with commas between them.
pub(super) fn roles(text: &str) -> Result<Vec<&'static str>, String> {
    let known = |item: &str| DEMANDING.into_iter().find(|role| *role == item);
    items(text).map(|item| known(item).ok_or_else(|| format!("{item:?}: expected admin"))).collect()
}

/// Whether anybody makes an account.
pub(super) fn registration(text: &str) -> Result<bool, String> {
    match text {
        "open" => Ok(true),
        "invited" => Ok(false),
        _ => Err("expected open or invited".into()),
    }
}

/// Whether an account opens nothing before its address is confirmed.
pub(super) fn verified(text: &str) -> Result<bool, String> {
    match text {
        "optional" => Ok(false),
        "required" => Ok(true),
        _ => Err("expected optional or required".into()),
    }
}

/// A log format.
pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("expected text or json".into()),
    }
}

/// A log level, or filters. The library would take a mistyped level for the name of a module, and
/// log nothing.
pub(super) fn log_level(text: &str) -> Result<String, String> {
    let expected =
        "expected off, error, warn, info, debug or trace, or filters such as info,vestibule=debug";
    let is_level = |text: &str| LEVELS.contains(&text.to_ascii_lowercase().as_str());
    for filter in items(text) {
        let Some((target, level)) = filter.rsplit_once('=') else {
            if is_level(filter) {
                continue;
            }
            return Err(format!("{expected}; {filter:?} is no level"));
        };
        if !is_level(level) {
            return Err(format!("{expected}; {level:?} in {filter:?} is no level"));
        }
        let name = target.split([':', '[']).next().unwrap_or_default();
        if name != "vestibule" && strsim::damerau_levenshtein(name, "vestibule") <= 2 {
            return Err(format!(
                "{expected}; {name:?} is no name of a module; did you mean vestibule?"
            ));
        }
    }
    let text = items(text).collect::<Vec<_>>().join(",");
    match EnvFilter::try_new(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(expected.into()),
    }
}

/// A store of limit counts.
pub(super) fn limit_store(text: &str) -> Result<LimitStore, String> {
    match text {
        "memory" => Ok(LimitStore::Memory),
        "database" => Ok(LimitStore::Database),
        "off" => Ok(LimitStore::Off),
        url if url.contains("://") && url.into_connection_info().is_ok() => {
            Ok(LimitStore::Valkey(Secret::new(url)))
        }
        _ => {
            Err("expected memory, database, off, or the URL of a Valkey or Redis server, such as \
             redis://127.0.0.1:6379 or redis://:PASSWORD@HOST:6379/0"
                .into())
        }
    }
}

/// A database URL.
pub(super) fn database(url: &str) -> Result<DbUrl, String> {
    let sqlite = "write sqlite://PATH, such as sqlite:///var/lib/vestibule/vestibule.db";
    match url.split_once(':') {
        Some(("sqlite", rest)) => {
            let path = rest.trim_start_matches("//");
            let (path, query) = path.split_once('?').unwrap_or((path, ""));
            if path.is_empty() || path.ends_with('/') || Path::new(path).is_dir() {
                return Err(format!("a file is missing in it; {sqlite}"));
            }
            if path == ":memory:" || query.contains("mode=memory") {
                return Err(format!("a database in memory is lost at the end; {sqlite}"));
            }
            if !matches!(query, "" | "mode=rwc" | "mode=rw") {
                return Err(format!("there are no options after ?; {sqlite}"));
            }
            url.parse().map_err(|_| sqlite.to_owned())
        }
        Some(("postgres" | "postgresql", _)) => {
            url.parse().map_err(|error: DbError| error.to_string())
        }
        None => Err(format!("expected sqlite://PATH or postgres://…; for a file, {sqlite}")),
        _ => Err("expected sqlite://PATH or postgres://USER:PASSWORD@HOST:5432/DATABASE".into()),
    }
}

/// An instance secret, or one of HS256.
pub(super) fn secret(text: &str) -> Result<Secret, String> {
    let secret = Secret::new(text);
    let random = "use 32 random bytes, for example from: openssl rand -base64 32";
    seal::refuse_weak(&secret).map_err(|weak| format!("{weak}; {random}"))?;
    Ok(secret)
}

/// The secret of HS256. Blanks around it would be part of the key, and are lost easily where verifiers have it. A secret
/// that everybody knows from a tutorial may be one in tutorial mode.
pub(super) fn shared_secret(text: &str, is_tutorial: bool) -> Result<Secret, String> {
    match (text.trim() == text, seal::is_placeholder(text)) {
        (false, _) => Err("it begins or ends with a blank; every verifier needs the same bytes, so use one without".into()),
        (true, true) if is_tutorial => Ok(Secret::new(text)),
        (true, true) => secret(text).map_err(|why| {
            format!("{why}. On this machine alone a tutorial's works with {}=true", Setting::tutorial_compat.variable)
        }),
        (true, false) => secret(text),
    }
}
