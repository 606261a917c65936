//! The few parts that live in the browser. Each is rendered on the server first and works, as far as
//! HTML can, before WASM arrives.

mod credentials;
mod form;
mod keeper;
mod panel;
mod password;
mod profile;
mod proof;
mod sessions;
mod sign_out;
mod strength;

pub use credentials::{CredentialsForm, FormKind, FormStart};
pub use keeper::Keeper;
pub use panel::CallPanel;
pub use password::ChangePassword;
pub use profile::ProfileCard;
pub use sessions::{EndButton, Ending, Sessions};
pub use sign_out::SignOut;
