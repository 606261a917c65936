//! How often something may be tried: one enum of limits, counted before anything is looked up.

pub mod attempt;
pub mod blocks;
mod bucket;
mod change;
mod count;
mod failure;
mod known_source;
mod limit;
mod memory;
mod prune;
mod reservation;
mod shared;
mod source;
mod store;
mod unlock;
mod valkey;

use aws_lc_rs::hmac;

pub use self::{
    blocks::Blocks,
    bucket::Rate,
    count::Counts,
    limit::Limit,
    prune::prune,
    reservation::{LimitReservation, take},
    source::{Source, shown},
    unlock::{Unlocks, unlock},
};
pub(super) use self::{
    change::count_change,
    known_source::renamed,
    unlock::{hear_unlock, settle_unlocks},
};
use super::ClientInfo;
use crate::server::{App, app::Core, error::Result};

/// How often something may be tried, and who may not try.
pub struct LimitState {
    /// Counts attempts.
    pub counts: Counts,
    /// Sources that may not try.
    pub blocks: Blocks,
    /// Accounts that the operator unlocked.
    pub unlocks: Unlocks,
    /// Authenticates the cookies of known devices.
    pub device_mac: hmac::Key,
}

impl LimitState {
    /// Nothing counted yet, and no block read.
    ///
    /// # Errors
    /// An address of a store that cannot be one; whether anybody is there is not asked.
    pub fn open(core: &Core) -> std::result::Result<Self, redis::RedisError> {
        Ok(Self {
            counts: Counts::new(&core.config.limits, &core.secret)?,
            blocks: Blocks::default(),
            unlocks: Unlocks::since(core.clock.now_ms()),
            device_mac: core.secret.mac_key("known device"),
        })
    }
}

/// Reads what the database knows at start: blocks, and counts of the long run.
///
/// # Errors
/// The database.
pub async fn read(app: &App) -> Result<()> {
    blocks::reload(app).await?;
    count::load(app).await
}

impl ClientInfo {
    /// Where they come from, as attempts are counted.
    pub fn source(&self) -> Source {
        Source::of(self.client_ip.as_deref())
    }
}
