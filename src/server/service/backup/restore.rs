use std::{
    fs,
    path::{Path, PathBuf},
};

use futures::FutureExt;

use super::{
    About, BackupError, Checked, check,
    read::{Item, Lines},
};
use crate::server::{
    app,
    clock::Clock,
    config::Config,
    db::{
        DbUrl, Found, OpenMode, Tx,
        copy::{Loader, Table},
        deletions, epoch, instance, outbox,
    },
    files::{self, FileError},
    secret_file::{self, SecretError},
    service::{
        audit::{Actor, Kind, Outcome, Record},
        keys,
        roles::Role,
    },
};

/// Number of rows, and number of their bytes, per insertion.
const ROWS: usize = 500;
const BYTES: usize = 1 << 20;
/// Maximum number of administrators that are listed.
const NAMED: i64 = 20;

/// The treatment of accounts, whose history after the backup is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accounts {
    /// Accounts stay as in the backup, with their passwords and roles.
    AsSaved,
    /// All accounts are disabled, until the operator enables them one by one.
    Disabled,
}

/// The result of a restore.
#[derive(Debug)]
pub struct Restored {
    /// Header of the backup.
    pub about: About,
    /// Number of accounts.
    pub accounts: i64,
    /// Number of enabled accounts.
    pub enabled: i64,
    /// The first enabled administrators.
    pub admins: Vec<String>,
    /// Number of accounts that are leaving.
    pub leaving: i64,
    /// Number of ended sessions.
    pub sessions: u64,
    /// Number of retired signing keys.
    pub keys: u64,
}

/// Creates a new database from a backup, or nothing, in a new epoch: all sessions, flows and known
/// devices are over, and all signing keys are retired, so that nothing revoked after the backup
/// becomes valid again.
///
/// # Errors
/// Fails if the target is not empty; if the file is incomplete, not ours, or newer; if the instance
/// secret is wrong; or if the database fails.
pub async fn restore(
    config: &Config,
    clock: &Clock,
    path: &Path,
    accounts: Accounts,
) -> Result<Restored, BackupError> {
    let backup = check(path)?;
    let secret = secret_file::find(config, Some(&backup.about.secret_check), OpenMode::ReadOnly);
    let shown = || path.display().to_string();
    let secret = secret.map_err(|error| match error {
        SecretError::Missing(file) => BackupError::NoSecret(shown(), file),
        SecretError::Wrong => BackupError::OtherSecret(shown()),
        other => other.into(),
    })?;
    if !backup.is_of(&secret) {
        return Err(BackupError::Forged(shown()));
    }
    let starting = match config.needs_folder() {
        true => Some(app::lock(config).await?),
        false => None,
    };
    if app::inspect(config).await? != Found::Nothing {
        return Err(BackupError::NotEmpty(config.database_shown.clone()));
    }
    let place = Place::of(&config.database)?;
    let failed = |error| match error {
        BackupError::Db(error) => BackupError::Filling(config.database_shown.clone(), error),
        other => other,
    };
    let loader = load(&place.url, path, &backup).await.map_err(failed)?;
    let anew =
        Anew { about: backup.about, accounts, now_ms: clock.now_ms(), version: clock.new_id() };
    let restored = loader.finish(move |tx| async move { anew.begin(tx).await }.boxed()).await;
    let restored = restored.map_err(failed)?;
    place.take()?;
    drop(starting);
    Ok(restored)
}

/// The place where a database is filled, and its final place: a file of SQLite gets its name when
/// it is complete.
struct Place {
    url: DbUrl,
    names: Option<(PathBuf, PathBuf)>,
}

impl Place {
    fn of(database: &DbUrl) -> Result<Self, BackupError> {
        let Some(path) = database.path() else {
            return Ok(Self { url: database.clone(), names: None });
        };
        // They would be taken for parts of the new database.
        for end in ["-wal", "-shm", "-journal"] {
            let rest = files::with_end(path, end);
            if rest.exists() {
                return Err(BackupError::Remains(rest.display().to_string()));
            }
        }
        let filling = files::with_end(path, ".restoring");
        forget(&filling);
        drop(files::make(&filling)?);
        Ok(Self { url: DbUrl::file(&filling), names: Some((filling, path.to_owned())) })
    }

    fn take(&self) -> Result<(), FileError> {
        let Some((filling, path)) = &self.names else { return Ok(()) };
        fs::rename(filling, path).and_then(|()| files::settle(path)).map_err(FileError::of(path))
    }
}

/// Removes the remains of a failed or killed restore.
fn forget(filling: &Path) {
    for end in ["", "-journal"] {
        drop(fs::remove_file(files::with_end(filling, end)));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((filling, _)) = &self.names {
            forget(filling);
        }
    }
}

async fn load(url: &DbUrl, path: &Path, backup: &Checked) -> Result<Loader, BackupError> {
    let mut loader = Loader::begin(url, backup.about.schema).await?;
    let mut lines = Lines::open(path)?;
    lines.about()?;
    let mut table: Option<Table> = None;
    let mut rows = Rows::default();
    while let Some(item) = lines.item()? {
        match item {
            Item::Table(name, columns) => {
                rows.add_to(&mut loader, table.as_ref()).await?;
                let found = loader.table(&name, &columns);
                let shown = || BackupError::Table(path.display().to_string(), name.clone());
                table = Some(found.ok_or_else(shown)?);
            }
            Item::Row(row) => {
                rows.push(&row);
                if rows.is_full() {
                    rows.add_to(&mut loader, table.as_ref()).await?;
                }
            }
        }
    }
    rows.add_to(&mut loader, table.as_ref()).await?;
    // The file may have been changed after the check.
    lines.agree_with(backup)?;
    Ok(loader)
}

/// Rows to be inserted, as the inside of a JSON array.
#[derive(Default)]
struct Rows {
    text: String,
    count: usize,
}

impl Rows {
    fn push(&mut self, row: &str) {
        if self.count > 0 {
            self.text.push(',');
        }
        self.text.push_str(row);
        self.count += 1;
    }

    fn is_full(&self) -> bool {
        self.count >= ROWS || self.text.len() >= BYTES
    }

    async fn add_to(
        &mut self,
        loader: &mut Loader,
        table: Option<&Table>,
    ) -> Result<(), BackupError> {
        if let Some(table) = table.filter(|_| self.count > 0) {
            loader.add(table, &format!("[{}]", self.text)).await?;
        }
        *self = Self::default();
        Ok(())
    }
}

/// The new epoch, and its audit event.
struct Anew {
    about: About,
    accounts: Accounts,
    now_ms: i64,
    version: String,
}

impl Anew {
    async fn begin(self, tx: &mut Tx<'_>) -> Result<Restored, BackupError> {
        let now_s = self.now_ms / 1000;
        let ended = epoch::begin(tx, "restored", now_s).await?;
        epoch::forget_feed(tx).await?;
        // What they say may not be true any more, and they may have been sent since.
        let mails = outbox::void_all(tx, now_s).await?;
        // Their owners may have kept the accounts since: each is told again, and has three days from then.
        deletions::forget_reminders(tx).await?;
        let leaving = deletions::count(tx).await?;
        let keys = epoch::retire_keys(tx, now_s).await?;
        instance::replace(tx, keys::VERSION, &self.version).await?;
        instance::put(tx, instance::RESTORED_AT, &now_s.to_string()).await?;
        if self.accounts == Accounts::Disabled {
            epoch::disable_all(tx, now_s).await?;
        }
        let (accounts, enabled) = epoch::accounts(tx).await?;
        let admins = epoch::enabled_with_role(tx, Role::Admin.as_str(), NAMED).await?;
        Record::at(self.now_ms)
            .about("backup_at_ms", self.about.at_ms)
            .about("backup_head", self.about.audit_head.as_str())
            .about("sessions", ended.sessions)
            .about("keys", keys)
            .about("mails", mails)
            .about("accounts_disabled", self.accounts == Accounts::Disabled)
            .write(tx, (Kind::InstanceRestore, Outcome::Success), Actor::Operator, None)
            .await?;
        let (about, sessions) = (self.about, ended.sessions);
        Ok(Restored { about, accounts, enabled, admins, leaving, sessions, keys })
    }
}
