//! Application of the feed: revocations and changed profiles first and separately, then the key ring, the blocks, the
//! instance secret, and unlocked accounts.
//!
//! Each has errors of its own: an unreadable key stops no revocation.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{
    clients,
    feed::{self, Change, LOOK_BACK, Page},
    keys,
    limits::{self, blocks},
    seen::Seen,
};
use crate::server::{
    App,
    db::{instance, of_feed, of_follow},
    error::Result,
};

/// Time span that is read again once a minute, in seconds. Finds lines whose writer had a wrong
/// clock, or whose transaction took long.
const AGAIN: i64 = 2 * 3_600;

/// The position of this process in the feed.
#[derive(Default)]
pub struct Follower {
    /// The highest sequence number that was read.
    read_up_to: AtomicI64,
    /// Time up to which all lines were read, in Unix seconds.
    read_until: AtomicI64,
    keys: Due,
    clients: Due,
    blocks: Due,
    secret: Due,
    /// Cancelled when the database has another instance secret than this process.
    pub replaced: CancellationToken,
    seen: Mutex<Seen>,
}

impl Follower {
    /// Waits for a change of the key ring in the feed.
    pub async fn keys_due(&self) {
        self.keys.wake.notified().await;
    }

    /// Waits for a change of clients or resources in the feed.
    pub async fn clients_due(&self) {
        self.clients.wake.notified().await;
    }

    /// Waits for a change of the blocks in the feed.
    pub async fn blocks_due(&self) {
        self.blocks.wake.notified().await;
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

    /// Waits for the reload, if it is pending; a request during the reload keeps it pending.
    async fn settle(&self, reading: impl Future<Output = Result<()>>) -> Result<()> {
        let asked = self.asked.load(Ordering::Relaxed);
        if self.done.load(Ordering::Relaxed) < asked {
            reading.await?;
            self.done.fetch_max(asked, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Reads all of the feed, at start.
///
/// # Errors
/// Fails if the database fails.
pub async fn begin(app: &App) -> Result<()> {
    let now_ms = app.clock.now_ms();
    read_new(app).await?;
    mark_read(app, now_ms);
    Ok(())
}

/// Reads the new lines of the feed and applies revocations; runs twice a second. If there are too
/// many lines for one call, the next call continues.
///
/// # Errors
/// Fails if the database fails.
pub async fn revocations(app: &App) -> Result<()> {
    of_feed(read_revocations(app)).await
}

async fn read_revocations(app: &App) -> Result<()> {
    let (now_ms, read_until) = (app.clock.now_ms(), &app.follower.read_until);
    if app.tokens.revoked.is_blind(now_ms) {
        // Lines about these may have been deleted before this process could read them.
        app.follower.keys.ask();
        app.follower.clients.ask();
        app.follower.blocks.ask();
        app.follower.secret.ask();
    }
    read_new(app).await?;
    // Transactions that had not committed when their position was read.
    let now_s = now_ms / 1000;
    let since = read_until.load(Ordering::Relaxed).min(now_s) - LOOK_BACK;
    read_since(app, since, |until| {
        read_until.fetch_max(until, Ordering::Relaxed);
    })
    .await?;
    mark_read(app, now_ms);
    Ok(())
}

/// Records that all lines up to a time were read.
fn mark_read(app: &App, now_ms: i64) {
    app.follower.read_until.store(now_ms / 1000, Ordering::Relaxed);
    app.tokens.revoked.mark_read(now_ms);
}

/// Reloads the key ring, if the feed has a change of it.
///
/// # Errors
/// Fails if the database fails, or no key is readable. It is tried again next time.
pub async fn keys(app: &App) -> Result<()> {
    of_follow(app.follower.keys.settle(keys::reload(app))).await
}

/// Reloads clients and resources, if the feed has a change of them.
///
/// # Errors
/// Fails if the database fails. It is tried again next time.
pub async fn clients(app: &App) -> Result<()> {
    of_follow(app.follower.clients.settle(clients::reload(app))).await
}

/// Reloads the blocks, if the feed has a change of them.
///
/// # Errors
/// Fails if the database fails. It is tried again next time.
pub async fn blocks(app: &App) -> Result<()> {
    of_follow(app.follower.blocks.settle(blocks::reload(app))).await
}

/// Checks whether the database still has the secret of this process, if the feed has a change of
/// it.
///
/// # Errors
/// Fails if the database fails. It is tried again next time.
pub async fn secret(app: &App) -> Result<()> {
    let look = async {
        let check = instance::get(&app.db, instance::SECRET_CHECK).await?;
        if check.is_some_and(|check| check != app.secret.check_value()) {
            app.follower.replaced.cancel();
        }
        Ok(())
    };
    of_follow(app.follower.secret.settle(look)).await
}

/// Resets the counts of unlocked accounts in the shared store.
///
/// # Errors
/// Fails if the store fails. It is tried again next time.
pub async fn unlocks(app: &App) -> Result<()> {
    limits::settle_unlocks(app).await
}

/// Applies the feed once, in the order of a server.
///
/// # Errors
/// Returns the first error; the remaining steps are tried all the same.
pub async fn all(app: &App) -> Result<()> {
    let revocations = revocations(app).await;
    let keys = keys(app).await;
    let clients = clients(app).await;
    let blocks = blocks(app).await;
    let secret = secret(app).await;
    let unlocks = unlocks(app).await;
    revocations.and(keys).and(clients).and(blocks).and(secret).and(unlocks)
}

/// Reads the lines of the last hours again; runs once a minute.
///
/// # Errors
/// Fails if the database fails.
pub async fn again(app: &App) -> Result<()> {
    let now_s = app.clock.now_s();
    let since = now_s - AGAIN;
    read_since(app, since, |_| ()).await?;
    app.follower.seen.lock().forget(since - LOOK_BACK, now_s);
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

/// Reads lines in order of time; `progress` gets the time up to which all were read.
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

/// Applies each line of a page once; revocations may be repeated.
fn act(app: &App, page: Page) {
    let (seen, now_s) = (&app.follower.seen, app.clock.now_s());
    for kind in page.unknown {
        if seen.lock().is_new_kind(&kind) {
            tracing::warn!(?kind, "the feed has a kind of change that this version does not know");
        }
    }
    for line in page.lines {
        let is_due = seen.lock().is_due(&line, now_s);
        match &line.change {
            _ if !is_due => {}
            Change::Session(_) | Change::User(..) => {
                app.tokens.revoked.add(&line.change, line.created_at);
            }
            Change::Keys => app.follower.keys.ask(),
            Change::Clients => app.follower.clients.ask(),
            Change::Blocks => app.follower.blocks.ask(),
            Change::Secret => app.follower.secret.ask(),
            Change::Profile(id) => app.profiles.forget(id),
            Change::Unlock(keys, at_ms) => limits::apply_unlock(app, keys, *at_ms),
        }
    }
}
