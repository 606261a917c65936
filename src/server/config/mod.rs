//! Settings: flag > environment > `vestibule.toml` > default. Unknown ones are errors.

mod addresses;
mod brand;
mod check;
mod claims;
mod duration;
mod environment;
mod file;
mod given;
mod hidden;
mod nearest;
mod origin;
mod proxies;
mod settings;
mod values;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use url::Url;

pub use brand::BrandSettings;
pub use claims::TokenClaims;
pub use environment::process_environment;
pub use given::Given;
pub use hidden::{is_secret, without_password};
pub use origin::{Origin, Value};
pub use proxies::{ForwardedHeader, Proxies, network};
pub use settings::{ENVIRONMENT, Flags, Kind, SETTINGS, Setting};

use super::{
    db::DbUrl,
    secure::{keys::KeyAlgorithm, password::Cost, seal, secret::Secret},
};
use crate::model::PasswordPolicy;

/// The instance secret in the data folder.
const SECRET_FILE: &str = "secret.key";

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
    pub listen: SocketAddr,
    /// Address and port that only sends browsers to the public URL.
    pub plain_listen: Option<SocketAddr>,
    /// Address and port of the metrics.
    pub metrics_listen: Option<SocketAddr>,
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
    /// From the command line: a database may be made although the secret of an earlier one is there.
    pub new_database: bool,
    /// For the secret and the database.
    pub data_dir: PathBuf,
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
    /// The claims that tokens have beside those of all tokens.
    pub token_claims: TokenClaims,
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
    /// Exact origins whose scripts may call the API.
    pub cors_origins: Vec<String>,
    /// Exact origins to which `next` may lead after sign-in.
    pub return_origins: Vec<String>,
    /// Whether HSTS holds for all names below the public host.
    pub hsts_include_subdomains: bool,
    /// Whether sign-out empties the origin's storage in the browser.
    pub clear_site_data: bool,
    /// Whether the tutorials' shortcuts work.
    pub tutorial_compat: bool,
    /// How the service presents itself.
    pub brand: BrandSettings,
    /// How logs are written.
    pub log_format: LogFormat,
    /// What is logged.
    pub log_level: String,
}

/// Settings that cannot be used: a sentence for each, with its name and what would do.
#[derive(Debug, thiserror::Error)]
#[error("{}", faults.join("\nvestibule: "))]
pub struct ConfigError {
    /// One sentence each.
    pub faults: Vec<String>,
}

impl ConfigError {
    /// A single fault.
    pub fn new(fault: impl Into<String>) -> Self {
        Self { faults: vec![fault.into()] }
    }
}

/// Reads a duration such as `10m` in seconds.
///
/// # Errors
/// What would do.
pub fn seconds(text: &str, range: std::ops::RangeInclusive<i64>) -> Result<i64, String> {
    values::seconds(text, range)
}

impl Config {
    /// Merges flags, a settings file and the defaults, and checks the result; the environment is left out.
    ///
    /// # Errors
    /// Every fault.
    pub fn load(flags: &Flags, file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::of(&Given::gather(flags, &[], file))
    }

    /// Checks what was given.
    ///
    /// # Errors
    /// Every fault.
    pub fn of(given: &Given) -> Result<Self, ConfigError> {
        check::check(given)
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

    /// Whether access tokens are signed with a secret of the tutorials, which everybody knows.
    pub fn has_tutorial_secret(&self) -> bool {
        self.jwt_secret.as_ref().is_some_and(|secret| seal::is_placeholder(secret.expose()))
    }

    /// Whether the public URL is on this machine only.
    pub fn is_loopback(&self) -> bool {
        addresses::is_loopback(&self.public_url)
    }

    /// Why an address of these settings cannot be had, with the setting to change.
    pub fn no_listener(&self, address: SocketAddr, error: &std::io::Error) -> String {
        let setting = match self.plain_listen {
            _ if self.metrics_listen == Some(address) && address != self.listen => {
                &Setting::metrics_listen
            }
            Some(plain) if plain == address && plain != self.listen => &Setting::plain_listen,
            _ => &Setting::listen,
        };
        addresses::no_listener(setting, address, error)
    }

    /// Whether browsers reach it over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}
