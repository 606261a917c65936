//! How often something may be tried: one enum of limits, counted before anything is looked up.

pub mod attempt;
pub mod blocks;
mod bucket;
mod count;
mod memory;
mod shared;
mod source;
mod valkey;

use aws_lc_rs::hmac;

pub use self::{
    blocks::Blocks,
    bucket::Rate,
    count::{Counts, Taken, prune, take},
    source::{Source, shown},
};
use self::{count::Key, shared::shown_key};
use super::Visitor;
use crate::{model::ErrorCode, server::app::Core};

/// How often something may be tried, and who may not try.
pub struct LimitState {
    /// Counts attempts.
    pub counts: Counts,
    /// Sources that may not try.
    pub blocks: Blocks,
    /// Authenticates the cookies of known devices.
    pub device_mac: hmac::Key,
}

impl LimitState {
    /// Nothing counted yet, and no block read.
    ///
    /// # Errors
    /// An address of a store that cannot be one; whether anybody is there is not asked.
    pub fn open(core: &Core) -> Result<Self, redis::RedisError> {
        Ok(Self {
            counts: Counts::new(&core.config.limits, &core.secret)?,
            blocks: Blocks::default(),
            device_mac: core.secret.mac_key("known device"),
        })
    }
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

/// What is limited, and whom it is about.
#[derive(Clone, Copy, Debug)]
pub enum Limit<'l> {
    /// Failed sign-ins from one source.
    SignInSource(Source),
    /// Failed sign-ins from one source to one account.
    SignInPair(Source, &'l str),
    /// Failed sign-ins to one account, from wherever.
    SignInAccount(&'l str),
    /// The same in the long run: a hundred, then one a day (NIST SP 800-63B-4 section 3.2.2).
    SignInAccountLong(&'l str),
    /// Failed sign-ins from a device on which this person has signed in before.
    SignInDevice(&'l str, &'l str),
    /// The same from all their devices, in the long run: who had the password once may have many.
    SignInDevicesLong(&'l str),
    /// Wrong passwords given in a session to prove again who is calling.
    Proof(&'l str),
    /// The same in the long run.
    ProofLong(&'l str),
    /// Registrations from one source.
    Registration(Source),
    /// Questions of one source how good a password is, while it is typed.
    Advice(Source),
    /// Refreshes from one source that were refused.
    RefreshSource(Source),
    /// Refreshes of one session.
    RefreshSession(&'l str),
}

impl Limit<'_> {
    /// How many at once, and how often after that.
    pub fn rate(self) -> Rate {
        let (burst, every_ms) = match self {
            Self::SignInSource(_) => (60, 3 * SECOND),
            Self::SignInPair(..) => (10, 30 * SECOND),
            Self::SignInAccount(_) => (20, 15 * MINUTE),
            Self::SignInAccountLong(_) | Self::SignInDevicesLong(_) | Self::ProofLong(_) => {
                (100, DAY)
            }
            Self::SignInDevice(..) | Self::Proof(_) => (10, MINUTE),
            Self::Registration(_) => (20, 2 * MINUTE),
            Self::RefreshSource(_) => (100, SECOND),
            Self::Advice(_) => (30, 5 * SECOND),
            Self::RefreshSession(_) => (300, SECOND),
        };
        Rate { burst, every_ms }
    }

    /// What somebody is told who is over it (429).
    pub fn code(self) -> ErrorCode {
        match self {
            Self::SignInAccount(_) | Self::SignInAccountLong(_) => ErrorCode::AccountThrottled,
            _ => ErrorCode::TooManyRequests,
        }
    }

    /// Whether it guards a secret, and so counts for all processes together; the others guard only the
    /// process itself.
    fn is_shared(self) -> bool {
        !matches!(self, Self::Advice(_) | Self::RefreshSource(_) | Self::RefreshSession(_))
    }

    fn text(self) -> String {
        match self {
            Self::SignInSource(source) => format!("sign-in source {source}"),
            Self::SignInPair(source, account) => format!("sign-in pair {source} {account}"),
            Self::SignInAccount(account) => format!("sign-in account {account}"),
            Self::SignInAccountLong(account) => format!("sign-in account-long {account}"),
            Self::SignInDevice(user, device) => format!("sign-in device {user} {device}"),
            Self::SignInDevicesLong(user) => format!("sign-in devices-long {user}"),
            Self::Proof(session) => format!("proof {session}"),
            Self::ProofLong(session) => format!("proof-long {session}"),
            Self::Registration(source) => format!("registration {source}"),
            Self::Advice(source) => format!("advice {source}"),
            Self::RefreshSource(source) => format!("refresh source {source}"),
            Self::RefreshSession(session) => format!("refresh session {session}"),
        }
    }
}

impl Visitor {
    /// Where they come from, as attempts are counted.
    pub fn source(&self) -> Source {
        Source::of(self.client_ip.as_deref())
    }
}
