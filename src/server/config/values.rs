//! Reading single settings: each refusal names the setting and says what would do.

use std::{os::unix::fs::PermissionsExt, path::Path};

use figment::Figment;
use redis::IntoConnectionInfo;
use url::Url;

use super::{ConfigError, ENVIRONMENT, LimitStore, LogFormat, TlsFiles};
use crate::server::{
    db::DbUrl,
    secure::{keys::KeyAlgorithm, seal, secret::Secret},
};

/// Who must not read a file with a secret: everybody. A service has its files by its group, often.
pub const SECRETS_CLOSED_TO: u32 = 0o007;

/// Settings that are secrets, or may have one in them.
pub const MAY_HOLD_SECRETS: [&str; 4] = ["secret", "jwt_secret", "database_url", "limits"];

/// Refuses environment variables that look like settings and are none: a typing error must not be silent.
pub fn refuse_unknown_environment() -> Result<(), ConfigError> {
    let unknown = std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .find(|name| name.starts_with("VESTIBULE_") && !ENVIRONMENT.contains(&name.as_str()));
    match unknown {
        Some(name) => Err(ConfigError(format!("{name} is not a setting; see vestibule --help"))),
        None => Ok(()),
    }
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The secret of HS256: its operator's own, and no other algorithm has one.
pub(super) fn jwt_secret(
    algorithm: KeyAlgorithm,
    text: String,
) -> Result<Option<Secret>, ConfigError> {
    let secret = Some(text).filter(|text| !text.is_empty()).map(Secret::new);
    match (algorithm, &secret) {
        (KeyAlgorithm::Hs256, Some(secret)) => {
            seal::refuse_weak(secret).map_err(|weak| ConfigError(format!("jwt_secret: {weak}")))?
        }
        (KeyAlgorithm::Hs256, None) => {
            return Err(ConfigError(
                "jwt_secret: HS256 needs VESTIBULE_JWT_SECRET, at least 32 random bytes, for example from: \
                 openssl rand -base64 32"
                    .into(),
            ));
        }
        (_, Some(_)) => {
            return Err(ConfigError(format!(
                "jwt_secret: {algorithm} takes none; only HS256 does"
            )));
        }
        (_, None) => {}
    }
    Ok(secret)
}

/// The most threads that hash.
const HASHING_THREADS_MAX: i64 = 256;

/// How many threads hash: one for each core, if nobody says.
pub(super) fn hashing_threads(text: &str) -> Result<usize, ConfigError> {
    match text {
        "" => Ok(std::thread::available_parallelism().map_or(2, usize::from)),
        number => Ok(within("hashing_threads", number, 1..=HASHING_THREADS_MAX)? as usize),
    }
}

/// The fewest connections to the database: a long read must leave one for all others.
const CONNECTIONS_MIN: i64 = 2;
/// The most connections to the database.
const CONNECTIONS_MAX: i64 = 1_000;

/// How many connections to the database are open at once: as many as suit its kind, if nobody says.
pub(super) fn connections(text: &str, database: &DbUrl) -> Result<u32, ConfigError> {
    let bounds = CONNECTIONS_MIN..=CONNECTIONS_MAX;
    match text {
        "" => Ok(database.usual_connections()),
        number => Ok(within("database_connections", number, bounds)? as u32),
    }
}

/// The database, and its address as shown to people: where no setting says, a file in the data folder, whatever
/// characters its path has.
pub(super) fn database(url: &str, data_dir: &Path) -> Result<(DbUrl, String), ConfigError> {
    if url.is_empty() {
        let path = data_dir.join("vestibule.db");
        return Ok((DbUrl::file(&path), format!("sqlite://{}", path.display())));
    }
    let database = url.parse::<DbUrl>();
    let database = database.map_err(|error| ConfigError(format!("database_url: {error}")))?;
    Ok((database, without_password(url)))
}

/// How logs are written.
pub(super) fn log_format(text: &str) -> Result<LogFormat, ConfigError> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(ConfigError("log_format: expected text or json".into())),
    }
}

/// Whether a setting is a secret, or has one in it.
pub fn is_secret(name: &str, value: &str) -> bool {
    let has_password = |url: Url| {
        url.password().is_some()
            || url.query_pairs().any(|(name, _)| matches!(&*name, "password" | "pass"))
    };
    match name {
        "secret" | "jwt_secret" => !value.is_empty(),
        _ => Url::parse(value).is_ok_and(has_password),
    }
}

/// Refuses a settings file with secrets that others can read (S104).
pub(super) fn refuse_open_secrets(file: &Path, lines: &Figment) -> Result<(), ConfigError> {
    let mode = std::fs::metadata(file).map_or(0, |file| file.permissions().mode());
    let is_secret = |name: &str| {
        let value = lines.extract_inner::<String>(name);
        value.is_ok_and(|value| is_secret(name, &value))
    };
    match mode & SECRETS_CLOSED_TO != 0 && MAY_HOLD_SECRETS.iter().any(|name| is_secret(name)) {
        true => Err(ConfigError(format!(
            "{0}: everybody can read it, and there is a secret in it; run: chmod 640 {0}",
            file.display()
        ))),
        false => Ok(()),
    }
}

/// Both files of TLS, or none.
pub(super) fn tls_files(certificate: &str, key: &str) -> Result<Option<TlsFiles>, ConfigError> {
    match (certificate, key) {
        ("", "") => Ok(None),
        ("", _) | (_, "") => {
            Err(ConfigError("tls_certificate and tls_key: both are needed, or none".into()))
        }
        _ => Ok(Some(TlsFiles { certificate: certificate.into(), key: key.into() })),
    }
}

/// The public URL, or for a loopback listener `http://localhost:PORT`.
pub(super) fn public_url(
    text: &str,
    listen: std::net::SocketAddr,
    has_tls: bool,
) -> Result<Url, ConfigError> {
    let scheme = if has_tls { "https" } else { "http" };
    if text.is_empty() {
        return match listen.ip().is_loopback() {
            true => parse("public_url", &format!("{scheme}://localhost:{}", listen.port())),
            false => Err(ConfigError(format!(
                "listening on {listen} needs --public-url (VESTIBULE_PUBLIC_URL): the https:// address \
                 that browsers use"
            ))),
        };
    }
    let url: Url = parse("public_url", text)?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    if plain && url.scheme() == "http" && has_tls {
        return Err(ConfigError("public_url: with tls_certificate it begins with https".into()));
    }
    if plain && url.scheme() == "http" && !is_loopback(&url) {
        return Err(ConfigError(
            "public_url: plain http is for this machine only; use https, with a proxy in front"
                .into(),
        ));
    }
    match plain {
        true => Ok(url),
        false => Err(ConfigError(
            "public_url: expected scheme, host and port only, such as https://id.example.com"
                .into(),
        )),
    }
}

pub(super) fn limit_store(text: &str) -> Result<LimitStore, ConfigError> {
    match text {
        "memory" => Ok(LimitStore::Memory),
        "database" => Ok(LimitStore::Database),
        "off" => Ok(LimitStore::Off),
        url if url.into_connection_info().is_ok() => Ok(LimitStore::Valkey(Secret::new(url))),
        // Not repeated: there may be a password in it.
        _ => Err(ConfigError(
            "limits: expected memory, database, off, or the URL of a Valkey or Redis server, such as \
             redis://127.0.0.1:6379"
                .into(),
        )),
    }
}

/// Who is asked for breached passwords: over TLS, or on this machine where we are on it too.
pub(super) fn range_url(text: &str, public_url: &Url) -> Result<Option<Url>, ConfigError> {
    if text.is_empty() {
        return Ok(None);
    }
    let url: Url = parse("password_range_url", text)?;
    let near = url.scheme() == "http" && is_loopback(&url) && is_loopback(public_url);
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match (url.scheme() == "https" || near) && url.has_host() && plain {
        true => Ok(Some(url)),
        false => Err(ConfigError(
            "password_range_url: expected an https address without a query, such as \
             https://api.pwnedpasswords.com/range/"
                .into(),
        )),
    }
}

pub(super) fn origins(text: &str) -> Result<Vec<String>, ConfigError> {
    let one = |origin: &str| {
        let url: Url = parse("cors_origins", origin)?;
        let exact = url.origin().ascii_serialization();
        match exact == origin {
            true => Ok(exact),
            false => Err(ConfigError(format!("cors_origins: {origin} should be written {exact}"))),
        }
    };
    text.split(',').map(str::trim).filter(|origin| !origin.is_empty()).map(one).collect()
}

pub(super) fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(
    name: &str,
    text: &str,
) -> Result<T, ConfigError> {
    text.parse().map_err(|error| ConfigError(format!("{name}: {text:?}: {error}")))
}

/// True or false, in the usual words; nothing at all is the default.
pub(super) fn boolean(name: &str, text: &str, default: bool) -> Result<bool, ConfigError> {
    match text {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        "" => Ok(default),
        _ => Err(ConfigError(format!("{name}: expected true or false"))),
    }
}

pub(super) fn within(
    name: &str,
    text: &str,
    range: std::ops::RangeInclusive<i64>,
) -> Result<i64, ConfigError> {
    let number = parse::<i64>(name, text)?;
    match range.contains(&number) {
        true => Ok(number),
        false => Err(ConfigError(format!(
            "{name}: {number} is not between {} and {}",
            range.start(),
            range.end()
        ))),
    }
}

/// A password can stand before the `@` and in the query.
fn without_password(url: &str) -> String {
    match Url::parse(url) {
        Ok(mut shown) if !url.starts_with("sqlite:") => {
            shown.set_query(None);
            if shown.password().is_some() {
                let _unsettable = shown.set_password(Some("…")).is_err();
            }
            shown.to_string()
        }
        _ => url.to_owned(),
    }
}
