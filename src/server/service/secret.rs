//! Another instance secret. In three steps, each of which may be the last of a process that is killed: [`prepare`] makes
//! the new secret and uses it for nothing, [`change`] is one unit of work, [`finish`] puts the file in its place. A start
//! after the second step finds the new secret beside the old one (`secret_file::find`) and does the third.
//!
//! All that is sealed and outlives sessions and flows is sealed anew here: the private parts of signing keys, and the
//! earlier keys of the audit log.

use std::path::{Path, PathBuf};

use futures::FutureExt;

use super::{
    audit::{self, Actor, Head, Kind, Outcome, Record, earlier},
    feed, keys, token_life,
};
use crate::server::{
    App,
    clock::Clock,
    config::Config,
    db::{Db, DbError, OpenMode, Tx, audit_chain, epoch, instance},
    error::{Error, Result},
    files::FileError,
    secret_file::{self, SecretError},
    secure::{
        audit_chain::{AuditChain, EarlierKey, LINKS},
        seal::InstanceSecret,
    },
};

/// How often it is tried while servers run, which change the head of the log once a second.
const TRIES: usize = 10;
/// Why sessions end by it, as their rows have it.
const REASON: &str = "secret";

/// A secret that is made and not used yet.
pub struct Prepared {
    secret: InstanceSecret,
    path: PathBuf,
    /// Whether it takes the place of the one in use, in the data folder.
    takes_place: bool,
}

impl Prepared {
    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// What has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// How many sessions have ended.
    pub sessions: u64,
    /// How many private keys were sealed anew.
    pub keys: u64,
}

/// Makes a new secret: in a file that must not be there, or, where the secret in use is in the data folder, beside it.
/// `check`: the check value of the secret in use, if it is not lost.
///
/// # Errors
/// The file; a name that is reserved; a secret in use that cannot be replaced.
pub fn prepare(
    config: &Config,
    check: Option<&str>,
    to: Option<&Path>,
) -> std::result::Result<Prepared, SecretError> {
    if check.is_some() {
        // Ends an earlier rotation that was killed: the secret beside the one in use may be the right one.
        secret_file::find(config, check, OpenMode::Make)?;
    }
    let path = match to {
        Some(path) => {
            secret_file::refuse_reserved(config, path)?;
            path.to_owned()
        }
        None => {
            // Afterwards it would be too late.
            secret_file::refuse_mounted(&config.secret_file)?;
            secret_file::forget_unused(config, check);
            secret_file::next_to(&config.secret_file)
        }
    };
    let secret = InstanceSecret::new(&secret_file::make(&path)?)?;
    Ok(Prepared { secret, path, takes_place: to.is_none() })
}

/// Seals under the new secret all that is sealed, and ends all that the old one authenticates: sessions, flows, known
/// devices and networks. The audit chain goes on. The app is of the old secret: nothing may be done with it afterwards.
/// Servers that run hear of it by the feed and start again; sessions that they open until then cannot be refreshed, and
/// they cannot change the head of the log or the key ring.
///
/// # Errors
/// `internal` if another process was quicker, again and again; the database.
pub async fn change(app: &App, prepared: &Prepared) -> Result<Changed> {
    for _ in 1..TRIES {
        match try_change(app, prepared).await {
            // A server has sealed meanwhile.
            Err(Failure::Raced) => {}
            done => return Ok(done?),
        }
    }
    Ok(try_change(app, prepared).await?)
}

async fn try_change(app: &App, prepared: &Prepared) -> std::result::Result<Changed, Failure> {
    audit::seal(app).await?;
    let (head, was) = Head::read(app).await.map_err(Error::from)?;
    let mut chain_keys = earlier::read(&app.db, &app.secret).await.map_err(Error::from)?;
    let bytes = Some(app.secret.mac_bytes(LINKS).to_vec());
    chain_keys.push(EarlierKey { until: head.last.0, bytes });
    let work = Work {
        going: Some(app.secret.clone()),
        coming: prepared.secret.clone(),
        check: Some(app.secret.check_value()),
        head,
        was,
        chain_keys,
        now_ms: app.clock.now_ms(),
        version: app.clock.new_id(),
    };
    app.db.write(move |tx| async move { work.write(tx).await }.boxed()).await
}

/// Why a unit of work changed nothing.
enum Failure {
    /// Another process changed the head of the log, or the secret, meanwhile.
    Raced,
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self::Other(error.into())
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Raced => {
                Self::Internal("another process changed the database; try again".into())
            }
            Failure::Other(error) => error,
        }
    }
}

/// The same where the old secret is lost. What it sealed is lost too: all signing keys are retired, and the audit chain
/// goes on after links that nobody can prove any more.
///
/// # Errors
/// `internal` if the database has no secret or no head; the database.
pub async fn replace_lost(config: &Config, clock: &Clock, prepared: &Prepared) -> Result<Changed> {
    let db = Db::open(&config.database, config.database_connections, OpenMode::Existing).await?;
    let check = instance::get(&db, "secret_check").await?;
    let row = audit_chain::head(&db).await?;
    let row = row.ok_or_else(|| Error::Internal("audit log: there is no head".into()))?;
    let head = Head { cut: (row.cut_pos, row.cut_hash), last: (row.head_pos, row.head_hash) };
    let work = Work {
        going: None,
        coming: prepared.secret.clone(),
        check,
        chain_keys: vec![EarlierKey { until: head.last.0, bytes: None }],
        head,
        was: row.mac,
        now_ms: clock.now_ms(),
        version: clock.new_id(),
    };
    let changed = db.write(move |tx| async move { work.write(tx).await }.boxed()).await;
    db.close().await;
    Ok(changed?)
}

/// Puts the new secret in the place of the old one, unless it was asked for in a file of its own; answers where the old
/// one is kept.
///
/// # Errors
/// The files. The next start tries it again, and does not need it.
pub fn finish(
    config: &Config,
    prepared: &Prepared,
) -> std::result::Result<Option<PathBuf>, FileError> {
    match prepared.takes_place {
        true => secret_file::put_in_place(&config.secret_file),
        false => Ok(None),
    }
}

/// What the unit of work needs.
struct Work {
    /// None if it is lost.
    going: Option<InstanceSecret>,
    coming: InstanceSecret,
    check: Option<String>,
    head: Head,
    was: String,
    chain_keys: Vec<EarlierKey>,
    now_ms: i64,
    version: String,
}

impl Work {
    async fn write(self, tx: &mut Tx<'_>) -> std::result::Result<Changed, Failure> {
        let (now, coming) = (self.now_ms / 1000, &self.coming);
        let (going, check) = (self.check.as_deref(), coming.check_value());
        let is_ours = instance::compare_and_set(tx, "secret_check", going, &check).await?;
        // The keys of links are not needed for a head.
        let head = self.head.row(&AuditChain::new(coming, &[]));
        if !is_ours || !audit_chain::move_head(tx, &self.was, &head).await? {
            return Err(Failure::Raced);
        }
        earlier::store(tx, &self.chain_keys, coming).await?;
        // Before the keys are read: another process that adds a key from now on fails.
        instance::put(tx, keys::VERSION, &self.version).await?;
        let keys = match &self.going {
            Some(going) => keys::reseal(tx, going, coming).await?,
            None => {
                epoch::retire_keys(tx, now).await?;
                0
            }
        };
        let ended = epoch::begin(tx, REASON, now).await?;
        let until = now + feed::kept(token_life::longest_in(tx, now).await?);
        epoch::revoke_tokens(tx, REASON, now, until).await?;
        // Servers that run know the old one, and start again.
        feed::record(tx, &feed::Change::Secret, now).await?;
        epoch::forget_keyed_names(tx).await?;
        Record::at(self.now_ms)
            .about("sessions", ended.sessions)
            .about("keys", keys)
            .about("lost", self.going.is_none())
            .write(tx, (Kind::SecretRotate, Outcome::Success), Actor::Operator, None)
            .await?;
        Ok(Changed { sessions: ended.sessions, keys })
    }
}
