//! Which passwords may be chosen, how one is changed, and what is said of one while it is typed.

mod change;
mod current;
mod judge;
mod range;
mod strength;

pub use change::change;
pub use range::Range;
pub use strength::strength;

pub(super) use current::{LOOKS, overtaken, prove};
pub(super) use judge::{Person, ask, judge, offline};
