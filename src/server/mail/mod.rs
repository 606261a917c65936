//! Mails: their parts in text and HTML, their headers, and the ways out: SMTP, files, the inbox of a developer.
//!
//! Nothing here reads the database; `service/mail` decides what is sent, and when.

mod compose;
mod error;
mod folder;
mod html;
mod inbox;
mod letter;
mod lines;
mod mailer;
mod palette;
mod rendered;
mod reply;
mod smtp;
mod text;

pub use compose::{Composer, Envelope, Mail};
pub use error::MailError;
pub use inbox::{Inbox, Kept};
pub use letter::{Block, Letter, Look};
pub use mailer::{Line, Mailer};
pub use rendered::Rendered;
pub use reply::{Failure, Reply, Step, Verdict, again_after, judge};
