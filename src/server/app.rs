//! The app's state: opened once at start, shared by every door.

use std::{
    fs::{DirBuilder, File},
    ops::Deref,
    os::unix::fs::DirBuilderExt,
    path::Path,
    sync::Arc,
};

use futures::FutureExt;
use tokio_util::task::TaskTracker;

use super::{
    clock::Clock,
    config::Config,
    db::{Db, DbError, audit_chain, instance},
    error::{Error, last_cause},
    secure::{
        CryptoError, random,
        seal::{InstanceSecret, WeakSecret},
        secret::Secret,
    },
    service::{
        audit::{self, AuditState},
        follow::{self, Follower},
        limits::{self, LimitState},
        load::Load,
        passwords::Passwords,
        tokens::Tokens,
    },
    site::Site,
};

/// The app. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The state of the app: the core, and groups that are opened separately.
pub struct Parts {
    core: Core,
    /// Access tokens and refresh tokens.
    pub tokens: Tokens,
    /// How often something may be tried, and who may not try.
    pub limits: LimitState,
    /// Passwords: hashing, and what is known of breaches.
    pub passwords: Passwords,
    /// What the audit log remembers between two events.
    pub audit: AuditState,
    /// How much clients have under way.
    pub load: Load,
    /// How far the feed has been followed.
    pub follower: Follower,
    /// Work that goes on without its client.
    pub background: TaskTracker,
    /// Where the browser's files are.
    pub site: Site,
}

/// The state that every other group needs.
pub struct Core {
    /// Settings, checked.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// What seals secrets at rest.
    pub secret: InstanceSecret,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Deref for Parts {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.core
    }
}

/// Why the app did not start; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database or its schema.
    #[error("cannot open the database: {0}")]
    Db(#[from] DbError),
    /// A key or primitive.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// A short or copied instance secret.
    #[error("instance secret: {0}; use 32 random bytes, for example from: openssl rand -base64 32")]
    Secret(#[from] WeakSecret),
    /// The secret's file.
    #[error("instance secret file {0}: {1}")]
    SecretFile(String, String),
    /// The database was sealed with another secret.
    #[error(
        "the instance secret is not the one this database was made with; restore secret.key, or set \
         VESTIBULE_SECRET to the old value"
    )]
    WrongSecret,
    /// The data folder.
    #[error("data folder {0}: {1}")]
    DataDir(String, std::io::Error),
    /// The client that asks the range API.
    #[error(
        "password_range_url: {} (certificates of authorities are asked for it: install the package \
         ca-certificates, or name a file by SSL_CERT_FILE)",
        last_cause(.0)
    )]
    Range(#[from] reqwest::Error),
    /// The client of the store of limits.
    #[error("limits: {0}")]
    Limits(#[from] redis::RedisError),
    /// Reading the first facts.
    #[error(transparent)]
    Service(#[from] Error),
}

/// Looks at the file of the instance secret as a start would, and makes none.
///
/// # Errors
/// A file that is there and cannot be used.
pub fn look_at_secret(config: &Config) -> Result<(), StartError> {
    if config.secret.is_none() && config.secret_file.exists() {
        InstanceSecret::new(&secret_file(config, false)?)?;
    }
    Ok(())
}

impl App {
    /// Opens everything: data folder, database, secret, keys, revocations.
    pub async fn open(config: Config, clock: Clock, site: Site) -> Result<Self, StartError> {
        // Two first starts at once would both migrate and both make a secret.
        let folder = config.data_dir.clone();
        let starting = tokio::task::spawn_blocking(move || lock(&folder))
            .await
            .unwrap_or_else(|panic| Err(std::io::Error::other(panic)))
            .map_err(|error| StartError::DataDir(config.data_dir.display().to_string(), error))?;
        let db = Db::open(&config.database, config.database_connections).await?;
        let secret = instance_secret(&config, &db).await?;
        let core = Core { config, db, clock, secret };
        let app = Self(Arc::new(Parts {
            tokens: Tokens::open(&core).await?,
            limits: LimitState::open(&core)?,
            passwords: Passwords::open(&core)?,
            audit: AuditState::default(),
            load: Load::default(),
            follower: Follower::default(),
            background: TaskTracker::new(),
            core,
            site,
        }));
        limits::read(&app).await?;
        follow::begin(&app).await?;
        drop(starting);
        Ok(app)
    }
}

/// Makes the data folder, for its owner alone, and waits for other starts in it to be over.
fn lock(folder: &Path) -> std::io::Result<File> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let file = File::create(folder.join("start.lock"))?;
    file.lock()?;
    Ok(file)
}

/// The secret from the environment or the file; made only for a database that has none yet.
async fn instance_secret(config: &Config, db: &Db) -> Result<InstanceSecret, StartError> {
    let known = instance::get(db, "secret_check").await?;
    let secret = match &config.secret {
        Some(secret) => InstanceSecret::new(secret)?,
        None => InstanceSecret::new(&secret_file(config, known.is_none())?)?,
    };
    let check = secret.check_value();
    let stored = match known {
        Some(stored) => stored,
        None => {
            let (check, head) = (check.clone(), audit::genesis(&secret));
            db.write(move |tx| {
                async move {
                    let stored = instance::set_once(tx, "secret_check", &check).await?;
                    if stored == check {
                        audit_chain::begin(tx, &head).await?;
                    }
                    Ok::<_, DbError>(stored)
                }
                .boxed()
            })
            .await?
        }
    };
    match stored == check {
        true => Ok(secret),
        false => Err(StartError::WrongSecret),
    }
}

fn secret_file(config: &Config, may_make: bool) -> Result<Secret, StartError> {
    use std::{
        fs,
        io::{ErrorKind, Write},
        os::unix::fs::{OpenOptionsExt, PermissionsExt},
    };

    let path = &config.secret_file;
    let failed = |why: String| StartError::SecretFile(path.display().to_string(), why);
    match fs::metadata(path) {
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => {
            Err(failed("others can read it; run: chmod 600 on it".into()))
        }
        Ok(_) => {
            fs::read_to_string(path).map(Secret::new).map_err(|error| failed(error.to_string()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound && may_make => {
            let secret = random::token();
            let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
            file.and_then(|mut file| file.write_all(secret.as_bytes()))
                .map_err(|error| failed(error.to_string()))?;
            Ok(Secret::new(secret))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(failed("it is missing, and this database was made with it".into()))
        }
        Err(error) => Err(failed(error.to_string())),
    }
}
