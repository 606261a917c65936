//! Access tokens already out that must open nothing: asked in memory, fed from one table.
//!
//! A guarded request asks [`Revoked`], never the database. What this process revokes counts at once;
//! what others revoke (the command line is another process too) counts after the next poll.

use std::{
    collections::HashMap,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use futures::FutureExt;

use super::{
    keys,
    limits::{self, blocks},
};
use crate::server::{
    App,
    config::ACCESS_TOKEN_TTL_MAX,
    db::{
        DbResult, Tx,
        revocations::{self, Revocation},
        sessions,
    },
    error::{Error, Result},
    secure::jwt::{self, Claims},
};

/// PostgreSQL hands out sequence numbers before commits, so a reader looks back this many seconds: longer
/// than any unit of work takes.
const LOOK_BACK: i64 = 60;

/// How long a server may go without hearing the feed before its guard lets nobody in, in milliseconds.
pub const BLIND_AFTER_MS: i64 = 10_000;

/// How long a session's row is kept after its end, in seconds: its owner may want to know.
const SESSIONS_KEPT: i64 = 30 * 86_400;

/// The set of what is revoked and may still be alive.
#[derive(Default)]
pub struct Revoked {
    entries: RwLock<Entries>,
    read_up_to: AtomicI64,
    /// When the feed was last read, Unix milliseconds; 0 where nobody follows it.
    heard_at_ms: AtomicI64,
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
    pub fn is_blind(&self, now_ms: i64) -> bool {
        let heard_at_ms = self.heard_at_ms.load(Ordering::Relaxed);
        heard_at_ms > 0 && now_ms - heard_at_ms > BLIND_AFTER_MS
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
            // Not a token: whoever follows the feed reads the ring or the blocks again, or forgets counts.
            Revocation::Keys | Revocation::Blocks | Revocation::Unlock(..) => {}
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
    let now = app.clock.now_ms();
    read(app, app.tokens.revoked.read_up_to.load(Ordering::Relaxed)).await?;
    app.tokens.revoked.heard_at_ms.store(now, Ordering::Relaxed);
    Ok(())
}

/// Reads all of the feed again, once a minute: whatever a clock that is off or a very long transaction may
/// have hidden.
pub async fn read_again(app: &App) -> Result<()> {
    read(app, 0).await
}

async fn read(app: &App, seen: i64) -> Result<()> {
    let recent = app.clock.now() - LOOK_BACK;
    let news = revocations::after(&app.db, seen, recent).await?;
    // Each once, however many lines say so.
    if news.iter().any(|(_, revocation, _)| *revocation == Revocation::Keys) {
        keys::reload(app).await?;
    }
    if news.iter().any(|(_, revocation, _)| *revocation == Revocation::Blocks) {
        blocks::reload(app).await?;
    }
    for (seq, revocation, expires_at) in news {
        if let Revocation::Unlock(keys, at_ms) = &revocation {
            limits::heard(app, keys, *at_ms).await;
        }
        app.tokens.revoked.add(revocation, expires_at);
        app.tokens.revoked.read_up_to.fetch_max(seq, Ordering::Relaxed);
    }
    Ok(())
}

/// Forgets what no living token can need, and sessions that ended a month ago: once a minute.
pub async fn prune(app: &App) -> Result<()> {
    let now = app.clock.now();
    app.tokens.revoked.forget_expired(now);
    app.db
        .write(move |tx| {
            async move {
                revocations::forget_expired(tx, now).await?;
                sessions::forget(tx, now - SESSIONS_KEPT).await
            }
            .boxed()
        })
        .await
        .map(drop)
        .map_err(Error::from)
}
