//! Unlocking an account by the operator: its failure counts are reset in every process.

use std::collections::HashSet;

use futures::FutureExt;
use parking_lot::{Mutex, MutexGuard};

use super::{
    Limit, known_source,
    reservation::Counted,
    store::{read_key, shown_key},
};
use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{DbResult, Tx, known_sources, limits, users},
        error::{Error, Result},
        secure::identifier::Username,
        service::{
            agent::Agent,
            audit::Kind,
            feed::{self, Change},
            roles::Permission,
        },
    },
};

/// Time for which an applied line of the feed is remembered, in milliseconds: longer than lines are
/// read again.
const REMEMBERED_MS: i64 = 4 * 3_600 * 1_000;

/// The unlocks that this process has applied. Lines of the feed are read more than once; a second
/// reset would give an attacker more attempts.
pub struct Unlocks {
    /// Start of this process, in Unix milliseconds. Earlier unlocks are ignored, because this
    /// process had counted nothing then.
    since_ms: i64,
    heard: Mutex<HashSet<(String, i64)>>,
    /// Keys still to be deleted in the shared store.
    due: Mutex<Vec<String>>,
}

impl Unlocks {
    /// An empty state, for a process that starts now.
    pub(super) fn since(now_ms: i64) -> Self {
        Self { since_ms: now_ms, heard: Mutex::default(), due: Mutex::default() }
    }

    fn is_new(&self, keys: &str, at_ms: i64) -> bool {
        at_ms >= self.since_ms && held(&self.heard).insert((keys.to_owned(), at_ms))
    }

    /// Drops lines that are not read again.
    pub(super) fn sweep(&self, now_ms: i64) {
        held(&self.heard).retain(|(_, at_ms)| at_ms + REMEMBERED_MS > now_ms);
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock()
}

/// Resets the failure counts of an account in all processes, so that its owner can sign in from any
/// source.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; `not_found`; an error of the database.
pub async fn unlock(app: &App, agent: Agent<'_>, username: &str) -> Result<()> {
    agent.permit(app, Permission::UsersWrite)?;
    let user = users::by_username(&app.db, &Username::canonical(username)).await?;
    let id = user.ok_or(ErrorCode::NotFound)?.id.to_string();
    let unlocking = Unlocking::of(app, &id).await?;
    let (now_s, act) = (app.clock.now_s(), agent.act(app));
    let written = app.db.write(move |tx| {
        async move {
            unlocking.write(tx, now_s).await?;
            act.write(tx, Kind::UserUnlock, Some(&id)).await?;
            Ok::<_, Error>(unlocking)
        }
        .boxed()
    });
    written.await?.finish(app).await;
    Ok(())
}

/// The reset of an account's failure counts, as a part of a unit of work.
#[must_use = "finish after the commit"]
pub(in crate::server::service) struct Unlocking {
    keys: Vec<String>,
    /// The account under its names, as its known networks are stored.
    accounts: Vec<String>,
    now_ms: i64,
}

impl Unlocking {
    /// The reset of all counts under all names of an account.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub(in crate::server::service) async fn of(app: &App, id: &str) -> Result<Self> {
        Self::of_counts(app, id, of_account).await
    }

    /// The reset of the counts of wrong passwords. Those of the second factor stay: a reader of the mails of an account would
    /// have new tries with each mail.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub(in crate::server::service) async fn of_passwords(app: &App, id: &str) -> Result<Self> {
        Self::of_counts(app, id, of_passwords).await
    }

    async fn of_counts(
        app: &App,
        id: &str,
        counts: fn(&App, &str, &[String]) -> Vec<Counted>,
    ) -> Result<Self> {
        let names = users::names(&app.db, id).await?;
        let keys = counts(app, id, &names).iter().map(|one| shown_key(one.key)).collect();
        let accounts = names.iter().map(|name| known_source::account(app, name)).collect();
        Ok(Self { keys, accounts, now_ms: app.clock.now_ms() })
    }

    /// Deletes the known networks of the account: somebody may have signed in from there with a password of others.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub(in crate::server::service) async fn forget_networks(
        &self,
        tx: &mut Tx<'_>,
    ) -> DbResult<()> {
        for account in &self.accounts {
            known_sources::forget_account(tx, account).await?;
        }
        Ok(())
    }

    /// Deletes the counts that are stored, and writes the line of the feed.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub(in crate::server::service) async fn write(
        &self,
        tx: &mut Tx<'_>,
        now_s: i64,
    ) -> DbResult<()> {
        for key in &self.keys {
            limits::clear(tx, key).await?;
        }
        feed::record(tx, &Change::Unlock(self.keys.join(" "), self.now_ms), now_s).await
    }

    /// Resets the counts of this process after the commit.
    pub(in crate::server::service) async fn finish(self, app: &App) {
        let keys = self.keys.join(" ");
        // Remember the line as applied, so that reading it from the feed resets nothing a second time.
        app.limits.unlocks.is_new(&keys, self.now_ms);
        forget(app, &keys);
        // Not an error: the serving processes clear the shared store when they read the feed.
        if let Err(error) = settle_unlocks(app).await {
            tracing::error!(%error, "cannot forget counts in the shared store");
        }
    }
}

/// Applies a line of the feed once: this process resets its counts at once, and [`settle_unlocks`]
/// those of the shared store. The database has reset its counts in the unit of work of the line.
pub(in crate::server::service) fn apply_unlock(app: &App, keys: &str, at_ms: i64) {
    if app.limits.unlocks.is_new(keys, at_ms) {
        forget(app, keys);
    }
}

fn forget(app: &App, keys: &str) {
    let keys = keys.split(' ');
    app.limits.counts.forget_own(keys.clone().filter_map(read_key));
    if app.limits.counts.is_in_valkey() {
        held(&app.limits.unlocks.due).extend(keys.map(str::to_owned));
    }
}

/// Deletes the pending keys in the shared store.
///
/// # Errors
/// Fails if the store fails; the keys stay pending.
pub(in crate::server::service) async fn settle_unlocks(app: &App) -> Result<()> {
    // They stay pending until they are deleted, even if this future is dropped.
    let due = held(&app.limits.unlocks.due).clone();
    if due.is_empty() {
        return Ok(());
    }
    let forgotten = app.limits.counts.forget_shared(app, due.clone()).await;
    forgotten.map_err(|away| Error::Internal(away.to_string()))?;
    held(&app.limits.unlocks.due).retain(|key| !due.contains(key));
    Ok(())
}

/// The counts of an account: of its passwords, and of its second factor.
pub(super) fn of_account(app: &App, user_id: &str, names: &[String]) -> Vec<Counted> {
    let of_factor =
        [Limit::Factor(user_id), Limit::FactorLong(user_id), Limit::FactorDevicesLong(user_id)];
    let of_factor = of_factor.map(|limit| app.limits.counts.counted(limit));
    of_passwords(app, user_id, names).into_iter().chain(of_factor).collect()
}

/// The counts of wrong passwords by strangers, known devices and known networks, under all of an account's names,
/// in a fixed order.
fn of_passwords(app: &App, user_id: &str, names: &[String]) -> Vec<Counted> {
    let mut all = of_sign_ins(app, user_id, names);
    all.push(app.limits.counts.counted(Limit::ProofLong(user_id)));
    all
}

/// Those of sign-ins alone.
pub(super) fn of_sign_ins(app: &App, user_id: &str, names: &[String]) -> Vec<Counted> {
    let of_name = |name| {
        [
            Limit::SignInAccount(name),
            Limit::SignInAccountLong(name),
            Limit::SignInKnownSourcesLong(name),
        ]
    };
    let of_names = names.iter().flat_map(|name| of_name(name.as_str()));
    let all = of_names.chain([Limit::SignInDevicesLong(user_id)]);
    all.map(|limit| app.limits.counts.counted(limit)).collect()
}
