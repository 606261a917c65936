//! `vestibule keys`: the signing keys of tokens.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;
use zeroize::Zeroizing;

use super::list::{Format, List, ListError};
use crate::server::{
    App,
    app::OpenMode,
    dates,
    pem::{self, Holds},
    secure::{keys::SigningKey, secret::Secret},
    service::{
        agent::Agent,
        keys::{self, KeyError, KeyLine, RingName},
    },
    text,
};

#[derive(Subcommand)]
pub(super) enum Keys {
    /// List the keys with their states: signing, verifying, next.
    List {
        /// Only the keys of this ring.
        #[arg(long)]
        ring: Option<RingName>,
        #[command(flatten)]
        format: Format,
    },
    /// Publish the next key; it signs ten minutes later, when all verifiers have fetched it.
    Rotate {
        /// own (access tokens of this service), or RS256, ES256, EdDSA: tokens for other clients.
        #[arg(long, default_value = "own")]
        ring: RingName,
        /// Sign with it at once. Verifiers refuse its tokens until they fetch the key set again.
        #[arg(long)]
        now: bool,
    },
    /// Retire a key permanently; its tokens are refused at once.
    Retire {
        /// The `kid` of the key, from the list.
        // One of 64 begins with a hyphen.
        #[arg(allow_hyphen_values = true)]
        kid: String,
    },
    /// Publish a private key of your own as the next one.
    Import {
        /// PEM, PKCS#8 (BEGIN PRIVATE KEY): Ed25519, P-256, or RSA of 2048 bits or more.
        file: PathBuf,
        /// own, or RS256, ES256, EdDSA: tokens for other clients.
        #[arg(long, default_value = "own")]
        ring: RingName,
        /// Sign with it at once.
        #[arg(long)]
        now: bool,
    },
}

impl Keys {
    /// The mode in which it opens the database.
    pub(super) fn open_mode(&self) -> OpenMode {
        match self {
            Self::List { .. } => OpenMode::ReadOnly,
            _ => OpenMode::Existing,
        }
    }
}

/// The reason why a key was not changed, as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum KeyCommandError {
    /// The service refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No key has this `kid` in this database.
    #[error("there is no key {0:?} in {1}; see vestibule keys list")]
    Missing(String, String),
    /// The list failed.
    #[error(transparent)]
    List(#[from] ListError),
    /// The file of the key cannot be used.
    #[error("{0}: {1}")]
    File(PathBuf, String),
}

pub(super) async fn run(app: &App, command: Keys) -> Result<(), KeyCommandError> {
    let (format, only) = match &command {
        Keys::List { format, ring } => (*format, *ring),
        _ => (Format::default(), None),
    };
    match command {
        Keys::List { .. } => {}
        Keys::Rotate { ring, now } => keys::rotate(app, Agent::Operator, ring, now).await?,
        Keys::Retire { kid } => {
            keys::retire(app, Agent::Operator, &kid).await.map_err(|error| match error {
                KeyError::Unknown => {
                    KeyCommandError::Missing(kid, app.config.database_shown.clone())
                }
                other => other.into(),
            })?;
        }
        Keys::Import { file, ring, now } => {
            let key = read(&file).map_err(|why| KeyCommandError::File(file, why))?;
            keys::import(app, Agent::Operator, ring, &key, now).await?;
        }
    }
    let mut list = List::new(format);
    let is_asked = |line: &KeyLine| only.is_none_or(|only| line.ring == only);
    for line in keys::list(app).into_iter().filter(is_asked) {
        list.add(&Line::from(&line), |_| in_words(&line))?;
    }
    Ok(list.end()?)
}

/// A key in JSON. Times are Unix seconds.
#[derive(Serialize)]
struct Line {
    kid: String,
    ring: &'static str,
    algorithm: &'static str,
    state: &'static str,
    created_at: i64,
    active_at: i64,
}

impl From<&KeyLine> for Line {
    fn from(line: &KeyLine) -> Self {
        let KeyLine { kid, ring, algorithm, state, created_at, active_at } = line;
        let (ring, algorithm, state) = (ring.as_str(), algorithm.as_str(), state.as_str());
        let (created_at, active_at) = (*created_at, *active_at);
        Self { kid: kid.clone(), ring, algorithm, state, created_at, active_at }
    }
}

/// Reads a private key; the error names the actual content and a conversion.
fn read(file: &Path) -> Result<Secret, String> {
    let bytes = Zeroizing::new(std::fs::read(file).map_err(|error| error.to_string())?);
    let bytes = text::without_mark(&bytes);
    let holds = pem::classify(bytes);
    let (words, path) = (holds.words(), file.display());
    let to_pkcs8 = format!("openssl pkcs8 -topk8 -nocrypt -in {path} -out pkcs8.pem");
    let expected = "expected a private key in PEM, PKCS#8 (BEGIN PRIVATE KEY)";
    let convertible = ["RSA PRIVATE KEY", "EC PRIVATE KEY"];
    match &holds {
        Holds::Labels(_) if holds.has("PRIVATE KEY") => {
            let key = Secret::new(std::str::from_utf8(bytes).unwrap_or_default());
            match SigningKey::from_pem(&key) {
                Ok(_) => Ok(key),
                Err(_) => Err(
                    "it holds no Ed25519, P-256 or RSA key (of 2048 bits or more) that is whole"
                        .into(),
                ),
            }
        }
        Holds::Encrypted => Err(format!("{words}; write it without: {to_pkcs8}")),
        Holds::Binary => Err(format!("{words}; convert it: {to_pkcs8} -inform der")),
        _ if holds.has("OPENSSH PRIVATE KEY") => Err(format!(
            "{words}, a key of OpenSSH; {expected}, for example from: openssl genpkey -algorithm ed25519"
        )),
        _ if convertible.iter().any(|label| holds.has(label)) => {
            Err(format!("{words}, a key in PKCS#1 or SEC1; convert it to PKCS#8: {to_pkcs8}"))
        }
        _ => Err(format!("{words}; {expected}")),
    }
}

fn in_words(line: &KeyLine) -> String {
    let KeyLine { kid, ring, algorithm, state, active_at, .. } = line;
    let since = dates::rfc3339(*active_at);
    let whose = match ring {
        RingName::Own => "",
        _ => ", for other clients",
    };
    format!("{kid}  {:<6} {:<10} signs from {since}{whose}", algorithm.as_str(), state.as_str())
}
