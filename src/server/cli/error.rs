//! Errors of commands.

use std::path::PathBuf;

use super::{audit::AuditCommandError, doctor, keys::KeyCommandError, list::ListError};
use crate::{
    model::ErrorCode,
    server::{
        App,
        app::StartError,
        config::ConfigError,
        error::Error,
        files::FileError,
        secret_file::SecretError,
        serve,
        service::{backup::BackupError, mail::NotSent},
    },
};

/// The reason why an import was incomplete.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// Lines that were told one by one.
    #[error(
        "{0} of {1} lines are wrong; nothing was changed. Change them in the file, or leave them out with --skip; \
         --rename replaces usernames that cannot be used"
    )]
    Wrong(usize, usize),
    /// People are in, and the map does not have all of them.
    #[error(
        "{0}: {1}; the map is not whole, and vestibule user list --json has external ids, ids and usernames of all who \
         are in"
    )]
    Map(PathBuf, std::io::Error),
    /// A fault of the map, and why the import stopped.
    #[error("{0}\n{1}")]
    Both(Box<ImportError>, Box<CliError>),
    /// Part of a file is in: how many, and how to let the others in.
    #[error(
        "{0}\nthe {1} accounts before line {2} are in, nobody else. When that is mended, go on with:\n  {3}"
    )]
    Part(Box<CliError>, usize, usize, String),
}

/// The reason why a command failed, as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A setting is invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The start failed.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The server failed.
    #[error(transparent)]
    Serve(#[from] serve::ServeError),
    /// The service refused.
    #[error("{0}")]
    Refused(String),
    /// A key was not changed.
    #[error(transparent)]
    Key(#[from] KeyCommandError),
    /// The audit log is broken or unreadable.
    #[error(transparent)]
    Audit(#[from] AuditCommandError),
    /// The import was incomplete.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A backup failed.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The instance secret cannot be used.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A mail was not sent, or not made.
    #[error(transparent)]
    Mail(#[from] NotSent),
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The doctor found faults.
    #[error(transparent)]
    Unwell(#[from] doctor::Unwell),
    /// Standard output failed.
    #[error("cannot write to standard output: {0}")]
    Output(std::io::Error),
    /// The terminal or the runtime failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl CliError {
    /// Whether the reader of standard output has closed the pipe.
    pub(super) fn is_closed_pipe(&self) -> bool {
        let error = match self {
            Self::Output(error) | Self::Key(KeyCommandError::List(ListError::Io(error))) => error,
            _ => return false,
        };
        error.kind() == std::io::ErrorKind::BrokenPipe
    }
}

impl From<ListError> for CliError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Io(error) => Self::Output(error),
            ListError::Service(error) => error.into(),
        }
    }
}

impl From<Error> for CliError {
    /// At the shell there is no request, and the operator may see the reason.
    fn from(error: Error) -> Self {
        Self::Refused(error.for_operator())
    }
}

/// The error of a command that names something: if the service has not found it, the sentence
/// includes its name and the database, which may be another one than the server's.
pub(super) fn or_missing(app: &App, what: String) -> impl FnOnce(Error) -> CliError {
    let missing = format!("there is no {what} in {}", app.config.database_shown);
    move |error| match error {
        Error::Api(error) if error.code == ErrorCode::NotFound => CliError::Refused(missing),
        error => error.into(),
    }
}
