//! Accounts in memory: one's own is read again and again, also by each refresh, and seldom changes.
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
        db::users::{self, UserRow},
        error::Result,
        service::{revocation::BLIND_AFTER_MS, verified},
    },
};

/// Maximum memory, in bytes.
const CAPACITY: u64 = 8 << 20;
/// Memory of an entry besides its texts, in bytes, rounded up.
const ENTRY: usize = 1_280;
/// Approximate number of entries.
const ABOUT: usize = 8 << 10;

/// The profiles that were read lately.
pub struct RecentProfiles {
    profiles: Cache<String, Recent, Bytes>,
    /// Number of changes of any profile.
    changes: AtomicU64,
}

/// An account that was read lately.
#[derive(Clone)]
pub(in crate::server::service) struct Recent {
    pub(in crate::server::service) row: Arc<UserRow>,
    pub(in crate::server::service) view: Arc<UserView>,
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
        // The row has the same once more, its objects as texts.
        let UserRow { profile, metadata, app_metadata, .. } = &*recent.row;
        let row = profile.len() + metadata.len() + app_metadata.len() + texts;
        (ENTRY + 2 * username.len() + texts + objects + row) as u64
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

    fn get(&self, id: &str, now_ms: i64) -> Option<Recent> {
        let recent = self.profiles.get(id)?;
        let is_young = now_ms.abs_diff(recent.read_at_ms) <= BLIND_AFTER_MS as u64;
        is_young.then_some(recent)
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
pub(super) async fn read(app: &App, id: &UserId) -> Result<Arc<UserView>> {
    Ok(find(app, id.as_str(), |_| true).await?.view)
}

/// An account in an epoch, as [`read`]; if a later one has begun, with the former epoch, whose tokens are over.
///
/// # Errors
/// `not_found` if the account does not exist; an error of the database.
pub(in crate::server::service) async fn at_epoch(
    app: &App,
    id: &str,
    epoch: i64,
) -> Result<Recent> {
    let recent = find(app, id, |row| row.epoch == epoch).await?;
    if recent.row.epoch == epoch {
        return Ok(recent);
    }
    let row = UserRow { epoch, ..UserRow::clone(&recent.row) };
    Ok(Recent { row: Arc::new(row), ..recent })
}

async fn find(app: &App, id: &str, is_fit: impl Fn(&UserRow) -> bool) -> Result<Recent> {
    let (now_ms, profiles) = (app.clock.now_ms(), &app.profiles);
    let is_blind = app.tokens.revoked.is_blind(now_ms);
    let known = profiles.get(id, now_ms);
    if let Some(recent) = known.filter(|recent| !is_blind && is_fit(&recent.row)) {
        return Ok(recent);
    }
    let changes = profiles.changes();
    let row = users::by_id(&app.db, id).await?.ok_or(ErrorCode::NotFound)?;
    let view = Arc::new(super::view(row.clone()));
    let recent = Recent { row: Arc::new(row), view, read_at_ms: now_ms };
    profiles.put(id, recent.clone(), changes);
    Ok(recent)
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
        let row = UserRow {
            id: ID.to_owned().try_into().expect("an id"),
            username: username.to_owned(),
            external_id: None,
            display_name: None,
            profile: "{}".into(),
            metadata: "{}".into(),
            app_metadata: "{}".into(),
            epoch: 0,
            created_at: 0,
            disabled_at: None,
            erase_after: None,
            email: None,
            email_verified_at: None,
            email_refused_at: None,
            roles: None,
            totp_at: None,
        };
        Recent { row: Arc::new(row), view, read_at_ms }
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
