//! The state of the app: opened once at start, shared by all entry points.

mod before;

use std::{fs::File, ops::Deref, sync::Arc, time::Duration};

use futures::FutureExt;
use tokio_util::task::TaskTracker;

use super::{
    brand::Brand,
    clock::Clock,
    config::Config,
    db::{Db, DbError, Found, audit_chain, instance},
    files::{self, FileError},
    metrics::Metrics,
    secret_file::{self, SecretError},
    secure::seal::InstanceSecret,
    service::{
        audit::{self, AuditState},
        clients::Clients,
        follow::{self, Follower},
        health::Health,
        job_status::Jobs,
        limits::{self, LimitState},
        load::Load,
        mail::MailState,
        own_data::Places,
        passwords::Passwords,
        profile::RecentProfiles,
        tokens::Tokens,
    },
    site::Site,
    start_lock,
};

pub use self::before::{find, inspect, is_used_elsewhere, pending_migrations};
pub use super::{db::OpenMode, start_error::StartError};

/// Time limit to wait for another start in the same folder, which may be migrating.
const WAIT_FOR_STARTS: Duration = Duration::from_secs(60);

/// The app. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The state of the app: the core, and groups that are opened separately.
pub struct Parts {
    core: Core,
    /// Access tokens and refresh tokens.
    pub tokens: Tokens,
    /// Clients of others, and resources.
    pub clients: Clients,
    /// Limits of attempts, and blocks.
    pub limits: LimitState,
    /// Passwords: hashing, and lists of breached passwords.
    pub passwords: Passwords,
    /// Profiles that were read lately.
    pub profiles: RecentProfiles,
    /// State of the audit log between two events.
    pub audit: AuditState,
    /// Open requests and bytes of clients.
    pub load: Load,
    /// Position in the feed.
    pub follower: Follower,
    /// Counters and gauges.
    pub metrics: Metrics,
    /// The background jobs, if they run.
    pub jobs: Jobs,
    /// Results of the last readiness checks.
    pub health: Health,
    /// Tasks that continue after their client has disconnected.
    pub background: TaskTracker,
    /// The static files of the browser.
    pub site: Site,
    /// Name, logo and colours of the service.
    pub brand: Brand,
    /// Mails.
    pub mail: MailState,
    /// The places in which people's own data is collected.
    pub own_data: Places,
}

/// The state that every other group needs.
pub struct Core {
    /// The checked settings.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// The key that seals secrets at rest.
    pub secret: InstanceSecret,
    /// The mode in which the database was opened.
    pub open_mode: OpenMode,
    /// Whether this start created the database.
    pub is_new: bool,
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

impl App {
    /// Opens the app, and creates a missing data folder, database, secret or signing key.
    ///
    /// # Errors
    /// Fails if a part cannot be opened.
    pub async fn open(config: Config, clock: Clock, site: Site) -> Result<Self, StartError> {
        Self::open_as(OpenMode::Make, config, clock, site).await
    }

    /// Opens the app, and creates missing parts only if the mode allows it.
    ///
    /// # Errors
    /// Fails if a part is missing or cannot be opened.
    pub async fn open_as(
        open_mode: OpenMode,
        config: Config,
        clock: Clock,
        site: Site,
    ) -> Result<Self, StartError> {
        let brand = match open_mode {
            OpenMode::Make => Brand::read(&config.brand)?,
            // Commands must work even if a file of the pages is missing.
            OpenMode::Existing | OpenMode::ReadOnly => Brand::without_files(&config.brand),
        };
        // Checked before anything is created, because it may be another program's database.
        let mut found = find(&config, open_mode).await?;
        let mut starting = None;
        if open_mode == OpenMode::Make && config.needs_folder() {
            starting = Some(lock(&config).await?);
            // Another first start may have been in progress.
            found = find(&config, open_mode).await?;
        }
        let is_new = found == Found::Nothing;
        reach(&config, open_mode, is_new)?;
        // A migration cannot be undone, and without the secret it would be of no use.
        before::has_secret(&config, &found)?;
        let db = Db::open(&config.database, config.database_connections, open_mode).await;
        let db = db.map_err(StartError::Db)?;
        let opened =
            Self::over(config, db.clone(), clock, (site, brand), (open_mode, is_new)).await;
        if opened.is_err() {
            // Otherwise files of SQLite are left behind.
            db.close().await;
        }
        drop(starting);
        opened
    }

    /// Creates the app for an open database.
    async fn over(
        config: Config,
        db: Db,
        clock: Clock,
        (site, brand): (Site, Brand),
        (open_mode, is_new): (OpenMode, bool),
    ) -> Result<Self, StartError> {
        let secret = instance_secret(&config, &db, open_mode).await?;
        let core = Core { config, db, clock, secret, open_mode, is_new };
        let app = Self(Arc::new(Parts {
            tokens: Tokens::open(&core).await?,
            clients: Clients::open(&core).await?,
            limits: LimitState::open(&core)?,
            passwords: Passwords::open(&core)?,
            profiles: RecentProfiles::default(),
            audit: AuditState::open(&core).await?,
            load: Load::default(),
            follower: Follower::default(),
            metrics: Metrics::default(),
            jobs: Jobs::default(),
            health: Health::default(),
            background: TaskTracker::new(),
            mail: MailState::open(&core)?,
            own_data: Places::default(),
            core,
            site,
            brand,
        }));
        limits::read(&app).await?;
        follow::begin(&app).await?;
        Ok(app)
    }
}

/// Creates the data folder for its owner alone, and waits for other starts in it: two simultaneous
/// first starts would both migrate and both create a secret.
///
/// # Errors
/// Fails if the folder cannot be used, or another start takes too long.
pub async fn lock(config: &Config) -> Result<File, FileError> {
    let folder = config.data_dir.clone();
    let locked = tokio::task::spawn_blocking(move || {
        files::make_folder(&folder)?;
        start_lock::lock(&folder, WAIT_FOR_STARTS)
    });
    let failed = |panic| FileError::new(&config.data_dir, format!("{panic}"));
    locked.await.unwrap_or_else(|panic| Err(failed(panic)))
}

/// Creates the file of a new database; checks the access to the file of an existing one.
fn reach(config: &Config, open_mode: OpenMode, is_new: bool) -> Result<(), StartError> {
    if is_new && config.has_own_secret_file() && config.secret_file.exists() && !config.new_database
    {
        let (secret, database) = (config.secret_file.display(), &config.database_shown);
        return Err(StartError::Lost(secret.to_string(), database.clone()));
    }
    match config.database.path() {
        Some(path) if open_mode != OpenMode::ReadOnly => {
            drop(files::make_if_missing(path)?);
            Ok(files::refuse_open(path)?)
        }
        _ => Ok(()),
    }
}

/// The secret from the environment or the file, created only for a database that has none yet.
async fn instance_secret(
    config: &Config,
    db: &Db,
    open_mode: OpenMode,
) -> Result<InstanceSecret, StartError> {
    let known = instance::get(db, instance::SECRET_CHECK).await.map_err(StartError::Db)?;
    let secret = secret_file::find(config, known.as_deref(), open_mode)?;
    if known.is_some() {
        return Ok(secret);
    }
    let (check, head) = (secret.check_value(), audit::genesis(&secret));
    let stored = db.write(move |tx| {
        async move {
            let stored = instance::set_once(tx, instance::SECRET_CHECK, &check).await?;
            if stored == check {
                audit_chain::begin(tx, &head).await?;
            }
            Ok::<_, DbError>(stored)
        }
        .boxed()
    });
    match stored.await.map_err(StartError::Db)? == secret.check_value() {
        true => Ok(secret),
        false => Err(SecretError::Wrong.into()),
    }
}
