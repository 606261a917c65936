//! The reason why mails cannot be sent.

use crate::server::files::FileError;

/// The reason why mails cannot be sent, with advice.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// A file or folder cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// TLS cannot be prepared.
    #[error("TLS cannot be prepared: {0}")]
    Tls(String),
}
