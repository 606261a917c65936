//! The only room with rules. Verbs whose first argument is the [`App`](crate::server::App).

pub mod audit;
pub mod caller;
pub mod hashing;
pub mod health;
pub mod import;
pub mod keys;
pub mod limits;
pub mod login;
pub mod passwords;
pub mod people;
pub mod profile;
mod proof;
pub mod register;
pub mod revocation;
pub mod roles;
pub mod session;
pub mod setup;
pub mod threads;
pub mod tokens;
pub mod verified;
pub mod viewer;

use super::secure::known_device::KnownDevice;
use crate::model::SessionId;

/// The most bytes of an id; ours have 36.
const ID_MAX: usize = 64;

/// Whether a text can be an id that is stored: not too long, and without NUL, which PostgreSQL does not take.
fn is_storable(id: &str) -> bool {
    id.len() <= ID_MAX && !id.contains('\0')
}

/// Where a request comes from, as far as it can be told.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The client's address in canonical text.
    pub client_ip: Option<String>,
    /// What it calls itself, cut to a sane length.
    pub user_agent: Option<String>,
    /// Whom this browser has signed in before.
    pub device: Option<KnownDevice>,
    /// The session of the cookie that came, which a new sign-in in this browser supersedes.
    pub session: Option<SessionId>,
}
