//! Components: props in, HTML out, drawn on the server only.

mod alert;
mod ask;
mod avatar;
mod code;
mod field;
mod foot;
mod form;
mod icon;
mod logo;
mod menu;
mod passkey;
mod qr;
mod setup;
mod summary;
mod words;

pub use alert::{Alert, Tone};
pub use ask::{Ask, Over, Proof};
pub use avatar::Avatar;
pub use code::Code;
pub use foot::Foot;
pub use form::{Cancel, Drawn, FormView, Look};
pub use icon::{Glyph, Icon};
pub use logo::Logo;
pub use menu::{LanguageSwitch, Menu, Person, ThemeSwitch};
pub use passkey::PasskeyForm;
pub use qr::Qr;
pub use setup::AppSetup;
pub use words::with_name;
