//! Leaving: an account is closed at once when its erasure is asked for, and erased after 14 days (S105).
//!
//! [`ask()`] ends everything that opens the account. A right sign-in opens no session then: it begins a flow of
//! [`Purpose::Keep`](super::flows::Purpose), with which [`keep()`] keeps the account. [`tend`] reminds and erases.

mod ask;
mod close;
mod erase;
mod keep;

pub use ask::{Leaving, ask};
pub(super) use close::{Closed, close};
pub use erase::tend;
pub use keep::{Offer, keep, offered};
pub(super) use keep::{offer, stop};

use super::mail::MailFacts;

/// Time between the request and the erasure, in seconds.
pub const KEPT_FOR: i64 = 14 * 86_400;

/// Facts of mails about an erasure after a time.
pub(super) fn facts(erase_after: i64) -> MailFacts {
    MailFacts { until: Some(erase_after), ..MailFacts::default() }
}
