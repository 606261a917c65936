//! Known networks of an account, whose attempts are counted separately (S23).
//!
//! They are looked up only if a stranger is refused, so that a sign-in costs no query. They are
//! stored by the account's names, because the lookup precedes the account's, and as keyed hashes.

use futures::FutureExt;
use ipnet::IpNet;

use super::{Source, store::shown_key};
use crate::server::{
    App,
    db::{DbError, known_sources, of_spare},
    error::Result,
};

/// Time for which a network stays known after a sign-in, in seconds.
pub(super) const KNOWN_FOR: i64 = 30 * 86_400;
/// Age of a note at which it is renewed, in seconds.
const NOTED_EVERY: i64 = 86_400;
/// Number of networks kept for each name.
const KEPT: i64 = 50;

/// The network around a source, if the account was signed in to from there.
///
/// # Errors
/// Fails if the database fails.
pub(super) async fn known(app: &App, account: &str, source: Source) -> Result<Option<IpNet>> {
    let Some(network) = source.around() else {
        return Ok(None);
    };
    let (account, source) = names(app, account, network);
    let seen_at = known_sources::seen_at(&app.db, &account, &source).await?;
    let since = app.clock.now_s() - KNOWN_FOR;
    Ok(seen_at.filter(|seen_at| *seen_at > since).map(|_| network))
}

/// Records a sign-in to the account of these names.
///
/// # Errors
/// Fails if the database fails.
pub(super) async fn record(app: &App, accounts: &[String], source: Source) -> Result<()> {
    let (Some(network), now_s) = (source.around(), app.clock.now_s()) else {
        return Ok(());
    };
    let mut new = Vec::new();
    for account in accounts {
        let names = names(app, account, network);
        let seen_at = known_sources::seen_at(&app.db, &names.0, &names.1).await?;
        if seen_at.is_none_or(|seen_at| seen_at + NOTED_EVERY <= now_s) {
            new.push(names);
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let noted = app.db.write(move |tx| {
        async move {
            for (account, source) in &new {
                known_sources::record(tx, (account, source), now_s, KEPT).await?;
            }
            Ok::<_, DbError>(())
        }
        .boxed()
    });
    Ok(noted.await?)
}

/// Moves the known networks of a renamed account: the old name's are deleted, and the network of
/// the change is recorded under the new name. A failure is logged; the user then counts as a
/// stranger there until the next sign-in.
pub(in crate::server::service) async fn renamed(
    app: &App,
    (old, new): (String, String),
    source: Source,
) {
    let forgotten = account(app, &old);
    let changed = async {
        let forgotten = app.db.write(move |tx| {
            async move { known_sources::forget_account(tx, &forgotten).await }.boxed()
        });
        forgotten.await?;
        record(app, &[new], source).await
    };
    if let Err(error) = of_spare(changed).await {
        tracing::error!(%error, "the networks of a name that was changed were not");
    }
}

/// The stored names of an account and of its network.
fn names(app: &App, account: &str, network: IpNet) -> (String, String) {
    let network = app.limits.counts.name(&format!("known-source {network} {account}"));
    (self::account(app, account), shown_key(network))
}

/// The stored name of an account.
pub(super) fn account(app: &App, name: &str) -> String {
    shown_key(app.limits.counts.name(&format!("known-sources {name}")))
}
