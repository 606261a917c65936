//! The rules of the service: functions whose first argument is the [`App`](crate::server::App).

pub mod accounts;
pub mod acts;
pub mod address;
pub mod agent;
pub mod audit;
pub mod backup;
pub mod by_name;
mod chosen_language;
pub mod clients;
pub mod confirming;
pub mod entry;
pub mod factors;
pub mod feed;
pub mod flows;
pub mod follow;
pub mod hashing;
pub mod health;
pub mod import;
pub mod invitations;
pub mod job_status;
pub mod keys;
pub mod leaving;
pub mod limits;
pub mod load;
pub mod login;
pub mod mail;
pub mod mailed;
pub mod measures;
mod named;
pub mod notices;
pub mod oauth;
mod outcome;
pub mod own_data;
mod paging;
pub mod passkeys;
pub mod passwords;
pub mod principal;
pub mod profile;
pub mod proof;
pub mod prune;
pub mod recovery;
pub mod reflection;
pub mod register;
pub mod revocation;
pub mod roles;
pub mod secret;
pub mod securing;
mod seen;
pub mod session;
pub mod session_user;
pub mod setup;
pub mod threads;
mod token_claims;
mod token_life;
pub mod tokens;
pub mod trusted;
pub mod verified;

pub use super::db::{of_job, of_request};
use super::secure::{known_device::KnownDevice, one_time::BrowserToken, trust_token::TrustToken};
use crate::model::SessionId;

/// The client of a request, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct ClientInfo {
    /// IP address in canonical text.
    pub client_ip: Option<String>,
    /// User agent, cut to a maximum length.
    pub user_agent: Option<String>,
    /// The known device of this browser, if its cookie is valid.
    pub device: Option<KnownDevice>,
    /// What this browser shows where it is trusted.
    pub trusted: Option<TrustToken>,
    /// The session of the cookie, which a new sign-in in this browser supersedes.
    pub session: Option<SessionId>,
    /// The secret to which flows of this browser are bound.
    pub browser: Option<BrowserToken>,
}
