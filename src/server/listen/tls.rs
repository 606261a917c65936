//! The TLS certificate: read at start, and again when its files change.

use std::{
    fs::File,
    io::{self, Read},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use parking_lot::Mutex;
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use zeroize::Zeroizing;

use crate::server::{
    config::TlsFiles,
    files,
    pem::{self, Holds},
    text,
};

/// Permission bits of others: services often read their files through their group.
const EVERYBODY: u32 = 0o007;

/// The current certificate and its key.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    files: TlsFiles,
    now: Mutex<Now>,
}

struct Now {
    config: Arc<ServerConfig>,
    changed: [Changed; 2],
    /// The reason why the current files cannot be used.
    broken: Option<String>,
}

/// The time of the last change of a file, including its name and mode: seconds and nanoseconds.
type Changed = Option<(i64, i64)>;

impl Certificate {
    /// Reads the certificate.
    ///
    /// # Errors
    /// Fails if a file cannot be read or is not PEM, if certificate and key do not match, or if
    /// everybody can read the key.
    pub async fn read(files: TlsFiles) -> io::Result<Self> {
        let changed = changes(&files);
        let config = load(files.clone()).await?;
        Ok(Self(Arc::new(Inner { files, now: Mutex::new(Now { config, changed, broken: None }) })))
    }

    /// The TLS configuration of new connections.
    pub(super) fn current(&self) -> Arc<ServerConfig> {
        self.0.now.lock().config.clone()
    }

    /// Reads the certificate again if a file has changed. If that fails, the old one stays.
    ///
    /// # Errors
    /// Fails like [`read`](Self::read), once per change of the files.
    pub async fn refresh(&self) -> io::Result<bool> {
        let files = self.0.files.clone();
        let changed = tokio::task::spawn_blocking(move || changes(&files)).await;
        let changed = changed.map_err(io::Error::other)?;
        let broken = {
            let now = self.0.now.lock();
            (now.changed == changed).then(|| now.broken.clone())
        };
        match broken {
            Some(None) => Ok(false),
            Some(Some(why)) => Err(io::Error::other(why)),
            None => self.load_again().await.map(|()| true),
        }
    }

    /// Reads the certificate again in any case. If that fails, the old one stays.
    ///
    /// # Errors
    /// Fails like [`read`](Self::read).
    pub async fn read_again(&self) -> io::Result<()> {
        self.load_again().await
    }

    async fn load_again(&self) -> io::Result<()> {
        let files = self.0.files.clone();
        // First, so that a change during the read is noticed the next time.
        let changed = tokio::task::spawn_blocking(move || changes(&files)).await;
        let loaded = load(self.0.files.clone()).await;
        let mut now = self.0.now.lock();
        now.changed = changed.map_err(io::Error::other)?;
        now.broken = loaded.as_ref().err().map(ToString::to_string);
        now.config = loaded?;
        Ok(())
    }
}

async fn load(files: TlsFiles) -> io::Result<Arc<ServerConfig>> {
    let read = tokio::task::spawn_blocking(move || read_files(&files)).await;
    read.unwrap_or_else(|panic| Err(io::Error::other(panic)))
}

/// Reads and checks both files, as the server does at start.
///
/// # Errors
/// Fails like [`Certificate::read`].
pub fn read_files(files: &TlsFiles) -> io::Result<Arc<ServerConfig>> {
    // Dependencies bring two providers; this selects ours. It may be installed already.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let TlsFiles { certificate, key } = files;
    let private = File::open(key).map_err(|error| wrong(key, &error.to_string()))?;
    // The mode of the open file, which may differ from the file that had this name before.
    let is_open = private.metadata()?.permissions().mode() & EVERYBODY != 0;
    if is_open && files::refuse_open_given(key).is_err() {
        let path = key.display();
        return Err(wrong(key, &format!("everybody can read the key; run: chmod 640 {path}")));
    }
    let pem = Zeroizing::new(bytes(private, key)?);
    let private = PrivateKeyDer::from_pem_slice(text::without_mark(&pem))
        .map_err(|_| wrong(key, &no_key(&pem::classify(&pem), key)))?;
    let file = File::open(certificate).map_err(|error| wrong(certificate, &error.to_string()))?;
    let pem = bytes(file, certificate)?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(text::without_mark(&pem))
        .collect::<Result<_, _>>()
        .unwrap_or_default();
    if chain.is_empty() {
        return Err(wrong(certificate, &no_certificate(&pem::classify(&pem), certificate)));
    }
    let builder = ServerConfig::builder().with_no_client_auth();
    let mut config = builder.with_single_cert(chain, private).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => {
            let what =
                format!("it is not the key of the first certificate in {}", certificate.display());
            wrong(key, &what)
        }
        error => wrong(certificate, &format!("it cannot be used with {}: {error}", key.display())),
    })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn wrong(path: &Path, why: &str) -> io::Error {
    io::Error::other(format!("{}: {why}", path.display()))
}

fn bytes(mut file: File, path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| wrong(path, &error.to_string()))?;
    Ok(bytes)
}

/// The reason why a file is not a certificate, with advice.
fn no_certificate(holds: &Holds, path: &Path) -> String {
    let (words, path) = (holds.words(), path.display());
    match holds {
        Holds::Binary => {
            format!("{words}; convert it: openssl x509 -inform der -in {path} -out {path}.pem")
        }
        _ if holds.has("CERTIFICATE") => "its certificate is damaged".into(),
        _ => format!("{words}; expected a certificate in PEM (BEGIN CERTIFICATE), with its chain"),
    }
}

/// The reason why a file is not a private key, with advice.
fn no_key(holds: &Holds, path: &Path) -> String {
    let (words, path) = (holds.words(), path.display());
    match holds {
        Holds::Encrypted => format!(
            "{words}; nobody could type it at a start, so write the key without: openssl pkey -in {path} \
             -out key.pem"
        ),
        Holds::Binary => {
            format!("{words}; convert it: openssl pkey -inform der -in {path} -out {path}.pem")
        }
        _ => format!("{words}; expected a private key in PEM (BEGIN PRIVATE KEY)"),
    }
}

fn changes(files: &TlsFiles) -> [Changed; 2] {
    let change =
        |file: &PathBuf| std::fs::metadata(file).map(|file| (file.ctime(), file.ctime_nsec())).ok();
    [change(&files.certificate), change(&files.key)]
}
