//! Props in, view out: no actions, no server, no browser.

mod code;
mod dialog;
mod effect;
mod field;
mod form;
mod logo;
mod summary;

pub use code::Code;
pub use dialog::Dialog;
pub use effect::effect;
pub use field::{PasswordField, TextField};
pub use form::{Countdown, FieldState, FormState, Submit, Username};
pub use logo::Logo;
pub use summary::Summary;
