//! Why a command failed.

use std::path::PathBuf;

use super::{audit::AuditCommandError, doctor, keys::KeyCommandError, list::ListError};
use crate::{
    model::ErrorCode,
    server::{
        App, app::StartError, config::ConfigError, error::Error, files::FileError,
        secret_file::SecretError, serve, service::backup::BackupError,
    },
};

/// Why nobody, or not everybody, was let in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// Lines that were told one by one.
    #[error(
        "{0} of {1} lines are wrong; nothing was changed. Change them in the file, or leave them out with --skip; \
         --rename gives another username to whom theirs cannot be given"
    )]
    Wrong(usize, usize),
    /// All people are in, and the map is not whole.
    #[error(
        "{0}: {1}; everybody is in, and vestibule user list --json has external ids, ids and usernames"
    )]
    Map(PathBuf, std::io::Error),
    /// Part of a file is in: how many, and how to let the others in.
    #[error(
        "{0}\nthe {1} accounts before line {2} are in, nobody else. When that is mended, go on with:\n  {3}"
    )]
    Part(Box<CliError>, usize, usize, String),
}

/// Why a command failed, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A setting.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Serving.
    #[error(transparent)]
    Serve(#[from] serve::ServeError),
    /// What the service said.
    #[error("{0}")]
    Refused(String),
    /// What cannot be done to a key.
    #[error(transparent)]
    Key(#[from] KeyCommandError),
    /// The audit log: broken, or not to be read.
    #[error(transparent)]
    Audit(#[from] AuditCommandError),
    /// Who cannot be let in.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The instance secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// What the doctor found.
    #[error(transparent)]
    Unwell(#[from] doctor::Unwell),
    /// Standard output.
    #[error("cannot write to standard output: {0}")]
    Output(std::io::Error),
    /// Terminal or runtime.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl CliError {
    /// Whether nobody reads standard output any more.
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
    /// At the shell, where no request was made, and where the operator may see why something failed.
    fn from(error: Error) -> Self {
        Self::Refused(error.for_operator())
    }
}

/// The error of a command that names something: where the service has not found it, the sentence names it and the
/// database, which may be another one than the server's.
pub(super) fn or_missing(app: &App, what: String) -> impl FnOnce(Error) -> CliError {
    let missing = format!("there is no {what} in {}", app.config.database_shown);
    move |error| match error {
        Error::Api(error) if error.code == ErrorCode::NotFound => CliError::Refused(missing),
        error => error.into(),
    }
}
