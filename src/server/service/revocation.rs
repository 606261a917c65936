//! Revoked access tokens: a set of sessions and accounts in memory.
//!
//! A guarded request asks [`Revoked`], never the database. What this process revokes counts at once; what
//! others revoke (the command line is another process too) counts when [`follow`](super::follow) has read it.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::atomic::{AtomicI64, Ordering},
};

use parking_lot::RwLock;
use uuid::Uuid;

use super::feed::Change;
use crate::server::secure::{jwt::Claims, seal};

/// After how long without reading the feed all access tokens are refused with 503, in milliseconds.
pub const BLIND_AFTER_MS: i64 = 10_000;

/// Parts with a lock each, so that a guarded request waits for a part of the set at most.
const SHARDS: usize = 256;

/// An id of a session or an account.
type Id = [u8; 16];

/// The sessions and accounts whose unexpired access tokens are refused.
pub struct Revoked {
    shards: Vec<RwLock<Shard>>,
    /// When the feed was last read, Unix milliseconds.
    heard_at_ms: AtomicI64,
}

/// The entries of some ids. Times are Unix seconds, of the change.
#[derive(Default)]
struct Shard {
    sessions: HashMap<Id, u32>,
    /// The first epoch that is good, and the time.
    users: HashMap<Id, (i64, u32)>,
}

impl Default for Revoked {
    /// Nothing yet, and blind until the feed has been read.
    fn default() -> Self {
        let shards = (0..SHARDS).map(|_| RwLock::default()).collect();
        Self { shards, heard_at_ms: AtomicI64::new(i64::MIN) }
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

    /// Whether others' revocations may have gone unread for too long. A server that has never read any is
    /// blind, and so is one whose clock was set back.
    pub fn is_blind(&self, now_ms: i64) -> bool {
        now_ms.abs_diff(self.heard_at_ms.load(Ordering::Relaxed)) > BLIND_AFTER_MS as u64
    }

    /// Notes that the feed was read, from this moment or later.
    pub(super) fn heard(&self, now_ms: i64) {
        self.heard_at_ms.store(now_ms, Ordering::Relaxed);
    }

    /// Notes a change of this time (Unix seconds), if it revokes anything.
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
            Change::Keys | Change::Blocks | Change::Secret | Change::Unlock(..) => {}
        }
    }

    /// Forgets changes from before a time (Unix seconds), a part of the set at once.
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

/// Keeps some entries, and gives memory back where few are left.
fn retain<K: Eq + Hash, V>(map: &mut HashMap<K, V>, keep: impl Fn(&V) -> bool) {
    map.retain(|_, value| keep(value));
    if map.len() < map.capacity() / 4 {
        map.shrink_to(2 * map.len());
    }
}

/// Where an id is. The last byte of a UUIDv7 is random (RFC 9562 section 5.7).
fn shard(id: &Id) -> usize {
    usize::from(id[15]) % SHARDS
}

/// The id that a text names. Ids are UUIDs; any other text stands for itself by its hash.
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
