//! Authentication. A session is opened, and its `auth_time` set, only with an `Authenticated`, which only this module
//! creates.

mod half;
mod method;
mod password;
mod throttled;

pub(super) use half::begin;
pub use half::{HalfSignedIn, resume};
pub use method::{Method, Methods};
pub(super) use password::{PasswordAttempt, by_password};

use crate::{
    model::UserId,
    server::{
        App,
        db::{
            DbResult, Tx,
            users::{self, UserRow},
        },
        service::register::created::Created,
    },
};

/// A completed authentication, with the state of the account that must be unchanged when it is used.
#[derive(Clone, Debug)]
pub(super) struct Authenticated {
    user: UserId,
    methods: Methods,
    /// Time of the authentication, in Unix seconds.
    at: i64,
    /// Epoch of the account when it was read.
    epoch: i64,
    /// The hash that matched the password.
    hash_seen: Option<String>,
    /// A stronger hash of the same password, to be stored with the use of the proof.
    stronger: Option<String>,
    /// Whether the password is below the policy.
    is_weak: bool,
}

impl Authenticated {
    /// The proof of an account that was just created, by the request that created it.
    pub(super) fn by_registration(app: &App, created: &Created) -> Self {
        Self {
            user: created.user().id.clone(),
            methods: Methods::of(Method::Password),
            at: app.clock.now_s(),
            epoch: created.user().epoch,
            hash_seen: Some(created.hash().to_owned()),
            stronger: None,
            is_weak: false,
        }
    }

    /// Id of the account.
    pub(super) fn user(&self) -> &UserId {
        &self.user
    }

    /// Authentication methods.
    pub(super) fn methods(&self) -> &Methods {
        &self.methods
    }

    /// Time of the authentication, in Unix seconds.
    pub(super) fn at(&self) -> i64 {
        self.at
    }

    /// Whether the verified password is below the policy.
    pub(super) fn is_weak(&self) -> bool {
        self.is_weak
    }

    /// Locks the account's row as the first statement of a unit of work, so that a change of the
    /// account comes before or after all of the unit.
    ///
    /// Returns the account as it is now; none if the proof is no longer valid, because the account
    /// is disabled or has another password.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub(super) async fn lock_account(&self, tx: &mut Tx<'_>) -> DbResult<Option<UserRow>> {
        let (id, seen) = (self.user.as_str(), self.hash_seen.as_deref());
        if !users::lock_unchanged(tx, id, seen, self.stronger.as_deref()).await? {
            return Ok(None);
        }
        users::by_id_in(tx, id).await
    }
}
