//! Props in, HTML out: drawn on the server, and never again.

mod ask;
mod code;
mod field;
mod foot;
mod form;
mod logo;
mod summary;
pub mod words;

pub use ask::{Ask, Over, Proof};
pub use code::Code;
pub use foot::Foot;
pub use form::{Drawn, FormView, Look};
pub use logo::Logo;
