//! The table of settings: name, key, variable, kind, default and help of each.
//!
//! Flags, variables, the file, `vestibule config show` and the test of the documents are derived
//! from it.

use super::kind::Kind;

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Name: its flag with `_` for `-`.
    pub name: &'static str,
    /// Key in the file: section and key, separated by a dot.
    pub path: &'static str,
    /// Environment variable.
    pub variable: &'static str,
    /// Kind of its value.
    pub kind: Kind,
    /// Default; empty if there is none, or if it depends on other settings.
    pub default: &'static str,
    /// Default in the words of the help.
    pub default_shown: &'static str,
    /// Help text.
    pub help: &'static str,
}

impl Setting {
    /// Section and key in the file.
    pub fn place(&self) -> (&'static str, &'static str) {
        self.path.split_once('.').unwrap_or(("", self.path))
    }

    /// The flag.
    pub fn flag(&self) -> String {
        format!("--{}", self.name.replace('_', "-"))
    }
}

/// The default in `--help`: the value itself, or words if it depends on other settings.
macro_rules! shown {
    ($default:literal) => {
        $default
    };
    ($default:literal, $words:literal) => {
        $words
    };
}

/// Declares every setting once: name, place in the file, variable, kind, default (and its words), help.
macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident: $path:literal, $variable:literal, $kind:ident = $default:literal $(/ $shown:literal)?,)*) => {
        /// The settings as flags.
        #[derive(Clone, Default, clap::Args)]
        #[command(next_help_heading = "Settings")]
        pub struct Flags {
            $(
                $(#[doc = $doc])+
                #[arg(long, global = true, value_name = Kind::$kind.placeholder(), hide_short_help = true,
                      help = concat!($($doc,)+ " [env: ", $variable, "] [default: ", shown!($default $(, $shown)?), "]").trim_start())]
                pub $name: Option<String>,
            )*
        }

        impl Flags {
            /// The value of a setting.
            pub(super) fn of(&self, setting: &Setting) -> Option<&str> {
                match setting.name {
                    $(stringify!($name) => self.$name.as_deref(),)*
                    _ => None,
                }
            }
        }

        #[expect(non_upper_case_globals, reason = "each is named as its flag and its place in the file")]
        impl Setting {
            $(
                $(#[doc = $doc])+
                pub const $name: Self = Self {
                    name: stringify!($name),
                    path: $path,
                    variable: $variable,
                    kind: Kind::$kind,
                    default: $default,
                    default_shown: shown!($default $(, $shown)?),
                    help: concat!($($doc),+),
                };
            )*
        }

        /// Every setting.
        pub const SETTINGS: &[Setting] = &[$(Setting::$name),*];

        /// Every environment variable that is a setting.
        pub const ENVIRONMENT: &[&str] = &[$($variable,)* CONFIG_VARIABLE];
    };
}

/// The variable that names the settings file.
pub const CONFIG_VARIABLE: &str = "VESTIBULE_CONFIG";

settings! {
    /// Address and port to listen on; port 0 for any that is free.
    listen: "server.listen", "VESTIBULE_LISTEN", Address = "127.0.0.1:3000",
    /// The address that browsers use; the issuer of tokens. Needed when listening beyond loopback.
    public_url: "server.public_url", "VESTIBULE_PUBLIC_URL", Url = "" / "http://localhost:PORT",
    /// Address and port that only sends browsers to the public URL, beside TLS, such as 0.0.0.0:80.
    plain_listen: "server.plain_listen", "VESTIBULE_PLAIN_LISTEN", Address = "" / "none",
    /// Address and port of the metrics in Prometheus' format, at /metrics. It is for no browser and has no password:
    /// let only the monitoring reach it.
    metrics_listen: "server.metrics_listen", "VESTIBULE_METRICS_LISTEN", Address = "" / "none",
    /// Networks of trusted proxies, separated by commas. Only these may pass a client's address in a header.
    trusted_proxies: "server.trusted_proxies", "VESTIBULE_TRUSTED_PROXIES", Networks = "" / "none",
    /// The header in which the proxies pass the client's address: X-Forwarded-For or Forwarded.
    forwarded_header: "server.forwarded_header", "VESTIBULE_FORWARDED_HEADER", Name = "X-Forwarded-For",
    /// Accept the tutorials' weak password, raw token, Basic login and secrets of HS256; loopback only.
    tutorial_compat: "server.tutorial_compat", "VESTIBULE_TUTORIAL_COMPAT", Boolean = "false",
    /// Certificate in PEM, with its chain: TLS is spoken in process. Read again when it changes.
    tls_certificate: "tls.certificate", "VESTIBULE_TLS_CERTIFICATE", File = "" / "none",
    /// Its private key in PEM.
    tls_key: "tls.key", "VESTIBULE_TLS_KEY", File = "" / "none",
    /// Folder for the database and the instance secret.
    data_dir: "data.dir", "VESTIBULE_DATA_DIR", Folder = "data",
    /// The instance secret, at least 32 bytes. By the variable or in the settings file only: everybody on
    /// the machine can read a command line.
    secret: "data.secret", "VESTIBULE_SECRET", Secret = "" / "from the file",
    /// File with the instance secret, made at first start.
    secret_file: "data.secret_file", "VESTIBULE_SECRET_FILE", File = "" / "secret.key in the data folder",
    /// sqlite://PATH or postgres://…
    database_url: "database.url", "VESTIBULE_DATABASE_URL", Database = "" / "vestibule.db in the data folder",
    /// Maximum number of open database connections for requests; other work has seven more.
    database_connections: "database.connections", "VESTIBULE_DATABASE_CONNECTIONS", Number = "" / "8 with SQLite, 16 with PostgreSQL",
    /// The audience (`aud`) of access tokens.
    audience: "tokens.audience", "VESTIBULE_AUDIENCE", Text = "" / "the public URL",
    /// Signature algorithm of access tokens: EdDSA, ES256, RS256, or HS256 with a secret of your
    /// own.
    signing_algorithm: "tokens.signing_algorithm", "VESTIBULE_SIGNING_ALGORITHM", Name = "EdDSA",
    /// The secret of HS256, at least 32 bytes, shared with everybody who verifies. By the variable or in
    /// the settings file only.
    jwt_secret: "tokens.jwt_secret", "VESTIBULE_JWT_SECRET", Secret = "" / "none",
    /// Time after which another key signs; 0 for never.
    key_rotation: "tokens.key_rotation", "VESTIBULE_KEY_ROTATION", Duration = "90d",
    /// Lifetime of an access token, at most a day.
    access_token_ttl: "tokens.access_token_ttl", "VESTIBULE_ACCESS_TOKEN_TTL", Duration = "10m",
    /// Claims about the person in access tokens, separated by commas: preferred_username, email (if verified),
    /// external_id, app_metadata.KEY. A change of them is in the token of the next refresh.
    token_claims: "tokens.claims", "VESTIBULE_TOKEN_CLAIMS", Claims = "" / "none",
    /// Time without use after which a session ends.
    session_idle_ttl: "sessions.idle_ttl", "VESTIBULE_SESSION_IDLE_TTL", Duration = "14d",
    /// Time after which a session ends in any case.
    session_ttl: "sessions.ttl", "VESTIBULE_SESSION_TTL", Duration = "90d",
    /// Who makes accounts: open (anybody), or invited (people with an invitation; operators always can).
    registration: "accounts.registration", "VESTIBULE_REGISTRATION", Name = "open",
    /// Whether an account opens anything before its address is confirmed: optional, or required. Required holds from the next
    /// sign-in of each account, but not for accounts to which an operator has given a role.
    verified: "accounts.verified", "VESTIBULE_VERIFIED", Name = "optional",
    /// Let people sign in by a code that is mailed to their confirmed address, in place of the password. A second factor is asked
    /// for all the same.
    mail_code: "sign_in.mail_code", "VESTIBULE_MAIL_CODE", Boolean = "false",
    /// Send mails for a new password to addresses that nobody has confirmed too. A mistyped address then gives the account to a
    /// stranger.
    recovery_unconfirmed: "recovery.unconfirmed", "VESTIBULE_RECOVERY_UNCONFIRMED", Boolean = "false",
    /// The fewest characters of a password, 8 or more.
    password_min_length: "passwords.min_length", "VESTIBULE_PASSWORD_MIN_LENGTH", Number = "15",
    /// Whether a new account needs a password. Without one it is made with a passkey.
    password_required: "passwords.required", "VESTIBULE_PASSWORD_REQUIRED", Boolean = "true",
    /// Asks a service for breached passwords, such as https://api.pwnedpasswords.com/range/, by five digits of
    /// a hash.
    password_range_url: "passwords.range_url", "VESTIBULE_PASSWORD_RANGE_URL", Url = "" / "none",
    /// The cost of a password hash: memory in KiB and passes. vestibule tune proposes one.
    password_cost: "passwords.cost", "VESTIBULE_PASSWORD_COST", Cost = "m=19456,t=2",
    /// The code that computes password hashes: argon2-rust, or rustcrypto, which takes twice the time. Both make the
    /// same hashes.
    password_engine: "passwords.engine", "VESTIBULE_PASSWORD_ENGINE", Name = "argon2-rust",
    /// Number of threads that hash passwords, each with the memory of one hash.
    hashing_threads: "passwords.hashing_threads", "VESTIBULE_HASHING_THREADS", Number = "" / "one for each core",
    /// Roles that demand a second factor, separated by commas: admin. Below two factors they give nothing, also in sessions
    /// that are open, and their next sign-in begins with setting it up.
    factor_required_for: "factors.required_for", "VESTIBULE_FACTOR_REQUIRED_FOR", Roles = "" / "none",
    /// Days for which a browser that a person trusts at a sign-in is asked for no second factor; 0 for none. A smaller number
    /// holds for browsers that are trusted already.
    trust_days: "factors.trust_days", "VESTIBULE_TRUST_DAYS", Number = "30",
    /// The name that passkeys are for: the host of the public URL, or a domain above it whose other hosts may use them too. With
    /// another one, all passkeys that there are stop working.
    passkey_rp_id: "passkeys.rp_id", "VESTIBULE_PASSKEY_RP_ID", Name = "" / "the host of the public URL",
    /// Other origins whose pages may ask for passkeys, separated by commas.
    passkey_origins: "passkeys.origins", "VESTIBULE_PASSKEY_ORIGINS", Origins = "" / "none",
    /// Store of attempt counts: memory (of each process), database (shared by all), the URL of a
    /// Valkey or Redis server (shared too), or off (loopback only).
    limits: "limits.store", "VESTIBULE_LIMITS", Store = "memory",
    /// Failed attempts from one source within ten minutes that block it; 0 for never.
    block_after: "limits.block_after", "VESTIBULE_BLOCK_AFTER", Number = "100",
    /// Time that a source stays blocked.
    block_ttl: "limits.block_ttl", "VESTIBULE_BLOCK_TTL", Duration = "1h",
    /// Time that audit events are kept, to the day; 0 for ever.
    audit_retention: "audit.retention", "VESTIBULE_AUDIT_RETENTION", Duration = "365d",
    /// Origins that may call the API from a browser, separated by commas.
    cors_origins: "browsers.cors_origins", "VESTIBULE_CORS_ORIGINS", Origins = "" / "none",
    /// Origins to which ?next= may lead after sign-in and registration, separated by commas.
    return_origins: "browsers.return_origins", "VESTIBULE_RETURN_ORIGINS", Origins = "" / "none",
    /// Tell browsers to use TLS on all names below the public host too, for a year (Strict-Transport-Security).
    hsts_include_subdomains: "browsers.hsts_include_subdomains", "VESTIBULE_HSTS_INCLUDE_SUBDOMAINS", Boolean = "false",
    /// Tell browsers at sign-out to empty localStorage and all other storage of the public URL's origin
    /// (Clear-Site-Data). Turn it off where another app shares the origin.
    clear_site_data: "browsers.clear_site_data", "VESTIBULE_CLEAR_SITE_DATA", Boolean = "true",
    /// Host name of the SMTP server that takes mails. Without it mails go to mail_folder; on a loopback server, to the
    /// inbox at /dev/mail.
    mail_server: "mail.server", "VESTIBULE_MAIL_SERVER", Text = "" / "none",
    /// Port of the SMTP server.
    mail_port: "mail.port", "VESTIBULE_MAIL_PORT", Number = "" / "465 with implicit, 587 with starttls, 25 with none",
    /// TLS to the SMTP server: implicit, starttls (required), or none (on this machine, or with mail_allow_plain).
    mail_tls: "mail.tls", "VESTIBULE_MAIL_TLS", Name = "implicit",
    /// User name at the SMTP server; only with TLS.
    mail_user: "mail.user", "VESTIBULE_MAIL_USER", Text = "" / "none",
    /// File with the password of that user.
    mail_password_file: "mail.password_file", "VESTIBULE_MAIL_PASSWORD_FILE", File = "" / "none",
    /// Sender of mails: an address, or a name and an address, such as Acme <no-reply@acme.example>. Needed with mail_server
    /// and mail_folder.
    mail_from: "mail.from", "VESTIBULE_MAIL_FROM", Text = "" / "no-reply@localhost, named as the service",
    /// Address for answers to mails.
    mail_reply_to: "mail.reply_to", "VESTIBULE_MAIL_REPLY_TO", Text = "" / "none",
    /// Address for notices about mails that could not be delivered (the sender of the envelope).
    mail_bounce: "mail.bounce", "VESTIBULE_MAIL_BOUNCE", Text = "" / "the address of mail_from",
    /// File in PEM with the certificates of authorities that the SMTP server may have, in place of the system's.
    mail_ca_file: "mail.ca_file", "VESTIBULE_MAIL_CA_FILE", File = "" / "the system's",
    /// Send mails without TLS to another machine. Everybody on the way can read them, with the links in them.
    mail_allow_plain: "mail.allow_plain", "VESTIBULE_MAIL_ALLOW_PLAIN", Boolean = "false",
    /// Mails per hour of all processes together; more of them wait.
    mail_per_hour: "mail.per_hour", "VESTIBULE_MAIL_PER_HOUR", Number = "1000",
    /// Existing folder into which mails are written as files, in place of sending them.
    mail_folder: "mail.folder", "VESTIBULE_MAIL_FOLDER", Folder = "" / "none",
    /// Folder with files such as en.ftl, whose messages replace those of mails.
    mail_words: "mail.words", "VESTIBULE_MAIL_WORDS", Folder = "" / "none",
    /// Language of mails to people who have chosen none and registered in none: en, de or ar.
    mail_language: "mail.language", "VESTIBULE_MAIL_LANGUAGE", Name = "en",
    /// Name of the service in pages and mails.
    brand_name: "brand.name", "VESTIBULE_BRAND_NAME", Text = "Vestibule",
    /// File of the logo in the header: SVG, PNG or WebP, at most 128 KiB.
    brand_logo: "brand.logo", "VESTIBULE_BRAND_LOGO", File = "" / "the name beside an arch",
    /// File of the logo in dark pages.
    brand_logo_dark: "brand.logo_dark", "VESTIBULE_BRAND_LOGO_DARK", File = "" / "the logo",
    /// Colour of links and buttons, such as #5b3df5; text in it needs a contrast of 4.5:1.
    brand_accent: "brand.accent", "VESTIBULE_BRAND_ACCENT", Colour = "" / "green",
    /// Colour of links and buttons in dark pages.
    brand_accent_dark: "brand.accent_dark", "VESTIBULE_BRAND_ACCENT_DARK", Colour = "" / "the nearest shade of the accent that can be read",
    /// Help for users, also with a forgotten password: an https: or mailto: address.
    brand_support: "brand.support", "VESTIBULE_BRAND_SUPPORT", Url = "" / "none",
    /// Where faults of security are reported, for /.well-known/security.txt: an https: or mailto: address.
    brand_security: "brand.security", "VESTIBULE_BRAND_SECURITY", Url = "" / "the address of brand_support",
    /// Page of the terms of use.
    brand_terms: "brand.terms", "VESTIBULE_BRAND_TERMS", Url = "" / "none",
    /// Page of the privacy policy.
    brand_privacy: "brand.privacy", "VESTIBULE_BRAND_PRIVACY", Url = "" / "none",
    /// Whether pages with another name say "Secured by Vestibule".
    brand_secured_by: "brand.secured_by", "VESTIBULE_BRAND_SECURED_BY", Boolean = "true",
    /// Format of the log: text or json.
    log_format: "log.format", "VESTIBULE_LOG_FORMAT", Name = "text",
    /// Log level: off, error, warn, info, debug, trace, or filters such as info,vestibule=debug.
    log_level: "log.level", "VESTIBULE_LOG_LEVEL", Level = "info",
    /// Log a line for each request: method, route, status, duration, the client's address.
    access_log: "log.access_log", "VESTIBULE_ACCESS_LOG", Boolean = "true",
}
