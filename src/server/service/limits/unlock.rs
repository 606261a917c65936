//! An account that the operator unlocks: what strangers used up is forgotten, in every process.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use futures::FutureExt;

use super::{
    Limit,
    shared::{read_key, shown_key},
    taken::Counted,
};
use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{limits, revocations::Revocation, users},
        error::{Error, Result},
        secure::identifier::Username,
        service::{
            Visitor,
            audit::{Actor, Kind, Outcome, Record},
            revocation,
        },
    },
};

/// For how long the feed keeps such a line, in seconds.
const TOLD_FOR: i64 = 3_600;

/// The lines of the feed that this process has acted upon: it reads them more than once, and an attacker must
/// not gain by each.
pub struct Unlocks {
    /// Unix milliseconds: what was told before is no business of a process that had counted nothing.
    since_ms: i64,
    heard: Mutex<HashSet<(String, i64)>>,
}

impl Unlocks {
    /// None yet, for a process that starts now.
    pub(super) fn since(now_ms: i64) -> Self {
        Self { since_ms: now_ms, heard: Mutex::default() }
    }

    fn is_new(&self, keys: &str, at_ms: i64) -> bool {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        at_ms >= self.since_ms && heard.insert((keys.to_owned(), at_ms))
    }

    /// Forgets lines that the feed has forgotten.
    pub(super) fn sweep(&self, now_ms: i64) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.retain(|(_, at_ms)| at_ms + 2 * TOLD_FOR * 1_000 > now_ms);
    }
}

/// Forgets the failures at an account in all processes: its owner may sign in from wherever they are.
///
/// # Errors
/// `not_found`; the database.
pub async fn unlock(app: &App, username: &str) -> Result<()> {
    let user = users::by_username(&app.db, &Username::canonical(username)).await?;
    let id = user.ok_or(ErrorCode::NotFound)?.id;
    let names = users::names(&app.db, &id).await?;
    let all: Vec<String> =
        of_account(app, &id, &names).iter().map(|one| shown_key(one.key)).collect();
    let (now, now_ms) = (app.clock.now(), app.clock.now_ms());
    let keys = all.join(" ");
    let line = Revocation::Unlock(keys.clone(), now_ms);
    let record = Record::new(app, &Visitor::default());
    app.db
        .write(move |tx| {
            async move {
                for key in &all {
                    limits::clear(tx, key).await?;
                }
                revocation::record(tx, &line, now, now + TOLD_FOR).await?;
                let event = (Kind::UserUnlock, Outcome::Success);
                record.write(tx, event, Actor::Operator, Some(&id)).await?;
                Ok::<_, Error>(())
            }
            .boxed()
        })
        .await?;
    heard(app, &keys, now_ms).await;
    Ok(())
}

/// Acts upon a line of the feed, once.
pub(in crate::server::service) async fn heard(app: &App, keys: &str, at_ms: i64) {
    if app.limits.unlocks.is_new(keys, at_ms) {
        app.limits.counts.forget_keys(app, keys.split(' ').filter_map(read_key).collect()).await;
    }
}

/// What strangers and all known devices and networks of an account count, by all names that open it; in an
/// order that is always the same.
pub(super) fn of_account(app: &App, user_id: &str, names: &[String]) -> Vec<Counted> {
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
