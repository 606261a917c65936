//! Revoked access tokens: a set of sessions and accounts in memory.
//!
//! A guarded request asks [`Revoked`], never the database. Revocations by this process take effect
//! at once; those of others (the command line is another process too) when
//! [`follow`](super::follow) has read them.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::atomic::{AtomicI64, Ordering},
};

use parking_lot::RwLock;
use uuid::Uuid;

use super::feed::Change;
use crate::server::secure::{jwt::Claims, seal};

/// Time without a read of the feed after which all access tokens are refused with 503, in
/// milliseconds.
pub const BLIND_AFTER_MS: i64 = 10_000;

/// Number of shards, each with a lock of its own, so that a guarded request waits for one shard at
/// most.
const SHARDS: usize = 256;

/// The id of a session or an account.
type Id = [u8; 16];

/// The sessions and accounts whose unexpired access tokens are refused.
pub struct Revoked {
    shards: Vec<RwLock<Shard>>,
    /// Time of the last read of the feed, in Unix milliseconds.
    read_at_ms: AtomicI64,
}

/// The entries of some ids. Times are those of the changes, in Unix seconds.
#[derive(Default)]
struct Shard {
    sessions: HashMap<Id, u32>,
    /// The first valid epoch, and the time.
    users: HashMap<Id, (i64, u32)>,
}

impl Default for Revoked {
    /// An empty set, blind until the feed has been read.
    fn default() -> Self {
        let shards = (0..SHARDS).map(|_| RwLock::default()).collect();
        Self { shards, read_at_ms: AtomicI64::new(i64::MIN) }
    }
}

impl Revoked {
    /// Whether a token's session or account has been revoked.
    pub fn contains(&self, claims: &Claims) -> bool {
        let (session, user) = (id(claims.sid.as_str()), id(claims.sub.as_str()));
        let is_ended = self.read(&session, |shard| shard.sessions.contains_key(&session));
        let is_old = |(good, _): &(i64, u32)| claims.epoch < *good;
        is_ended || self.read(&user, |shard| shard.users.get(&user).is_some_and(is_old))
    }

    /// Whether a session has ended, or a token that belongs to none, by its id.
    pub fn has_ended(&self, session: &str) -> bool {
        let session = id(session);
        self.read(&session, |shard| shard.sessions.contains_key(&session))
    }

    /// Whether the last read of the feed is too long ago. A process that has never read it is
    /// blind, and so is one whose clock was set back.
    pub fn is_blind(&self, now_ms: i64) -> bool {
        now_ms.abs_diff(self.read_at_ms.load(Ordering::Relaxed)) > BLIND_AFTER_MS as u64
    }

    /// The time since the last read of the feed, in milliseconds; none if there was none.
    pub fn age_ms(&self, now_ms: i64) -> Option<u64> {
        let read_at_ms = self.read_at_ms.load(Ordering::Relaxed);
        (read_at_ms != i64::MIN).then(|| now_ms.abs_diff(read_at_ms))
    }

    /// Records a read of the feed that began at this time or later.
    pub(super) fn mark_read(&self, now_ms: i64) {
        self.read_at_ms.store(now_ms, Ordering::Relaxed);
    }

    /// Adds a change of this time (Unix seconds), if it revokes anything.
    pub fn add(&self, change: &Change, at: i64) {
        let at = u32::try_from(at.max(0)).unwrap_or(u32::MAX);
        match change {
            Change::Session(session) => {
                let session = id(session);
                self.write(shard(&session), |shard| {
                    let entry = shard.sessions.entry(session).or_insert(at);
                    *entry = at.max(*entry);
                });
            }
            Change::User(user, epoch) => {
                let user = id(user);
                self.write(shard(&user), |shard| {
                    let entry = shard.users.entry(user).or_insert((*epoch, at));
                    *entry = (entry.0.max(*epoch), entry.1.max(at));
                });
            }
            Change::Keys
            | Change::Clients
            | Change::Blocks
            | Change::Secret
            | Change::Profile(_)
            | Change::Unlock(..) => {}
        }
    }

    /// Drops changes from before a time (Unix seconds), one shard at a time.
    pub(super) async fn forget(&self, before: i64) {
        for place in 0..SHARDS {
            self.write(place, |shard| {
                retain(&mut shard.sessions, |at| i64::from(*at) >= before);
                retain(&mut shard.users, |(_, at)| i64::from(*at) >= before);
            });
            tokio::task::yield_now().await;
        }
    }

    fn read<T>(&self, id: &Id, look: impl FnOnce(&Shard) -> T) -> T {
        look(&self.shards[shard(id)].read())
    }

    fn write(&self, place: usize, change: impl FnOnce(&mut Shard)) {
        change(&mut self.shards[place].write());
    }
}

/// Keeps some entries, and releases memory if few are left.
fn retain<K: Eq + Hash, V>(map: &mut HashMap<K, V>, keep: impl Fn(&V) -> bool) {
    map.retain(|_, value| keep(value));
    if map.len() < map.capacity() / 4 {
        map.shrink_to(2 * map.len());
    }
}

/// The shard of an id. The last byte of a UUIDv7 is random (RFC 9562 section 5.7).
fn shard(id: &Id) -> usize {
    usize::from(id[15]) % SHARDS
}

/// The id of a text. Ids are UUIDs; any other text is hashed.
fn id(text: &str) -> Id {
    Uuid::try_parse(text).map_or_else(
        |_| {
            let mut id = Id::default();
            id.copy_from_slice(&seal::digest(text.as_bytes())[..16]);
            id
        },
        Uuid::into_bytes,
    )
}
