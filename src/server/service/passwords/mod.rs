//! Which passwords may be chosen, how one is changed, and what is said of one while it is typed.

mod change;
mod judge;
mod range;
mod strength;

pub use change::change;
pub use range::Range;
pub use strength::strength;

pub(super) use judge::{Person, ask, judge, offline};

use crate::server::{
    app::{Core, StartError},
    secure::password::PasswordHashing,
    service::hashing::HashingPool,
};

/// Passwords: hashing, and what is known of breaches.
pub struct Passwords {
    /// Password hashing.
    pub hashing: HashingPool,
    /// Knows more breached passwords than we do, where one is set.
    pub range: Option<Range>,
}

impl Passwords {
    /// Starts one hashing thread for each core.
    ///
    /// # Errors
    /// A thread that cannot be started, or an HTTP client that cannot be made.
    pub fn open(core: &Core) -> Result<Self, StartError> {
        let (threads, cost) = (std::thread::available_parallelism(), core.config.password_cost);
        let threads = threads.map_or(2, usize::from);
        Ok(Self {
            hashing: HashingPool::start(threads, || PasswordHashing::new(cost))?,
            range: core.config.password_range_url.as_ref().map(Range::new).transpose()?,
        })
    }
}
