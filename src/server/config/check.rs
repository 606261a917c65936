//! Checks given settings and builds a [`Config`]; reports every fault, not only the first.

use std::{net::SocketAddr, path::PathBuf};

use url::Url;

use super::{
    ACCESS_TOKEN_TTL_MAX, Config, ConfigError, LimitStore, Proxies, SECRET_FILE, TlsFiles,
    addresses, claims,
    given::Given,
    hidden, proxies,
    reader::Reader,
    settings::Setting,
    values::{self, boolean, number, parse, seconds, seconds_or_never},
};
use crate::server::{
    db::DbUrl,
    secure::{keys::KeyAlgorithm, secret::Secret},
};

/// An hour, in seconds.
const HOUR: i64 = 3_600;
/// A day, in seconds.
const DAY: i64 = 24 * HOUR;
/// A year, in seconds.
const YEAR: i64 = 365 * DAY;

/// Minimum time between two keys in seconds, long enough to publish each before it signs.
const KEY_ROTATION_MIN: i64 = HOUR;

/// The most days for which a browser is trusted.
const TRUST_DAYS_MAX: i64 = 90;

/// Maximum retention of audit events in seconds, unless unlimited: a hundred years.
const AUDIT_RETENTION_MAX: i64 = 100 * YEAR;

/// Maximum number of hashing threads.
const HASHING_THREADS_MAX: i64 = 256;

/// Minimum number of database connections: a long read must leave one free.
const CONNECTIONS_MIN: i64 = 2;
/// Maximum number of database connections.
const CONNECTIONS_MAX: i64 = 1_000;

impl Reader<'_> {
    /// Both files of TLS, or neither.
    fn tls(&mut self) -> Option<TlsFiles> {
        let mut file = |setting| self.optional(setting, |text| Ok(PathBuf::from(text)));
        let files = (file(&Setting::tls_certificate), file(&Setting::tls_key));
        match files {
            (Some(certificate), Some(key)) => return Some(TlsFiles { certificate, key }),
            (None, None) => {}
            (Some(_), None) => {
                self.refuse(&Setting::tls_key, "it is needed beside the certificate")
            }
            (None, Some(_)) => {
                self.refuse(&Setting::tls_certificate, "it is needed beside the key")
            }
        }
        None
    }

    fn public_url(&mut self, listen: SocketAddr, has_tls: bool) -> Result<Url, ConfigError> {
        if let Some(url) =
            self.optional(&Setting::public_url, |text| addresses::public_url(text, has_tls))
        {
            return Ok(url);
        }
        let own = addresses::own_url(listen, has_tls);
        if let (Err(why), false) = (&own, self.is_given(&Setting::public_url)) {
            self.note(why.clone());
        }
        // There is a fault already, or this is right.
        let here = SocketAddr::from(([127, 0, 0, 1], listen.port()));
        own.or_else(|_| addresses::own_url(here, has_tls)).map_err(ConfigError::new)
    }

    /// The secret of HS256: its operator's own, and no other algorithm has one. In tutorial mode it may be a tutorial's.
    fn jwt_secret(&mut self, algorithm: KeyAlgorithm, is_tutorial: bool) -> Option<Secret> {
        let read = |text: &str| values::shared_secret(text, is_tutorial);
        let secret = self.optional(&Setting::jwt_secret, read);
        let is_given = self.is_given(&Setting::jwt_secret);
        match (algorithm, is_given) {
            (KeyAlgorithm::Hs256, false) => self.refuse(
                &Setting::jwt_secret,
                "HS256 needs a secret of at least 32 random bytes, for example from: openssl rand -base64 32",
            ),
            (KeyAlgorithm::Hs256, true) | (_, false) => {}
            (_, true) => self.refuse(
                &Setting::jwt_secret,
                &format!("{algorithm} takes none; only HS256 does"),
            ),
        }
        secret
    }

    /// Rejects settings that are allowed on loopback only.
    fn refuse_beyond_loopback(&mut self, config: &Config) {
        if config.is_loopback() && config.listen.ip().is_loopback() {
            return;
        }
        if config.tutorial_compat {
            self.refuse(
                &Setting::tutorial_compat,
                "it weakens sign-in: it works only while both the listen address and the public URL are \
                 loopback",
            );
        }
        if config.limits == LimitStore::Off {
            self.refuse(
                &Setting::limits,
                "off works only while both the listen address and the public URL are loopback; use memory, \
                 database or a URL",
            );
        }
    }
}

/// Checks all settings.
pub(super) fn check(given: &Given) -> Result<Config, ConfigError> {
    let mut reader = Reader::new(given, given.faults.clone());
    let config = read(&mut reader)?;
    reader.refuse_beyond_loopback(&config);
    reader.refuse_without_mails(&config);
    reader.end(config)
}

/// Reads the address of a server of these settings, and whether it speaks TLS there, and nothing else.
pub(super) fn own_address(given: &Given) -> Result<(SocketAddr, bool), ConfigError> {
    let mut reader = Reader::new(given, Vec::new());
    let address = reader.read(&Setting::listen, addresses::reachable)?;
    let has_tls = reader.is_given(&Setting::tls_certificate);
    reader.end((address, has_tls))
}

fn read(reader: &mut Reader<'_>) -> Result<Config, ConfigError> {
    let listen = reader.read(&Setting::listen, addresses::address)?;
    let tls = reader.tls();
    let public_url = reader.public_url(listen, tls.is_some())?;
    let is_here = addresses::is_loopback(&public_url);
    let plain_listen = reader.optional(&Setting::plain_listen, addresses::address);
    if plain_listen.is_some() && tls.is_none() {
        reader.refuse(&Setting::plain_listen, "only beside a certificate and its key");
    }
    let data_dir: PathBuf = reader.read(&Setting::data_dir, |text| Ok(text.into()))?;
    let named = reader.optional(&Setting::database_url, |text| {
        Ok((values::database(text)?, hidden::without_password(text)))
    });
    let (database, database_shown) = named.unwrap_or_else(|| {
        let file = data_dir.join("vestibule.db");
        (DbUrl::file(&file), format!("sqlite://{}", file.display()))
    });
    let connections = reader.optional(&Setting::database_connections, |text| {
        number(text, CONNECTIONS_MIN..=CONNECTIONS_MAX)
    });
    let secret_file = reader.optional(&Setting::secret_file, |text| Ok(PathBuf::from(text)));
    let tutorial_compat = reader.read(&Setting::tutorial_compat, boolean)?;
    let signing_algorithm = reader.read(&Setting::signing_algorithm, parse)?;
    let audience = reader.optional(&Setting::audience, |text| Ok(text.to_owned()));
    let threads =
        reader.optional(&Setting::hashing_threads, |text| number(text, 1..=HASHING_THREADS_MAX));
    let (rp_id, passkey_origins) = reader.passkeys(&public_url)?;
    let cores = || std::thread::available_parallelism().map_or(2, usize::from);
    Ok(Config {
        listen,
        plain_listen,
        metrics_listen: reader.optional(&Setting::metrics_listen, addresses::address),
        access_log: reader.read(&Setting::access_log, boolean)?,
        new_database: false,
        tls,
        database_connections: connections
            .map_or_else(|| database.usual_connections(), |number| number as u32),
        database,
        database_shown,
        secret: reader.optional(&Setting::secret, |text| {
            values::secret(text).map_err(|why| format!("instance secret: {why}"))
        }),
        secret_file: secret_file.unwrap_or_else(|| data_dir.join(SECRET_FILE)),
        data_dir,
        jwt_secret: reader.jwt_secret(signing_algorithm, tutorial_compat),
        signing_algorithm,
        key_rotation: reader
            .read(&Setting::key_rotation, |text| seconds_or_never(text, KEY_ROTATION_MIN..=YEAR))?,
        audience: audience.unwrap_or_else(|| public_url.as_str().trim_end_matches('/').to_owned()),
        password_range_url: reader
            .optional(&Setting::password_range_url, |text| addresses::range_url(text, is_here)),
        public_url,
        token_claims: reader.read(&Setting::token_claims, claims::token_claims)?,
        registration_open: reader.read(&Setting::registration, values::registration)?,
        demands_address: reader.read(&Setting::verified, values::verified)?,
        mail_code: reader.read(&Setting::mail_code, boolean)?,
        recovery_unconfirmed: reader.read(&Setting::recovery_unconfirmed, boolean)?,
        password_min_length: reader.read(&Setting::password_min_length, values::length)?,
        password_required: reader.read(&Setting::password_required, boolean)?,
        password_cost: reader.read(&Setting::password_cost, parse)?,
        password_engine: reader.read(&Setting::password_engine, parse)?,
        hashing_threads: threads.map_or_else(cores, |number| number as usize),
        access_token_ttl: reader
            .read(&Setting::access_token_ttl, |text| seconds(text, 1..=ACCESS_TOKEN_TTL_MAX))?,
        session_idle_ttl: reader
            .read(&Setting::session_idle_ttl, |text| seconds(text, 60..=YEAR))?,
        session_ttl: reader.read(&Setting::session_ttl, |text| seconds(text, 60..=YEAR))?,
        factor_required_for: reader.read(&Setting::factor_required_for, values::roles)?,
        trust_ttl: reader.read(&Setting::trust_days, |text| number(text, 0..=TRUST_DAYS_MAX))?
            * DAY,
        rp_id,
        passkey_origins,
        proxies: Proxies::new(
            reader.read(&Setting::trusted_proxies, proxies::networks)?,
            reader.read(&Setting::forwarded_header, proxies::header)?,
        ),
        limits: reader.read(&Setting::limits, values::limit_store)?,
        block_after: reader.read(&Setting::block_after, |text| number(text, 0..=10_000))?,
        block_ttl: reader.read(&Setting::block_ttl, |text| seconds(text, 60..=30 * DAY))?,
        audit_retention: reader.read(&Setting::audit_retention, |text| {
            seconds_or_never(text, DAY..=AUDIT_RETENTION_MAX)
        })?,
        cors_origins: reader.read(&Setting::cors_origins, addresses::origins)?,
        return_origins: reader.read(&Setting::return_origins, addresses::return_origins)?,
        hsts_include_subdomains: reader.read(&Setting::hsts_include_subdomains, boolean)?,
        clear_site_data: reader.read(&Setting::clear_site_data, boolean)?,
        tutorial_compat,
        brand: reader.brand()?,
        mail: reader.mail(is_here && listen.ip().is_loopback())?,
        log_format: reader.read(&Setting::log_format, values::log_format)?,
        log_level: reader.read(&Setting::log_level, values::log_level)?,
    })
}
