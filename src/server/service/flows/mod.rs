//! Flows: one-time secrets with a purpose and an expiry, such as the set-up link.
//!
//! [`issue()`] makes a flow and its secret, [`peek`] finds the open flow of a secret without a
//! change, and [`spend()`] ends it in the unit of work that it authorises. Only [`peek`] creates a
//! [`Flow`], so no flow is spent without its secret, for another purpose or in another browser.

mod issue;
mod purpose;
mod spend;

pub use issue::{Draft, NewFlow, issue};
pub use purpose::{Holder, Purpose};
pub use spend::{Flow, peek, spend, supersede, sweep};

pub use crate::server::{
    db::flows::Of,
    secure::one_time::{BrowserToken, FlowToken},
};
