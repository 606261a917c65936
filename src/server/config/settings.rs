//! The table of settings: flag, environment variable, default and help of each.

use serde::{Deserialize, Serialize};

/// What `--help` says of a default: the value itself, or words where it depends on other settings.
macro_rules! shown {
    ($default:literal) => {
        $default
    };
    ($default:literal, $words:literal) => {
        $words
    };
}

/// Declares every setting once: flag, environment variable, default and help.
macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident: $env:literal, $placeholder:literal = $default:literal $(/ $shown:literal)?,)*) => {
        /// Settings as flags; what is absent comes from the file, else from the default.
        #[derive(Clone, Default, clap::Args, Serialize)]
        #[command(next_help_heading = "Settings")]
        pub struct Flags {
            $(
                $(#[doc = $doc])+
                #[arg(long, global = true, env = $env, value_name = $placeholder, hide_env_values = true,
                      help = concat!($($doc,)+ " [default: ", shown!($default $(, $shown)?), "]").trim_start())]
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $name: Option<String>,
            )*
        }

        /// Settings as text, from everywhere.
        #[derive(Clone, Deserialize, Serialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct Texts {
            $(#[serde(deserialize_with = "text")] pub(super) $name: String,)*
        }

        impl Default for Texts {
            fn default() -> Self {
                Self { $($name: $default.into(),)* }
            }
        }

        /// Every environment variable that is a setting.
        pub const ENVIRONMENT: &[&str] = &[$($env,)* "VESTIBULE_CONFIG"];
    };
}

settings! {
    /// Address and port to listen on; port 0 for any that is free, which the log says.
    listen: "VESTIBULE_LISTEN", "ADDRESS" = "127.0.0.1:3000",
    /// The address that browsers use, such as https://id.example.com; the issuer of tokens. Needed when
    /// listening beyond loopback.
    public_url: "VESTIBULE_PUBLIC_URL", "URL" = "" / "http://localhost:PORT",
    /// Certificate in PEM, with its chain: TLS is spoken in process. Read again when it changes.
    tls_certificate: "VESTIBULE_TLS_CERTIFICATE", "FILE" = "" / "none",
    /// Its private key in PEM.
    tls_key: "VESTIBULE_TLS_KEY", "FILE" = "" / "none",
    /// Address and port that only sends browsers to the public URL, beside TLS, such as 0.0.0.0:80.
    plain_listen: "VESTIBULE_PLAIN_LISTEN", "ADDRESS" = "" / "none",
    /// sqlite://PATH or postgres://…
    database_url: "VESTIBULE_DATABASE_URL", "URL" = "" / "vestibule.db in the data folder",
    /// How many connections to the database are open at once: of the readers, with SQLite.
    database_connections: "VESTIBULE_DATABASE_CONNECTIONS", "NUMBER" = "" / "8 with SQLite, 16 with PostgreSQL",
    /// Folder for the database and the instance secret.
    data_dir: "VESTIBULE_DATA_DIR", "FOLDER" = "data",
    /// The instance secret, at least 32 bytes. By the variable or in the settings file only: everybody on
    /// the machine can read a command line.
    secret: "VESTIBULE_SECRET", "TEXT" = "" / "from the file",
    /// File with the instance secret, made at first start.
    secret_file: "VESTIBULE_SECRET_FILE", "FILE" = "" / "secret.key in the data folder",
    /// The audience (`aud`) of access tokens.
    audience: "VESTIBULE_AUDIENCE", "TEXT" = "" / "the public URL",
    /// How access tokens are signed: EdDSA, ES256, RS256, or HS256 with a secret of your own.
    signing_algorithm: "VESTIBULE_SIGNING_ALGORITHM", "NAME" = "EdDSA",
    /// The secret of HS256, at least 32 bytes, shared with everybody who verifies. By the variable or in
    /// the settings file only.
    jwt_secret: "VESTIBULE_JWT_SECRET", "TEXT" = "" / "none",
    /// Seconds after which another key signs; 0 for never.
    key_rotation: "VESTIBULE_KEY_ROTATION", "SECONDS" = "7776000",
    /// The fewest characters of a password, 8 or more.
    password_min_length: "VESTIBULE_PASSWORD_MIN_LENGTH", "NUMBER" = "15",
    /// Asks a service for breached passwords, such as https://api.pwnedpasswords.com/range/, by five digits of
    /// a hash.
    password_range_url: "VESTIBULE_PASSWORD_RANGE_URL", "URL" = "" / "none",
    /// The cost of a password hash: memory in KiB and passes. vestibule tune proposes one.
    password_cost: "VESTIBULE_PASSWORD_COST", "COST" = "m=19456,t=2",
    /// How many threads hash passwords, each with the memory of one hash.
    hashing_threads: "VESTIBULE_HASHING_THREADS", "NUMBER" = "" / "one for each core",
    /// Lifetime of an access token in seconds, at most 86400.
    access_token_ttl: "VESTIBULE_ACCESS_TOKEN_TTL", "SECONDS" = "600",
    /// Seconds without use after which a session ends.
    session_idle_ttl: "VESTIBULE_SESSION_IDLE_TTL", "SECONDS" = "1209600",
    /// Seconds after which a session ends in any case.
    session_ttl: "VESTIBULE_SESSION_TTL", "SECONDS" = "7776000",
    /// Networks of trusted proxies, separated by commas. Only these may pass a client's address in a header.
    trusted_proxies: "VESTIBULE_TRUSTED_PROXIES", "NETWORKS" = "" / "none",
    /// The header in which the proxies pass the client's address: X-Forwarded-For or Forwarded.
    forwarded_header: "VESTIBULE_FORWARDED_HEADER", "NAME" = "X-Forwarded-For",
    /// Where attempts are counted: memory (of each process), database (shared by all), the URL of a Valkey
    /// or Redis server (shared too), or off (loopback only).
    limits: "VESTIBULE_LIMITS", "PLACE" = "memory",
    /// Failed attempts from one source within ten minutes that block it; 0 for never.
    block_after: "VESTIBULE_BLOCK_AFTER", "NUMBER" = "100",
    /// Seconds that a source stays blocked.
    block_ttl: "VESTIBULE_BLOCK_TTL", "SECONDS" = "3600",
    /// Seconds that audit events are kept, to the day; 0 for ever.
    audit_retention: "VESTIBULE_AUDIT_RETENTION", "SECONDS" = "31536000",
    /// Origins that may call the API from a browser, separated by commas.
    cors_origins: "VESTIBULE_CORS_ORIGINS", "ORIGINS" = "" / "none",
    /// Tell browsers to use TLS on all names below the public host too, for a year (Strict-Transport-Security).
    hsts_include_subdomains: "VESTIBULE_HSTS_INCLUDE_SUBDOMAINS", "BOOLEAN" = "false",
    /// Tell browsers at sign-out to empty localStorage and all other storage of the public URL's origin
    /// (Clear-Site-Data). Turn it off where another app shares the origin.
    clear_site_data: "VESTIBULE_CLEAR_SITE_DATA", "BOOLEAN" = "true",
    /// Accept the tutorials' weak password, raw token and Basic login; loopback only.
    tutorial_compat: "VESTIBULE_TUTORIAL_COMPAT", "BOOLEAN" = "false",
    /// Address and port of the metrics in Prometheus' format, at /metrics. It is for no browser and has no password:
    /// let only the monitoring reach it.
    metrics_listen: "VESTIBULE_METRICS_LISTEN", "ADDRESS" = "" / "none",
    /// Log a line for each request: method, route, status, duration, the client's address.
    access_log: "VESTIBULE_ACCESS_LOG", "BOOLEAN" = "true",
    /// How to write logs: text or json.
    log_format: "VESTIBULE_LOG_FORMAT", "FORMAT" = "text",
    /// What to log: error, warn, info, debug, trace, or filters such as vestibule=debug.
    log_level: "VESTIBULE_LOG_LEVEL", "LEVEL" = "info",
}

/// In the file a number or a boolean may stand without quotes.
fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Scalar {
        Text(String),
        Number(i64),
        Boolean(bool),
    }
    Ok(match Scalar::deserialize(deserializer)? {
        Scalar::Text(text) => text,
        Scalar::Number(number) => number.to_string(),
        Scalar::Boolean(boolean) => boolean.to_string(),
    })
}
