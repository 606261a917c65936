//! The certificate: read at start, and again when its files change.

use std::{io, os::unix::fs::PermissionsExt, path::PathBuf, sync::Mutex, time::SystemTime};

use axum_server::tls_rustls::RustlsConfig;

use crate::server::config::{SECRETS_CLOSED_TO, TlsFiles};

/// A certificate and its key, as they are now.
#[derive(Clone)]
pub struct Certificate(std::sync::Arc<Inner>);

struct Inner {
    files: TlsFiles,
    config: RustlsConfig,
    changed: Mutex<[Option<SystemTime>; 2]>,
}

impl Certificate {
    /// Reads it.
    ///
    /// # Errors
    /// Files that cannot be read, are no PEM, or do not belong together; a key that everybody can read.
    pub async fn read(files: TlsFiles) -> io::Result<Self> {
        let mode = std::fs::metadata(&files.key)?.permissions().mode();
        if mode & SECRETS_CLOSED_TO != 0 {
            let what =
                format!("everybody can read the key; run: chmod 640 {}", files.key.display());
            return Err(io::Error::other(what));
        }
        // Two providers are among our dependencies' dependencies; this one is ours. It may be set already.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let changed = Mutex::new(times(&files));
        let config = RustlsConfig::from_pem_file(&files.certificate, &files.key).await?;
        Ok(Self(std::sync::Arc::new(Inner { files, config, changed })))
    }

    /// What connections are opened with.
    pub(super) fn current(&self) -> RustlsConfig {
        self.0.config.clone()
    }

    /// Reads it again if a file has changed. Where that fails the old one stays.
    ///
    /// # Errors
    /// As [`read`](Self::read), once for each change.
    pub async fn refresh(&self) -> io::Result<bool> {
        let Inner { files, config, changed } = &*self.0;
        let now = times(files);
        {
            let mut before = changed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if *before == now {
                return Ok(false);
            }
            *before = now;
        }
        config.reload_from_pem_file(&files.certificate, &files.key).await?;
        Ok(true)
    }
}

fn times(files: &TlsFiles) -> [Option<SystemTime>; 2] {
    let time = |file: &PathBuf| std::fs::metadata(file).and_then(|file| file.modified()).ok();
    [time(&files.certificate), time(&files.key)]
}
