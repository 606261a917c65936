//! Access tokens already out that must open nothing: asked in memory, fed from one table.
//!
//! A guarded request asks [`Revoked`], never the database. What this process revokes counts at once;
//! what others revoke (the command line is another process too) counts after the next poll.

use std::{
    collections::HashMap,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
};

use futures::FutureExt;

use super::keys;
use crate::server::{
    App,
    config::ACCESS_TOKEN_TTL_MAX,
    db::{
        DbResult, Tx,
        revocations::{self, Revocation},
    },
    error::{Error, Result},
    secure::jwt::{self, Claims},
};

/// PostgreSQL hands out sequence numbers before commits, so a reader looks back this many seconds: longer
/// than any unit of work takes.
const LOOK_BACK: i64 = 60;

/// How many reads of the feed may fail in a row, two a second, before the guard lets nobody in.
pub const BLIND_MAX: u32 = 20;

/// The set of what is revoked and may still be alive.
#[derive(Default)]
pub struct Revoked {
    entries: RwLock<Entries>,
    read_up_to: AtomicI64,
    failures: AtomicU32,
}

#[derive(Default)]
struct Entries {
    /// Session id → until when it matters.
    sessions: HashMap<String, i64>,
    /// User id → the first epoch that is good, and until when it matters.
    users: HashMap<String, (i64, i64)>,
}

impl Revoked {
    /// Whether a token's session or account has been revoked.
    pub fn contains(&self, claims: &Claims) -> bool {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.sessions.contains_key(claims.sid.as_str())
            || entries.users.get(claims.sub.as_str()).is_some_and(|(good, _)| claims.epoch < *good)
    }

    /// Whether others' revocations may have gone unheard for too long.
    pub fn is_blind(&self) -> bool {
        self.failures.load(Ordering::Relaxed) >= BLIND_MAX
    }

    /// Notes a revocation.
    pub fn add(&self, revocation: Revocation, expires_at: i64) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        match revocation {
            Revocation::Session(id) => {
                entries.sessions.insert(id, expires_at);
            }
            Revocation::User(id, epoch) => {
                let entry = entries.users.entry(id).or_insert((epoch, expires_at));
                *entry = (entry.0.max(epoch), entry.1.max(expires_at));
            }
            // Not a token: whoever follows the feed reads the ring again.
            Revocation::Keys => {}
        }
    }

    fn forget_expired(&self, now: i64) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.sessions.retain(|_, expires_at| *expires_at >= now);
        entries.users.retain(|_, (_, expires_at)| *expires_at >= now);
    }
}

/// When a revocation made now may be forgotten: no token outlives it, whatever life the process that
/// made the token was told to give it.
pub fn expiry(app: &App) -> i64 {
    app.clock.now() + ACCESS_TOKEN_TTL_MAX + 2 * jwt::LEEWAY
}

/// Writes a revocation into the feed, in the unit of work of its cause.
pub(super) async fn record(
    tx: &mut Tx<'_>,
    revocation: &Revocation,
    now: i64,
    expires_at: i64,
) -> DbResult<()> {
    revocations::insert(tx, revocation, now, expires_at).await
}

/// Reads what is new in the feed: at start, and then twice a second.
pub async fn follow(app: &App) -> Result<()> {
    let read = read(app).await;
    match &read {
        Ok(()) => app.revoked.failures.store(0, Ordering::Relaxed),
        Err(_) => drop(app.revoked.failures.fetch_add(1, Ordering::Relaxed)),
    }
    read
}

async fn read(app: &App) -> Result<()> {
    let seen = app.revoked.read_up_to.load(Ordering::Relaxed);
    let recent = app.clock.now() - LOOK_BACK;
    for (seq, revocation, expires_at) in revocations::after(&app.db, seen, recent).await? {
        if revocation == Revocation::Keys {
            keys::reload(app).await?;
        }
        app.revoked.add(revocation, expires_at);
        app.revoked.read_up_to.fetch_max(seq, Ordering::Relaxed);
    }
    Ok(())
}

/// Forgets what no living token can need, here and in the table: once a minute.
pub async fn prune(app: &App) -> Result<()> {
    let now = app.clock.now();
    app.revoked.forget_expired(now);
    app.db
        .write(move |tx| async move { revocations::forget_expired(tx, now).await }.boxed())
        .await
        .map(drop)
        .map_err(Error::from)
}
