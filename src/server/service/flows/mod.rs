//! Flows: one-time secrets with a purpose and an expiry, such as the set-up link.
//!
//! [`issue()`] makes a flow and its secret, [`peek`] finds the open flow of a secret without a
//! change, and [`spend()`] ends it in the unit of work that it authorises. Only [`peek`] creates a
//! [`Flow`], so no flow is spent without its secret, for another purpose or in another browser; or [`peek_link`], by the
//! secret of a mailed link, and [`of_address`] and [`of_session`], for flows of somebody who is signed in.

mod code;
mod issue;
mod purpose;
mod spend;

pub use code::Code;
pub use issue::{Draft, Mailed, NewFlow, issue, issue_coded, issue_linked, issue_mailed};
pub use purpose::{Asker, Holder, Purpose};
pub use spend::{
    Flow, confirmed_by, count_code, of_address, of_session, peek, peek_link, prolong, prove,
    purpose_of, resume, spend, spent_about, supersede, sweep,
};

pub use crate::server::{
    db::flows::Of,
    secure::one_time::{BrowserToken, FlowToken},
};
