//! Mails of the service: written with the change that they are about, sent by a job, seen by the operator.
//!
//! A mail is a row of the outbox, inserted in the unit of work of its change ([`NewMail`]), so a change and its mail are
//! there together or not at all. [`send()`] claims and sends what is due; docs/mail.md says what its replies mean.

mod ended;
mod kind;
mod post;
mod retry;
mod send;
mod state;
mod sweep;
mod trial;
mod words;

pub use kind::MailKind;
pub use post::NewMail;
pub use retry::{OutboxLine, OutboxState, each, retry, state_of_outbox};
pub use send::send;
pub use state::{MailStartError, MailState, Pause, mailer, words};
pub use sweep::sweep;
pub use trial::{NotSent, advice, preview, trial};
pub use words::MailFacts;

pub(super) use post::Post;
pub(super) use sweep::reseal;
pub(super) use words::language as language_of;
