//! Acting upon the feed: revocations first and alone, then the key ring, the blocks, the instance secret, and unlocked
//! accounts.
//!
//! Each has its own errors: a key that cannot be read stops no revocation.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{
    feed::{self, Change, LOOK_BACK, Line, Page},
    keys,
    limits::{self, blocks},
};
use crate::server::{
    App,
    db::{instance, of_feed, of_follow},
    error::Result,
};

/// How far back entries are read again once a minute, in seconds. Finds entries whose writer had a wrong clock, or
/// whose transaction took long.
const AGAIN: i64 = 2 * 3_600;

/// Of how many unknown kinds the names are remembered.
const UNKNOWN_MAX: usize = 32;

/// How far this process has followed the feed.
#[derive(Default)]
pub struct Follower {
    /// The highest number that was read.
    read_up_to: AtomicI64,
    /// Up to when all lines were read by their time, Unix seconds.
    read_until: AtomicI64,
    keys: Due,
    blocks: Due,
    secret: Due,
    /// Cancelled when the database has another instance secret than this process.
    pub replaced: CancellationToken,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Lines that were acted upon and must not be a second time: number and time.
    lines: BTreeMap<i64, i64>,
    /// Kinds that were warned of.
    unknown: BTreeSet<String>,
}

impl Follower {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock()
    }

    /// Whether a line is seen for the first time.
    fn is_new(&self, line: &Line) -> bool {
        self.seen().lines.insert(line.seq, line.created_at).is_none()
    }

    /// Waits until the feed has said that the key ring changed.
    pub async fn keys_due(&self) {
        self.keys.wake.notified().await;
    }

    /// Waits until the feed has said that the blocks changed.
    pub async fn blocks_due(&self) {
        self.blocks.wake.notified().await;
    }

    /// Warns of a kind, the first time.
    fn warn(&self, kind: String) {
        let unknown = &mut self.seen().unknown;
        if unknown.len() < UNKNOWN_MAX && !unknown.contains(&kind) {
            tracing::warn!(?kind, "the feed has a kind of change that this version does not know");
            unknown.insert(kind);
        }
    }
}

/// A reload that stays pending until it succeeds.
#[derive(Default)]
struct Due {
    asked: AtomicU64,
    done: AtomicU64,
    wake: Notify,
}

impl Due {
    fn ask(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.wake.notify_one();
    }

    /// Waits for the reading, if it is due; what is asked meanwhile stays due.
    async fn settle(&self, reading: impl Future<Output = Result<()>>) -> Result<()> {
        let asked = self.asked.load(Ordering::Relaxed);
        if self.done.load(Ordering::Relaxed) < asked {
            reading.await?;
            self.done.fetch_max(asked, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Reads all of the feed: at start.
///
/// # Errors
/// The database.
pub async fn begin(app: &App) -> Result<()> {
    let now_ms = app.clock.now_ms();
    read_new(app).await?;
    heard(app, now_ms);
    Ok(())
}

/// Reads what is new in the feed, and applies revocations: twice a second. Where that is more than can be read
/// at once, the next call goes on.
///
/// # Errors
/// The database.
pub async fn revocations(app: &App) -> Result<()> {
    of_feed(read_revocations(app)).await
}

async fn read_revocations(app: &App) -> Result<()> {
    let (now_ms, read_until) = (app.clock.now_ms(), &app.follower.read_until);
    if app.tokens.revoked.is_blind(now_ms) {
        // Lines about them may have been forgotten before this process could read them.
        app.follower.keys.ask();
        app.follower.blocks.ask();
        app.follower.secret.ask();
    }
    read_new(app).await?;
    // What was not committed yet when its place was read.
    let now = now_ms / 1000;
    let since = read_until.load(Ordering::Relaxed).min(now) - LOOK_BACK;
    read_since(app, since, |until| {
        read_until.fetch_max(until, Ordering::Relaxed);
    })
    .await?;
    heard(app, now_ms);
    Ok(())
}

/// Notes that all was read that was there at a moment.
fn heard(app: &App, now_ms: i64) {
    app.follower.read_until.store(now_ms / 1000, Ordering::Relaxed);
    app.tokens.revoked.heard(now_ms);
}

/// Reads the key ring, if the feed said that it changed.
///
/// # Errors
/// The database; a ring in which no key can be read. It is tried again next time.
pub async fn keys(app: &App) -> Result<()> {
    of_follow(app.follower.keys.settle(keys::reload(app))).await
}

/// Reads the blocks, if the feed said that they changed.
///
/// # Errors
/// The database. It is tried again next time.
pub async fn blocks(app: &App) -> Result<()> {
    of_follow(app.follower.blocks.settle(blocks::reload(app))).await
}

/// Looks whether the database still has the secret of this process, if the feed said that it has another one.
///
/// # Errors
/// The database. It is tried again next time.
pub async fn secret(app: &App) -> Result<()> {
    let look = async {
        let check = instance::get(&app.db, "secret_check").await?;
        if check.is_some_and(|check| check != app.secret.check_value()) {
            app.follower.replaced.cancel();
        }
        Ok(())
    };
    of_follow(app.follower.secret.settle(look)).await
}

/// Forgets, where processes count together, what unlocked accounts had counted.
///
/// # Errors
/// The store of counts. It is tried again next time.
pub async fn unlocks(app: &App) -> Result<()> {
    limits::settle_unlocks(app).await
}

/// Follows the feed once, in the order in which a server does.
///
/// # Errors
/// The first of those that are met; none keeps the others from being tried.
pub async fn all(app: &App) -> Result<()> {
    let revocations = revocations(app).await;
    let keys = keys(app).await;
    let blocks = blocks(app).await;
    let secret = secret(app).await;
    let unlocks = unlocks(app).await;
    revocations.and(keys).and(blocks).and(secret).and(unlocks)
}

/// Reads the lines of the last hours again: once a minute.
///
/// # Errors
/// The database.
pub async fn again(app: &App) -> Result<()> {
    let since = app.clock.now() - AGAIN;
    read_since(app, since, |_| ()).await?;
    app.follower.seen().lines.retain(|_, created_at| *created_at >= since - LOOK_BACK);
    Ok(())
}

async fn read_new(app: &App) -> Result<()> {
    let read_up_to = &app.follower.read_up_to;
    loop {
        let page = feed::after(&app.db, read_up_to.load(Ordering::Relaxed)).await?;
        let (last, is_last) = (page.last, page.is_last);
        act(app, page);
        if let Some((_, seq)) = last {
            read_up_to.fetch_max(seq, Ordering::Relaxed);
        }
        if is_last {
            return Ok(());
        }
    }
}

/// Reads lines by their time; `progress` is told up to when it has.
async fn read_since(app: &App, created_at: i64, progress: impl Fn(i64)) -> Result<()> {
    let mut place = (created_at, 0);
    loop {
        let page = feed::since(&app.db, place).await?;
        place = page.last.unwrap_or(place);
        let is_last = page.is_last;
        act(app, page);
        progress(place.0);
        if is_last {
            return Ok(());
        }
    }
}

/// Acts upon the lines of a page: upon each once, but for revocations, which may be repeated.
fn act(app: &App, page: Page) {
    for kind in page.unknown {
        app.follower.warn(kind);
    }
    for line in page.lines {
        let is_revocation = matches!(line.change, Change::Session(_) | Change::User(..));
        if !is_revocation && !app.follower.is_new(&line) {
            continue;
        }
        match &line.change {
            Change::Session(_) | Change::User(..) => {
                app.tokens.revoked.add(&line.change, line.created_at);
            }
            Change::Keys => app.follower.keys.ask(),
            Change::Blocks => app.follower.blocks.ask(),
            Change::Secret => app.follower.secret.ask(),
            Change::Unlock(keys, at_ms) => limits::hear_unlock(app, keys, *at_ms),
        }
    }
}
