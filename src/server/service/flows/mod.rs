//! Flows: one-time secrets with a purpose and an expiry, such as the set-up link.
//!
//! [`issue`] makes a flow and its secret, [`peek`] finds the open one of a secret and changes nothing, [`spend`]
//! ends it inside the unit of work of what it was for. Only [`peek`] makes a [`Flow`], so nothing is spent without
//! its secret, for another purpose or in another browser.

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
