//! Blocked sources: after too many failures, or by the operator (S30).

use std::collections::HashMap;

use futures::FutureExt;
use ipnet::IpNet;
use parking_lot::RwLock;

use super::{Source, shown, source::at_least_source};
use crate::{
    model::{ApiError, ErrorCode},
    server::{
        App, config,
        db::{
            Tx,
            blocks::{self, BlockRow},
        },
        error::{Error, Result},
        service::{
            agent::Agent,
            audit::Kind,
            feed::{self, Change},
            roles::Permission,
        },
    },
};

/// Number of sources of a network, blocked for their failures, that block the whole network.
const SOURCES: usize = 8;

/// The author of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The service, after too many failures.
    Failures,
    /// The operator.
    Operator,
}

impl By {
    /// Its name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failures => "failures",
            Self::Operator => "operator",
        }
    }
}

/// A block in force.
#[derive(Clone, Debug)]
pub struct Block {
    /// The blocked network.
    pub network: IpNet,
    /// Author of the block.
    pub by: By,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// End of the block, in Unix seconds.
    pub expires_at: i64,
}

impl Block {
    /// The source as text.
    pub fn source(&self) -> String {
        shown(self.network)
    }
}

/// The blocks in force, as this process has read them.
#[derive(Default)]
pub struct Blocks(RwLock<HashMap<IpNet, Block>>);

impl Blocks {
    /// Checks that a source is not blocked.
    ///
    /// A block for failures exempts known devices and networks, so that a neighbour's attack does
    /// not lock them out. A block by the operator exempts nobody.
    ///
    /// # Errors
    /// `source_blocked` (429) with the seconds until it ends.
    pub fn refuse(&self, from: Source, is_known: bool, now_s: i64) -> Result<()> {
        let blocks = self.0.read();
        let Some(network) = from.network().filter(|_| !blocks.is_empty()) else {
            return Ok(());
        };
        let wider =
            (0..=network.prefix_len()).filter_map(|len| IpNet::new(network.addr(), len).ok());
        let holds =
            |block: &&Block| block.expires_at > now_s && (block.by == By::Operator || !is_known);
        match wider.filter_map(|network| blocks.get(&network.trunc())).find(holds) {
            None => Ok(()),
            Some(block) => {
                let retry_after = u32::try_from(block.expires_at - now_s).ok();
                Err(ApiError { retry_after, ..ErrorCode::SourceBlocked.into() }.into())
            }
        }
    }

    /// The number of blocks in force, by author.
    pub fn in_force(&self, now_s: i64) -> Vec<(&'static str, usize)> {
        let blocks = self.0.read();
        let set_by = |by: By| blocks.values().filter(move |block| block.by == by);
        [By::Failures, By::Operator]
            .map(|by| (by.as_str(), set_by(by).filter(|block| block.expires_at > now_s).count()))
            .to_vec()
    }

    /// Whether a network is to be blocked, because enough of its sources are, and it is not.
    pub(super) fn is_full(&self, network: IpNet, now_s: i64) -> bool {
        let blocks = self.0.read();
        let inside = blocks.values().filter(|block| {
            block.by == By::Failures && block.expires_at > now_s && network.contains(&block.network)
        });
        inside.clone().all(|block| block.network != network) && inside.count() >= SOURCES
    }
}

/// Blocks a network for some seconds, or changes the time of its block.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; an error of the database.
pub async fn add(app: &App, agent: Agent<'_>, network: IpNet, seconds: i64) -> Result<()> {
    agent.permit(app, Permission::BlocksWrite)?;
    let network = at_least_source(network);
    let from = shown(network);
    let now_s = app.clock.now_s();
    let act = agent.act(app).about("source", from.as_str());
    app.db
        .write(move |tx| {
            async move {
                block(tx, &from, By::Operator, (now_s, now_s + seconds)).await?;
                act.write(tx, Kind::SourceBlock, None).await?;
                Ok::<_, Error>(())
            }
            .boxed()
        })
        .await?;
    reload(app).await
}

/// Ends the block of a network.
///
/// # Errors
/// `not_found` if there is none; `forbidden`, `reauthentication_required`; an error of the
/// database.
pub async fn lift(app: &App, agent: Agent<'_>, network: IpNet) -> Result<()> {
    agent.permit(app, Permission::BlocksWrite)?;
    let from = shown(at_least_source(network));
    let now_s = app.clock.now_s();
    let act = agent.act(app).about("source", from.as_str());
    app.db
        .write(move |tx| {
            async move {
                // Before the block: a transaction that counts a failure locks its row first.
                blocks::forget_failures_of(tx, &from).await?;
                if !blocks::remove(tx, &from, now_s).await? {
                    return Err(ErrorCode::NotFound.into());
                }
                feed::record(tx, &Change::Blocks, now_s).await?;
                act.write(tx, Kind::SourceLift, None).await?;
                Ok::<_, Error>(())
            }
            .boxed()
        })
        .await?;
    reload(app).await
}

/// The blocks in force, newest first.
///
/// # Errors
/// Fails if the database fails.
pub async fn list(app: &App) -> Result<Vec<Block>> {
    let rows = blocks::in_force(&app.db, app.clock.now_s()).await?;
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Reloads the blocks, at start and after a change in the feed.
///
/// # Errors
/// Fails if the database fails.
pub async fn reload(app: &App) -> Result<()> {
    let blocks = list(app).await?.into_iter().map(|block| (block.network, block)).collect();
    *app.limits.blocks.0.write() = blocks;
    Ok(())
}

/// Blocks a source; `false` if the operator has blocked it, because failures never shorten that.
pub(super) async fn block(
    tx: &mut Tx<'_>,
    from: &str,
    by: By,
    (now_s, until): (i64, i64),
) -> Result<bool> {
    let is_new = blocks::upsert(tx, from, by.as_str(), now_s, until).await?;
    if is_new {
        feed::record(tx, &Change::Blocks, now_s).await?;
    }
    Ok(is_new)
}

fn read(row: BlockRow) -> Option<Block> {
    let network = config::network(&row.source)?;
    let by = match row.created_by.as_str() {
        "operator" => By::Operator,
        _ => By::Failures,
    };
    Some(Block { network, by, created_at: row.created_at, expires_at: row.expires_at })
}
