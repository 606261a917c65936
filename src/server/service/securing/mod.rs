//! What the owner of a mailbox does against somebody who is in their account: undo the change of its address (S81), or close
//! it (S32). Both need only the link of a mail, and both end with a mail for a new password.

mod closing;
mod link;
mod since;

pub use link::{Ahead, close, closes, undo, undoes};
