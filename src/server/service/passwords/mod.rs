//! Password policy, password changes, and advice while one is typed.

mod breach_api;
mod change;
mod judge;
mod strength;

pub use breach_api::BreachApi;
pub use change::change;
pub use strength::strength;

pub(super) use judge::{Person, ask, judge, offline};

use self::strength::Estimates;
use crate::server::{
    App,
    app::{Core, StartError},
    db::passwords,
    error,
    secure::password::PasswordHashing,
    service::{hashing::HashingPool, session_user::SessionUser},
};

/// Whether the session user has a password.
///
/// # Errors
/// Fails if the database fails.
pub async fn has_one(app: &App, session_user: &SessionUser) -> error::Result<bool> {
    Ok(passwords::has_password(&app.db, session_user.user().as_str()).await?)
}

/// Passwords: hashing, and lists of breached passwords.
pub struct Passwords {
    /// Password hashing.
    pub hashing: HashingPool,
    /// The range API for breached passwords, if one is set.
    pub breach_api: Option<BreachApi>,
    /// Password strength estimates.
    estimates: Estimates,
}

impl Passwords {
    /// Hashing as the settings say; no thread is started yet.
    ///
    /// # Errors
    /// Fails if the engine of the settings computes a wrong hash, or the HTTP client cannot be built.
    pub fn open(core: &Core) -> Result<Self, StartError> {
        let config = &core.config;
        PasswordHashing::check(config.password_engine)?;
        Ok(Self {
            hashing: HashingPool::new(
                config.hashing_threads,
                config.password_cost,
                config.password_engine,
            ),
            breach_api: config.password_range_url.as_ref().map(BreachApi::new).transpose()?,
            estimates: Estimates::default(),
        })
    }
}
