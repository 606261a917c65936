//! Profiles in memory: one's own account is read again and again, and seldom changes.
//!
//! A change forgets the profile in its own process after the commit, and in the others by the feed. An entry is used for
//! as long as a process may be without the feed, so a change without a line, by hand or by an earlier version, shows then.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use quick_cache::{Weighter, sync::Cache};

use crate::{
    model::{ErrorCode, UserId, UserView},
    server::{
        App,
        db::users,
        error::Result,
        service::{revocation::BLIND_AFTER_MS, verified},
    },
};

/// Maximum memory, in bytes.
const CAPACITY: u64 = 8 << 20;
/// Memory of an entry besides its texts, in bytes, rounded up.
const ENTRY: usize = 768;
/// Approximate number of entries.
const ABOUT: usize = 8 << 10;

/// The profiles that were read lately.
pub struct RecentProfiles {
    profiles: Cache<String, Recent, Bytes>,
    /// Number of changes of any profile.
    changes: AtomicU64,
}

#[derive(Clone)]
struct Recent {
    view: Arc<UserView>,
    /// Time before the read, in Unix milliseconds.
    read_at_ms: i64,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<String, Recent> for Bytes {
    fn weight(&self, _id: &String, recent: &Recent) -> u64 {
        let UserView { username, external_id, display_name, profile, email, roles, .. } =
            &*recent.view;
        let chosen = [external_id, display_name, email].into_iter().flatten().map(String::len);
        let said = profile.iter().map(|(_, text)| size_of::<String>() + text.len());
        let roles = roles.iter().map(|role| size_of::<String>() + role.len());
        let texts: usize = chosen.chain(said).chain(roles).sum();
        let objects = [&recent.view.metadata, &recent.view.app_metadata];
        let objects: usize = objects.into_iter().map(verified::members).sum();
        (ENTRY + username.len() + texts + objects) as u64
    }
}

impl Default for RecentProfiles {
    fn default() -> Self {
        let profiles = Cache::with_weighter(ABOUT, CAPACITY, Bytes);
        Self { profiles, changes: AtomicU64::new(0) }
    }
}

impl RecentProfiles {
    /// Forgets a profile that has changed, after the commit. A read that has begun before does not store its result.
    pub fn forget(&self, id: &str) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.profiles.remove(id);
    }

    fn get(&self, id: &str, now_ms: i64) -> Option<Arc<UserView>> {
        let recent = self.profiles.get(id)?;
        let is_young = now_ms.abs_diff(recent.read_at_ms) <= BLIND_AFTER_MS as u64;
        is_young.then_some(recent.view)
    }

    fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// Stores what was read when there had been so many changes.
    fn put(&self, id: &str, recent: Recent, changes: u64) {
        self.profiles.insert(id.to_owned(), recent);
        // A change since the read has counted itself first, and removes the entry then; or it does both after this.
        if self.changes() != changes {
            self.profiles.remove(id);
        }
    }
}

/// An account, from memory where it is there and the feed is being read.
///
/// # Errors
/// `not_found` if the account does not exist; an error of the database.
pub(in crate::server::service) async fn read(app: &App, id: &UserId) -> Result<Arc<UserView>> {
    let (now_ms, profiles) = (app.clock.now_ms(), &app.profiles);
    let is_blind = app.tokens.revoked.is_blind(now_ms);
    if let Some(view) = profiles.get(id.as_str(), now_ms).filter(|_| !is_blind) {
        return Ok(view);
    }
    let changes = profiles.changes();
    let user = users::by_id(&app.db, id.as_str()).await?.ok_or(ErrorCode::NotFound)?;
    let view = Arc::new(super::view(user));
    profiles.put(id.as_str(), Recent { view: view.clone(), read_at_ms: now_ms }, changes);
    Ok(view)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "019b7654-9c00-7c3e-a5b0-0d6c3c1f7a11";

    fn recent(username: &str, read_at_ms: i64) -> Recent {
        let view = serde_json::json!({
            "id": ID, "username": username, "email_verified": false, "roles": ["user"], "metadata": {},
            "app_metadata": {}, "created_at": 0,
        });
        let view = Arc::new(serde_json::from_value(view).expect("a profile"));
        Recent { view, read_at_ms }
    }

    #[test]
    fn a_profile_is_kept_until_it_changes_or_is_too_old() {
        let profiles = RecentProfiles::default();
        assert!(profiles.get(ID, 1_000_000).is_none());
        profiles.put(ID, recent("ada", 1_000_000), profiles.changes());
        for (now_ms, is_there) in [
            (1_000_000, true),
            (1_000_000 + BLIND_AFTER_MS, true),
            (1_000_001 + BLIND_AFTER_MS, false),
            (999_999 - BLIND_AFTER_MS, false),
        ] {
            assert_eq!(profiles.get(ID, now_ms).is_some(), is_there, "{now_ms}");
        }
        profiles.forget(ID);
        assert!(profiles.get(ID, 1_000_000).is_none());
    }

    #[test]
    fn what_was_read_before_a_change_is_not_stored_after_it() {
        let profiles = RecentProfiles::default();
        let changes = profiles.changes();
        profiles.forget(ID);
        profiles.put(ID, recent("ada", 0), changes);
        assert!(profiles.get(ID, 0).is_none());
    }

    #[test]
    fn memory_is_bounded() {
        let profiles = RecentProfiles::default();
        for n in 0..1_000 {
            profiles.put(&n.to_string(), recent(&"x".repeat(100_000), 0), 0);
        }
        let (weight, count) = (profiles.profiles.weight(), profiles.profiles.len());
        assert!(weight <= CAPACITY && (1..=84).contains(&count), "{weight} {count}");
    }
}
