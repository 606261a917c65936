//! Limits of attempts: one enum, counted before any lookup.

pub mod attempt;
pub mod blocks;
mod bucket;
mod change;
mod count;
mod failure;
mod known_source;
mod limit;
mod mailed;
mod memory;
mod prune;
mod reservation;
mod second;
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
    mailed::{RESEND_AFTER, resend_after, take_mail},
    prune::prune,
    reservation::{LimitReservation, take},
    source::{Source, shown},
    unlock::{Unlocks, unlock},
};
pub(super) use self::{
    change::{count_change, count_source},
    known_source::renamed,
    unlock::{Unlocking, apply_unlock, settle_unlocks},
};
use super::ClientInfo;
use crate::server::{App, app::Core, error::Result};

/// The limits of attempts, and the blocks.
pub struct LimitState {
    /// The counts of attempts.
    pub counts: Counts,
    /// The blocked sources.
    pub blocks: Blocks,
    /// The accounts that the operator unlocked.
    pub unlocks: Unlocks,
    /// Key of the cookies of known devices.
    pub device_mac: hmac::Key,
}

impl LimitState {
    /// An empty state, without counts and blocks.
    ///
    /// # Errors
    /// Fails if the URL of the store is invalid; the store is not contacted.
    pub fn open(core: &Core) -> std::result::Result<Self, redis::RedisError> {
        Ok(Self {
            counts: Counts::new(&core.config.limits, &core.secret)?,
            blocks: Blocks::default(),
            unlocks: Unlocks::since(core.clock.now_ms()),
            device_mac: core.secret.mac_key("known device"),
        })
    }
}

/// Reads blocks and long-run counts at start.
///
/// # Errors
/// Fails if the database fails.
pub async fn read(app: &App) -> Result<()> {
    blocks::reload(app).await?;
    count::load(app).await
}

impl ClientInfo {
    /// The source by which attempts are counted.
    pub fn source(&self) -> Source {
        Source::of(self.client_ip.as_deref())
    }
}
