//! The certificate: read at start, and again when its files change.

use std::{
    fs::File,
    io::{self, BufReader},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::PathBuf,
    sync::Arc,
};

use parking_lot::Mutex;
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

use crate::server::config::{SECRETS_CLOSED_TO, TlsFiles};

/// A certificate and its key, as they are now.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    files: TlsFiles,
    now: Mutex<Now>,
}

struct Now {
    config: Arc<ServerConfig>,
    changed: [Changed; 2],
    /// Why the files as they are cannot be used.
    broken: Option<String>,
}

/// When a file was written, renamed, or given another mode: seconds and nanoseconds.
type Changed = Option<(i64, i64)>;

impl Certificate {
    /// Reads it.
    ///
    /// # Errors
    /// Files that cannot be read, are no PEM, or do not belong together; a key that everybody can read.
    pub async fn read(files: TlsFiles) -> io::Result<Self> {
        // Two providers are among our dependencies' dependencies; this one is ours. It may be set already.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let changed = changes(&files);
        let config = load(files.clone()).await?;
        Ok(Self(Arc::new(Inner { files, now: Mutex::new(Now { config, changed, broken: None }) })))
    }

    /// What connections are opened with.
    pub(super) fn current(&self) -> Arc<ServerConfig> {
        self.0.now.lock().config.clone()
    }

    /// Reads it again if a file has changed. Where that fails the old one stays.
    ///
    /// # Errors
    /// As [`read`](Self::read), until the files have changed again.
    pub async fn refresh(&self) -> io::Result<bool> {
        let changed = changes(&self.0.files);
        let broken = {
            let mut now = self.0.now.lock();
            let is_new = now.changed != changed;
            now.changed = changed;
            if is_new { None } else { Some(now.broken.clone()) }
        };
        match broken {
            Some(None) => Ok(false),
            Some(Some(why)) => Err(io::Error::other(why)),
            None => self.load_again().await.map(|()| true),
        }
    }

    /// Reads it again, changed or not. Where that fails the old one stays.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn read_again(&self) -> io::Result<()> {
        self.0.now.lock().changed = changes(&self.0.files);
        self.load_again().await
    }

    async fn load_again(&self) -> io::Result<()> {
        let loaded = load(self.0.files.clone()).await;
        let mut now = self.0.now.lock();
        now.broken = loaded.as_ref().err().map(ToString::to_string);
        now.config = loaded?;
        Ok(())
    }
}

async fn load(files: TlsFiles) -> io::Result<Arc<ServerConfig>> {
    let read = tokio::task::spawn_blocking(move || read_files(&files)).await;
    read.unwrap_or_else(|panic| Err(io::Error::other(panic)))
}

fn read_files(files: &TlsFiles) -> io::Result<Arc<ServerConfig>> {
    let key = File::open(&files.key)?;
    // Of what is read, not of what has its name a moment before.
    if key.metadata()?.permissions().mode() & SECRETS_CLOSED_TO != 0 {
        let path = files.key.display();
        return Err(io::Error::other(format!("everybody can read the key; run: chmod 640 {path}")));
    }
    let wrong = |path: &PathBuf| {
        let path = path.display().to_string();
        move |error| io::Error::other(format!("{path}: {error}"))
    };
    let key = PrivateKeyDer::from_pem_reader(BufReader::new(key)).map_err(wrong(&files.key))?;
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(wrong(&files.certificate))?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(io::Error::other)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn changes(files: &TlsFiles) -> [Changed; 2] {
    let change =
        |file: &PathBuf| std::fs::metadata(file).map(|file| (file.ctime(), file.ctime_nsec())).ok();
    [change(&files.certificate), change(&files.key)]
}
