//! Props in, view out: no actions, no server, no browser.

mod code;
mod dialog;
mod field;
mod logo;
mod summary;

pub use code::Code;
pub use dialog::Dialog;
pub use field::{PasswordField, TextField};
pub use logo::Logo;
pub use summary::Summary;
