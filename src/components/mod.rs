//! Props in, view out: no actions, no server, no browser.

mod code;
mod field;
mod logo;
mod summary;

pub use code::Code;
pub use field::{PasswordField, TextField};
pub use logo::Logo;
pub use summary::Summary;
