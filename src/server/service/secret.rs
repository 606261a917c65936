//! Rotation of the instance secret.
//!
//! It has three steps, each of which may be the last of a killed process: [`prepare`] makes the new
//! secret and uses it for nothing, [`change`] is one unit of work, [`finish`] puts the file in its
//! place. A start after the second step finds the new secret beside the old one
//! (`secret_file::find`) and does the third.
//!
//! All sealed values that outlive sessions and flows are sealed again here: the private parts of
//! signing keys, the earlier keys of the audit log, mails of the outbox, and seeds of authenticator apps.

use std::path::{Path, PathBuf};

use futures::FutureExt;

use super::{
    audit::{self, Actor, Head, Kind, Outcome, Record, earlier},
    factors, feed, keys, mail, token_life,
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

/// Number of tries while servers run, which change the head of the log once a second.
const TRIES: usize = 10;
/// The reason in the rows of the ended sessions.
const REASON: &str = "secret";

/// A new secret that is not used yet.
pub struct Prepared {
    secret: InstanceSecret,
    path: PathBuf,
    /// Whether it replaces the current one in the data folder.
    takes_place: bool,
}

impl Prepared {
    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The result of a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Number of ended sessions.
    pub sessions: u64,
    /// Number of private keys that were sealed again.
    pub keys: u64,
}

/// Makes a new secret: in a file that must not exist, or, if the current secret is in the data
/// folder, beside it. `check` is the check value of the current secret, unless that is lost.
///
/// # Errors
/// Fails if the file cannot be written, its name is reserved, or the current secret cannot be
/// replaced.
pub fn prepare(
    config: &Config,
    check: Option<&str>,
    to: Option<&Path>,
) -> std::result::Result<Prepared, SecretError> {
    if check.is_some() {
        // Completes an earlier rotation that was killed: the secret beside the current one may be
        // the right one.
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

/// Seals everything sealed under the new secret, and ends everything that the old one
/// authenticates: sessions, flows, known devices and networks. The audit chain continues.
///
/// The app has the old secret and must not be used afterwards. Running servers read the change in
/// the feed and restart; sessions that they open until then cannot be refreshed, and they cannot
/// change the head of the log or the key ring.
///
/// # Errors
/// `internal` if another process was faster in every try; an error of the database.
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

/// The reason why a unit of work changed nothing.
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

/// Replaces a lost secret. Its sealed values are lost too: all signing keys are retired, and the
/// audit chain continues after hashes that can no longer be verified.
///
/// # Errors
/// `internal` if the database has no secret or no head; an error of the database.
pub async fn replace_lost(config: &Config, clock: &Clock, prepared: &Prepared) -> Result<Changed> {
    let db = Db::open(&config.database, config.database_connections, OpenMode::Existing).await?;
    let check = instance::get(&db, instance::SECRET_CHECK).await?;
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

/// Puts the new secret in the place of the old one, unless a file of its own was requested; returns
/// the path of the old one.
///
/// # Errors
/// Fails if a file cannot be moved. The next start tries it again, and does not need it.
pub fn finish(
    config: &Config,
    prepared: &Prepared,
) -> std::result::Result<Option<PathBuf>, FileError> {
    match prepared.takes_place {
        true => secret_file::put_in_place(&config.secret_file),
        false => Ok(None),
    }
}

/// The inputs of the unit of work.
struct Work {
    /// The old secret; none if it is lost.
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
        let (now_s, coming) = (self.now_ms / 1000, &self.coming);
        let (going, check) = (self.check.as_deref(), coming.check_value());
        let is_ours = instance::compare_and_set(tx, instance::SECRET_CHECK, going, &check).await?;
        // The chain keys are not needed for a head.
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
                epoch::retire_keys(tx, now_s).await?;
                0
            }
        };
        mail::reseal(tx, self.going.as_ref(), coming, now_s).await?;
        let ended = epoch::begin(tx, REASON, now_s).await?;
        // The rows of all accounts are locked now: nobody sets up an app meanwhile.
        factors::reseal(tx, self.going.as_ref(), coming).await?;
        let until = now_s + feed::kept(token_life::longest_in(tx, now_s).await?);
        epoch::revoke_tokens(tx, REASON, now_s, until).await?;
        // Running servers have the old secret, and restart.
        feed::record(tx, &feed::Change::Secret, now_s).await?;
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
