//! Settings: flag > environment > `vestibule.toml` > default. Unknown ones are errors.

mod proxies;
mod settings;
mod sources;
mod values;

use std::path::{Path, PathBuf};

use figment::Figment;
use url::Url;

pub use proxies::{ForwardedHeader, Proxies, network};
use settings::Texts;
pub use settings::{ENVIRONMENT, Flags};
use sources::sources;
pub use values::{MAY_HOLD_SECRETS, SECRETS_CLOSED_TO, is_secret, refuse_unknown_environment};
use values::{
    boolean, connections, database, hashing_threads, is_loopback, jwt_secret, limit_store,
    log_format, origins, parse, public_url, range_url, tls_files, within,
};

use super::{
    db::DbUrl,
    secure::{keys::KeyAlgorithm, password::Cost, secret::Secret},
};
use crate::model::PasswordPolicy;

/// The instance secret in the data folder.
const SECRET_FILE: &str = "secret.key";

/// The shortest time between two keys, in seconds: long enough to publish each before it signs.
const KEY_ROTATION_MIN: i64 = 3600;

/// A day, in seconds.
const DAY: i64 = 86_400;

/// The longest that audit events can be kept unless for ever, in seconds: a hundred years.
const AUDIT_RETENTION_MAX: i64 = 36_500 * DAY;

/// The longest life that an access token can be given, in seconds.
pub const ACCESS_TOKEN_TTL_MAX: i64 = 86_400;

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A certificate with its chain, and its private key, both PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The certificate first.
    pub certificate: PathBuf,
    /// Unencrypted.
    pub key: PathBuf,
}

/// Where attempts are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LimitStore {
    /// Nowhere: for tests of one's own app, on this machine only.
    Off,
    /// In this process.
    Memory,
    /// In the database, for all processes that share it.
    Database,
    /// In Valkey or Redis at this URL, for all processes that name it; a password may be in it.
    Valkey(Secret),
}

/// Settings, checked. No `Debug`: there are secrets in it.
#[derive(Clone)]
pub struct Config {
    /// Address and port.
    pub listen: std::net::SocketAddr,
    /// Address and port that only sends browsers to the public URL.
    pub plain_listen: Option<std::net::SocketAddr>,
    /// Address and port of the metrics.
    pub metrics_listen: Option<std::net::SocketAddr>,
    /// Whether each request has a line in the log.
    pub access_log: bool,
    /// Where TLS is spoken in process.
    pub tls: Option<TlsFiles>,
    /// Scheme, host and port, no path.
    pub public_url: Url,
    /// Where the data is.
    pub database: DbUrl,
    /// The address of the database as shown to people, without a password.
    pub database_shown: String,
    /// The most connections to the database at once.
    pub database_connections: u32,
    /// For the secret and the database.
    pub data_dir: PathBuf,
    /// From the command line: a database may be made although the secret of an earlier one is there.
    pub new_database: bool,
    /// From the environment.
    pub secret: Option<Secret>,
    /// Where it is otherwise.
    pub secret_file: PathBuf,
    /// How access tokens are signed.
    pub signing_algorithm: KeyAlgorithm,
    /// The secret of HS256, and only of it.
    pub jwt_secret: Option<Secret>,
    /// Seconds after which another key signs; 0 for never.
    pub key_rotation: i64,
    /// The `aud` of tokens.
    pub audience: String,
    /// The fewest characters of a password.
    pub password_min_length: u16,
    /// Who is asked for breached passwords, beside our own list.
    pub password_range_url: Option<Url>,
    /// Of the hash of a password.
    pub password_cost: Cost,
    /// How many threads hash passwords.
    pub hashing_threads: usize,
    /// Seconds.
    pub access_token_ttl: i64,
    /// Seconds.
    pub session_idle_ttl: i64,
    /// Seconds.
    pub session_ttl: i64,
    /// Proxies whose word about the client's address counts.
    pub proxies: Proxies,
    /// Where the limits of attempts are counted.
    pub limits: LimitStore,
    /// How many failed attempts within ten minutes block their source; 0 for never.
    pub block_after: i64,
    /// Seconds.
    pub block_ttl: i64,
    /// Seconds that audit events are kept; 0 for ever.
    pub audit_retention: i64,
    /// Exact origins.
    pub cors_origins: Vec<String>,
    /// Whether HSTS holds for all names below the public host.
    pub hsts_include_subdomains: bool,
    /// Whether sign-out empties the origin's storage in the browser.
    pub clear_site_data: bool,
    /// Whether the tutorials' shortcuts work.
    pub tutorial_compat: bool,
    /// How logs are written.
    pub log_format: LogFormat,
    /// What is logged.
    pub log_level: String,
}

/// A setting that cannot be used; the text names it and says what would do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

impl Config {
    /// Merges all sources and checks the result.
    pub fn load(flags: &Flags, file: Option<&Path>) -> Result<Self, ConfigError> {
        let texts: Texts = sources(flags, file)?
            .extract()
            .map_err(|error| ConfigError(format!("settings: {error}")))?;
        check(texts)
    }

    /// How logs are written, also where other settings cannot be used; as text where that cannot be read.
    pub fn log_format(flags: &Flags, file: Option<&Path>) -> LogFormat {
        let read = |sources: Figment| sources.extract_inner("log_format").ok();
        let format = sources(flags, file).ok().and_then(read).or_else(|| flags.log_format.clone());
        format.and_then(|format: String| log_format(&format).ok()).unwrap_or(LogFormat::Text)
    }

    /// What a new password must be.
    pub fn password_policy(&self) -> PasswordPolicy {
        PasswordPolicy { min_chars: self.password_min_length }
    }

    /// The public URL without a slash at the end: the issuer of tokens.
    pub fn issuer(&self) -> String {
        self.public_url.as_str().trim_end_matches('/').to_owned()
    }

    /// Whether the instance secret is in the file that the first start makes in the data folder.
    pub fn has_own_secret_file(&self) -> bool {
        self.secret.is_none() && self.secret_file == self.data_dir.join(SECRET_FILE)
    }

    /// Whether the data folder must be there: PostgreSQL with a secret from elsewhere needs none.
    pub fn needs_folder(&self) -> bool {
        self.database.path().is_some() || self.has_own_secret_file()
    }

    /// Whether the public URL is on this machine only.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.public_url)
    }

    /// Whether browsers reach it over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

fn check(texts: Texts) -> Result<Config, ConfigError> {
    let listen: std::net::SocketAddr = parse("listen", &texts.listen)?;
    let tls = tls_files(&texts.tls_certificate, &texts.tls_key)?;
    let public_url = public_url(&texts.public_url, listen, tls.is_some())?;
    let data_dir = PathBuf::from(&texts.data_dir);
    let (database, database_shown) = database(&texts.database_url, &data_dir)?;
    let secret_file = match texts.secret_file.as_str() {
        "" => data_dir.join(SECRET_FILE),
        path => path.into(),
    };
    let signing_algorithm = parse("signing_algorithm", &texts.signing_algorithm)?;
    let config = Config {
        listen,
        plain_listen: match texts.plain_listen.as_str() {
            "" => None,
            _ if tls.is_none() => {
                return Err(ConfigError(
                    "plain_listen: only beside tls_certificate and tls_key".into(),
                ));
            }
            address => Some(parse("plain_listen", address)?),
        },
        metrics_listen: match texts.metrics_listen.as_str() {
            "" => None,
            address => Some(parse("metrics_listen", address)?),
        },
        access_log: boolean("access_log", &texts.access_log, true)?,
        tls,
        database_connections: connections(&texts.database_connections, &database)?,
        database_shown,
        database,
        new_database: false,
        data_dir,
        signing_algorithm,
        jwt_secret: jwt_secret(signing_algorithm, texts.jwt_secret)?,
        key_rotation: match texts.key_rotation.as_str() {
            "0" => 0,
            seconds => within("key_rotation", seconds, KEY_ROTATION_MIN..=31_536_000)?,
        },
        secret: Some(texts.secret).filter(|secret| !secret.is_empty()).map(Secret::new),
        secret_file,
        audience: match texts.audience.as_str() {
            "" => public_url.as_str().trim_end_matches('/').to_owned(),
            audience => audience.to_owned(),
        },
        password_range_url: range_url(&texts.password_range_url, &public_url)?,
        public_url,
        password_min_length: within("password_min_length", &texts.password_min_length, 8..=128)?
            as u16,
        password_cost: parse("password_cost", &texts.password_cost)?,
        hashing_threads: hashing_threads(&texts.hashing_threads)?,
        access_token_ttl: within(
            "access_token_ttl",
            &texts.access_token_ttl,
            1..=ACCESS_TOKEN_TTL_MAX,
        )?,
        session_idle_ttl: within("session_idle_ttl", &texts.session_idle_ttl, 60..=31_536_000)?,
        session_ttl: within("session_ttl", &texts.session_ttl, 60..=31_536_000)?,
        proxies: Proxies::read(&texts.trusted_proxies, &texts.forwarded_header)?,
        limits: limit_store(&texts.limits)?,
        block_after: within("block_after", &texts.block_after, 0..=10_000)?,
        block_ttl: within("block_ttl", &texts.block_ttl, 60..=2_592_000)?,
        audit_retention: match texts.audit_retention.as_str() {
            "0" => 0,
            seconds => within("audit_retention", seconds, DAY..=AUDIT_RETENTION_MAX)?,
        },
        cors_origins: origins(&texts.cors_origins)?,
        hsts_include_subdomains: boolean(
            "hsts_include_subdomains",
            &texts.hsts_include_subdomains,
            false,
        )?,
        clear_site_data: boolean("clear_site_data", &texts.clear_site_data, true)?,
        tutorial_compat: boolean("tutorial_compat", &texts.tutorial_compat, false)?,
        log_format: log_format(&texts.log_format)?,
        log_level: texts.log_level,
    };
    if config.tutorial_compat && !(config.is_loopback() && listen.ip().is_loopback()) {
        return Err(ConfigError(
            "tutorial_compat weakens sign-in: it works only while both the listen address and the \
             public URL are loopback"
                .into(),
        ));
    }
    if config.limits == LimitStore::Off && !(config.is_loopback() && listen.ip().is_loopback()) {
        return Err(ConfigError(
            "limits: off works only while both the listen address and the public URL are loopback; \
             use memory, database or a URL"
                .into(),
        ));
    }
    Ok(config)
}
