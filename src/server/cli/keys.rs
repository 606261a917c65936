//! `vestibule keys`: the keys that sign access tokens.

use std::path::PathBuf;

use clap::Subcommand;
use serde::Serialize;

use super::list::{Format, List, ListError};
use crate::server::{
    App,
    app::Opening,
    dates,
    secure::secret::Secret,
    service::{
        agent::Agent,
        keys::{self, KeyError, KeyLine},
    },
    text,
};

#[derive(Subcommand)]
pub(super) enum Keys {
    /// List them: which one signs, which verify, which comes next.
    List {
        #[command(flatten)]
        format: Format,
    },
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

impl Keys {
    /// How it needs the database.
    pub(super) fn opening(&self) -> Opening {
        match self {
            Self::List { .. } => Opening::ReadOnly,
            _ => Opening::Existing,
        }
    }
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
    /// The list.
    #[error(transparent)]
    List(#[from] ListError),
    /// The key's file.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
}

pub(super) async fn run(app: &App, command: Keys) -> Result<(), KeyCommandError> {
    let format = match &command {
        Keys::List { format } => *format,
        _ => Format::default(),
    };
    match command {
        Keys::List { .. } => {}
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
            let pem = std::fs::read(&file).and_then(|bytes| Ok(text::of(bytes)?));
            let pem = pem.map_err(|error| KeyCommandError::File(file, error))?;
            keys::import(app, Agent::Operator, &Secret::new(pem), now).await?;
        }
    }
    let mut list = List::new(format);
    for line in keys::list(app) {
        list.add(&Line::from(&line), |_| in_words(&line))?;
    }
    Ok(list.end()?)
}

/// A key as JSON has it. Times are Unix seconds.
#[derive(Serialize)]
struct Line {
    kid: String,
    algorithm: &'static str,
    state: &'static str,
    created_at: i64,
    active_at: i64,
}

impl From<&KeyLine> for Line {
    fn from(line: &KeyLine) -> Self {
        let KeyLine { kid, algorithm, state, created_at, active_at } = line;
        let (algorithm, state) = (algorithm.as_str(), state.as_str());
        let (created_at, active_at) = (*created_at, *active_at);
        Self { kid: kid.clone(), algorithm, state, created_at, active_at }
    }
}

fn in_words(line: &KeyLine) -> String {
    let KeyLine { kid, algorithm, state, active_at, .. } = line;
    let since = dates::rfc3339(*active_at);
    format!("{kid}  {:<6} {:<10} signs from {since}", algorithm.as_str(), state.as_str())
}
