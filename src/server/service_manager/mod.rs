//! The service manager (systemd): the sockets that it hands over, and what it is told.

mod notices;
mod sockets;

pub use notices::Notices;
pub use sockets::{SocketError, Sockets};

/// A variable of the service manager.
#[expect(clippy::disallowed_methods, reason = "the service manager tells this way")]
fn told(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// Whether a variable names this process: a child of the service has inherited it and is not meant.
fn names_this_process(name: &str) -> bool {
    told(name).and_then(|text| text.parse().ok()) == Some(std::process::id())
}
