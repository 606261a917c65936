//! Server functions: the signature in the browser, the body on the server.
//!
//! Each has a row in the table of routes; a missing one stops the start. None redirects: islands
//! store the token first, then navigate.

mod account;
mod entry;

pub use account::{act, whoami};
pub use entry::{enter, strength};

pub use account::{Act, Whoami};
pub use entry::{Enter, Strength};
