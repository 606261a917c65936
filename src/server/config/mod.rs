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
mod kind;
mod mail;
mod nearest;
mod origin;
mod passkeys;
mod proxies;
mod reader;
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
pub use kind::Kind;
pub use mail::{MailDestination, MailServer, MailSettings, MailTls, Sender};
pub use origin::{Origin, Value};
pub use proxies::{ForwardedHeader, Proxies, network};
pub use settings::{ENVIRONMENT, Flags, SETTINGS, Setting};

use super::{
    db::DbUrl,
    secure::{
        keys::KeyAlgorithm,
        password::{Cost, Engine},
        seal,
        secret::Secret,
    },
};
use crate::model::PasswordPolicy;

/// Name of the instance secret's file in the data folder.
const SECRET_FILE: &str = "secret.key";

/// Maximum of the access token lifetime setting, in seconds.
pub const ACCESS_TOKEN_TTL_MAX: i64 = 86_400;

/// The format of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines of text.
    Text,
    /// One JSON object per line.
    Json,
}

/// A certificate with its chain, and its private key, both in PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The chain, with the server's certificate first.
    pub certificate: PathBuf,
    /// The unencrypted key.
    pub key: PathBuf,
}

/// The store of limit counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LimitStore {
    /// None: for tests of an app on this machine only.
    Off,
    /// The memory of this process.
    Memory,
    /// The database, for all processes that share it.
    Database,
    /// Valkey or Redis at this URL, for all processes that name it; the URL may contain a password.
    Valkey(Secret),
}

/// The checked settings. No `Debug`, because they contain secrets.
#[derive(Clone)]
pub struct Config {
    /// Address and port of the server.
    pub listen: SocketAddr,
    /// Address and port that redirects to the public URL.
    pub plain_listen: Option<SocketAddr>,
    /// Address and port of the metrics.
    pub metrics_listen: Option<SocketAddr>,
    /// Whether each request is logged.
    pub access_log: bool,
    /// The TLS files, if the server itself speaks TLS.
    pub tls: Option<TlsFiles>,
    /// Scheme, host and port, no path.
    pub public_url: Url,
    /// The database.
    pub database: DbUrl,
    /// The URL of the database without a password, for display.
    pub database_shown: String,
    /// Maximum number of open database connections for requests.
    pub database_connections: u32,
    /// A flag: a database may be created although the secret of an earlier one exists.
    pub new_database: bool,
    /// Folder of the secret and the database.
    pub data_dir: PathBuf,
    /// The instance secret from the environment.
    pub secret: Option<Secret>,
    /// File of the instance secret otherwise.
    pub secret_file: PathBuf,
    /// Signature algorithm of access tokens.
    pub signing_algorithm: KeyAlgorithm,
    /// The shared secret of HS256; none for other algorithms.
    pub jwt_secret: Option<Secret>,
    /// Seconds after which another key signs; 0 for never.
    pub key_rotation: i64,
    /// The `aud` of tokens.
    pub audience: String,
    /// The claims that tokens have beside those of all tokens.
    pub token_claims: TokenClaims,
    /// Whether anybody makes an account; else people with an invitation.
    pub registration_open: bool,
    /// Whether an account opens nothing before its address is confirmed.
    pub demands_address: bool,
    /// Whether people sign in by a code of a mail.
    pub mail_code: bool,
    /// Whether a mail for a new password goes to an address that nobody has confirmed.
    pub recovery_unconfirmed: bool,
    /// The fewest characters of a password.
    pub password_min_length: u16,
    /// Whether a new account needs a password.
    pub password_required: bool,
    /// Service for breached passwords, in addition to our own list.
    pub password_range_url: Option<Url>,
    /// Cost of a password hash.
    pub password_cost: Cost,
    /// The code that computes password hashes.
    pub password_engine: Engine,
    /// Number of hashing threads.
    pub hashing_threads: usize,
    /// Lifetime of an access token, in seconds.
    pub access_token_ttl: i64,
    /// Time without use after which a session ends, in seconds.
    pub session_idle_ttl: i64,
    /// Time after which a session ends in any case, in seconds.
    pub session_ttl: i64,
    /// Names of the roles that demand a second factor.
    pub factor_required_for: Vec<&'static str>,
    /// Time for which a browser is trusted, in seconds; 0 for none.
    pub trust_ttl: i64,
    /// The RP id: the name that passkeys are for; none at an address of numbers, where browsers make none.
    pub rp_id: Option<String>,
    /// Exact origins whose pages may ask for passkeys; the service's own comes first.
    pub passkey_origins: Vec<String>,
    /// Proxies that may pass a client's address.
    pub proxies: Proxies,
    /// The store of limit counts.
    pub limits: LimitStore,
    /// Number of failed attempts within ten minutes that block their source; 0 for never.
    pub block_after: i64,
    /// Duration of a block, in seconds.
    pub block_ttl: i64,
    /// Retention of audit events, in seconds; 0 for ever.
    pub audit_retention: i64,
    /// Exact origins that may call the API.
    pub cors_origins: Vec<String>,
    /// Exact origins to which `next` may lead after sign-in.
    pub return_origins: Vec<String>,
    /// Whether HSTS holds for all names below the public host.
    pub hsts_include_subdomains: bool,
    /// Whether sign-out clears the origin's storage in the browser.
    pub clear_site_data: bool,
    /// Whether the tutorials' shortcuts are enabled.
    pub tutorial_compat: bool,
    /// Name, logo and colours of the service.
    pub brand: BrandSettings,
    /// Sending of mails.
    pub mail: MailSettings,
    /// The format of logs.
    pub log_format: LogFormat,
    /// The filter of logs.
    pub log_level: String,
}

/// Invalid settings: a sentence for each, with its name and advice.
#[derive(Debug, thiserror::Error)]
#[error("{}", faults.join("\nvestibule: "))]
pub struct ConfigError {
    /// One sentence per fault.
    pub faults: Vec<String>,
}

impl ConfigError {
    /// A single fault.
    pub fn new(fault: impl Into<String>) -> Self {
        Self { faults: vec![fault.into()] }
    }
}

/// Parses a duration such as `10m` to seconds.
///
/// # Errors
/// Returns a sentence that says what is accepted.
pub fn seconds(text: &str, range: std::ops::RangeInclusive<i64>) -> Result<i64, String> {
    values::seconds(text, range)
}

impl Config {
    /// Merges flags, a settings file and the defaults, without the environment, and checks the
    /// result.
    ///
    /// # Errors
    /// Returns every fault.
    pub fn load(flags: &Flags, file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::of(&Given::gather(flags, &[], file))
    }

    /// Checks the given settings.
    ///
    /// # Errors
    /// Returns every fault.
    pub fn of(given: &Given) -> Result<Self, ConfigError> {
        check::check(given)
    }

    /// The address at which a server of these settings answers on this machine, and whether it speaks TLS there. Other
    /// settings do not matter: a probe may have fewer than the server.
    ///
    /// # Errors
    /// Fails if the address is invalid, or leaves its port to the system.
    pub fn own_address(given: &Given) -> Result<(SocketAddr, bool), ConfigError> {
        check::own_address(given)
    }

    /// The policy for new passwords.
    pub fn password_policy(&self) -> PasswordPolicy {
        PasswordPolicy { min_chars: self.password_min_length }
    }

    /// The public URL without a trailing slash: the issuer of tokens.
    pub fn issuer(&self) -> String {
        self.public_url.as_str().trim_end_matches('/').to_owned()
    }

    /// Whether the instance secret is in the file that the first start creates in the data folder.
    pub fn has_own_secret_file(&self) -> bool {
        self.secret.is_none() && self.secret_file == self.data_dir.join(SECRET_FILE)
    }

    /// Whether the data folder must exist: PostgreSQL with a secret from elsewhere needs none.
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

    /// The reason why an address cannot be bound, with the setting to change.
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

    /// Whether browsers reach the service over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}
