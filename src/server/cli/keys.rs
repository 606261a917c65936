//! `vestibule keys`: the keys that sign access tokens.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use zeroize::Zeroizing;

use crate::server::{
    App, dates,
    pem::{self, Holds},
    secure::{keys::SigningKey, secret::Secret},
    service::{
        agent::Agent,
        keys::{self, KeyError, KeyLine},
    },
};

#[derive(Subcommand)]
pub(super) enum Keys {
    /// List them: which one signs, which verify, which comes next.
    List,
    /// Publish the next key; it signs ten minutes later, when everybody has fetched it.
    Rotate {
        /// Sign with it at once. Verifiers refuse its tokens until they fetch the key set again.
        #[arg(long)]
        now: bool,
    },
    /// Take a key out of use for good; what it signed is refused at once.
    Retire {
        /// Its `kid`, from the list.
        kid: String,
    },
    /// Publish a private key of your own as the next one.
    Import {
        /// PEM, PKCS#8 (BEGIN PRIVATE KEY): Ed25519, P-256, or RSA of 2048 bits or more.
        file: PathBuf,
        /// Let it sign at once.
        #[arg(long)]
        now: bool,
    },
}

/// Why a key was not changed, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum KeyCommandError {
    /// What the service said.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No key has this `kid` in this database.
    #[error("there is no key {0:?} in {1}; see vestibule keys list")]
    Missing(String, String),
    /// The key's file.
    #[error("{0}: {1}")]
    File(PathBuf, String),
}

pub(super) async fn run(app: &App, command: Keys) -> Result<(), KeyCommandError> {
    match command {
        Keys::List => {}
        Keys::Rotate { now } => keys::rotate(app, Agent::Operator, now).await?,
        Keys::Retire { kid } => {
            keys::retire(app, Agent::Operator, &kid).await.map_err(|error| match error {
                KeyError::Unknown => {
                    KeyCommandError::Missing(kid, app.config.database_shown.clone())
                }
                other => other.into(),
            })?;
        }
        Keys::Import { file, now } => {
            let key = read(&file).map_err(|why| KeyCommandError::File(file, why))?;
            keys::import(app, Agent::Operator, &key, now).await?;
        }
    }
    for line in keys::list(app) {
        println!("{}", in_words(&line));
    }
    Ok(())
}

/// Reads a private key, or says what the file holds instead and how to convert it.
fn read(file: &Path) -> Result<Secret, String> {
    let bytes = Zeroizing::new(std::fs::read(file).map_err(|error| error.to_string())?);
    let bytes = pem::without_mark(&bytes);
    let holds = pem::look(bytes);
    let (words, path) = (holds.words(), file.display());
    let to_pkcs8 = format!("openssl pkcs8 -topk8 -nocrypt -in {path} -out pkcs8.pem");
    let expected = "expected a private key in PEM, PKCS#8 (BEGIN PRIVATE KEY)";
    let convertible = ["RSA PRIVATE KEY", "EC PRIVATE KEY"];
    match &holds {
        Holds::Labels(_) if holds.has("PRIVATE KEY") => {
            let text = std::str::from_utf8(bytes).unwrap_or_default();
            let key = Secret::new(text);
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
    let KeyLine { kid, algorithm, state, active_at, .. } = line;
    let since = dates::rfc3339(*active_at);
    format!("{kid}  {:<6} {:<10} signs from {since}", algorithm.as_str(), state.as_str())
}
