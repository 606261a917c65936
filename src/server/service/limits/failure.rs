//! Failed attempts by source, and the resulting blocks (S30).

use futures::FutureExt;
use ipnet::IpNet;

use super::{
    Source,
    blocks::{self, By},
    limit::NETWORK,
    shown,
    store::shown_key,
};
use crate::server::{
    App,
    db::{Tx, blocks as failures},
    error::{Error, Result},
    log,
    service::{
        ClientInfo,
        audit::{Actor, Kind, Outcome, Record},
    },
};

/// Number of minutes in which failures count, in addition to the current one.
pub(super) const MINUTES: i64 = 10;
/// Number of accounts beyond which each further one counts as an extra failure, because somebody is
/// trying a list.
const ACCOUNTS: i64 = 3;

/// A failed attempt, to be counted with its audit event.
pub(super) struct Failure {
    /// The source and the wider network of the same customer, each with the number of failures that
    /// block it.
    networks: Vec<(IpNet, i64)>,
    account: String,
    now_s: i64,
    until: i64,
}

impl Failure {
    pub(super) fn new(app: &App, from: Source, account: &str) -> Self {
        let (now_s, after) = (app.clock.now_s(), app.config.block_after);
        let own = from.network().map(|network| (network, after));
        let customer = from.customer().map(|network| (network, after * NETWORK));
        Self {
            networks: own.into_iter().chain(customer).filter(|(_, after)| *after > 0).collect(),
            account: shown_key(app.limits.counts.name(account)),
            now_s,
            until: now_s + app.config.block_ttl,
        }
    }

    /// Counts the failure in the unit of work of its audit event; returns the networks that are
    /// blocked now.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub(super) async fn count(&self, tx: &mut Tx<'_>, record: &Record) -> Result<Vec<IpNet>> {
        let minute = self.now_s / 60;
        for (network, _) in &self.networks {
            failures::count(tx, &shown(*network), &self.account, minute).await?;
        }
        let mut blocked = Vec::new();
        for (network, after) in &self.networks {
            let from = shown(*network);
            let (failures, accounts) = failures::counted(tx, &from, minute - MINUTES).await?;
            if failures + (accounts - ACCOUNTS).max(0) >= *after {
                block_for_failures(tx, &from, (self.now_s, self.until), record).await?;
                blocked.push(*network);
            }
        }
        Ok(blocked)
    }
}

/// Reloads the blocks after a new one, and deletes the failures of its network, which starts again
/// after the block.
///
/// This is not in the unit of work of the block: two of them that reach the number at once would
/// wait for each other's rows.
///
/// # Errors
/// Fails if the database fails.
pub(super) async fn blocked(app: &App, from: Source, blocked: Vec<IpNet>) -> Result<()> {
    if blocked.is_empty() {
        return Ok(());
    }
    for network in &blocked {
        say(app, *network);
    }
    app.db
        .write(move |tx| {
            async move {
                for network in blocked {
                    failures::forget_failures_of(tx, &shown(network)).await?;
                }
                Ok::<_, Error>(())
            }
            .boxed()
        })
        .await?;
    blocks::reload(app).await?;
    let (now_s, until) = (app.clock.now_s(), app.clock.now_s() + app.config.block_ttl);
    let around = from.around().filter(|around| app.limits.blocks.is_full(*around, now_s));
    let Some(around) = around else {
        return Ok(());
    };
    let record = Record::new(app, &ClientInfo::default());
    app.db
        .write(move |tx| {
            async move { block_for_failures(tx, &shown(around), (now_s, until), &record).await }
                .boxed()
        })
        .await?;
    say(app, around);
    blocks::reload(app).await
}

fn say(app: &App, network: IpNet) {
    let (source, seconds) = (shown(network), app.config.block_ttl);
    tracing::warn!(target: log::SECURITY, %source, seconds, "source blocked");
}

/// Blocks a source for its failures, unless the operator has blocked it.
async fn block_for_failures(
    tx: &mut Tx<'_>,
    from: &str,
    times: (i64, i64),
    record: &Record,
) -> Result<()> {
    if blocks::block(tx, from, By::Failures, times).await? {
        let record = record.clone().about("source", from);
        let event = (Kind::SourceBlock, Outcome::Success);
        record.write(tx, event, Actor::System, None).await?;
    }
    Ok(())
}
