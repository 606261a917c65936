//! Plain data that both builds share: what crosses the wire, and whether it is well formed.
//!
//! Nothing here knows a database, a clock or a browser. Checks are about presence and length only;
//! what a name *means* (canonical form, scripts, reserved words) is decided on the server.

mod brand;
mod error;
mod field;
mod filled;
mod form;
mod forms;
mod ids;
mod input;
mod policy;
mod reflection;
mod rules;
mod views;
mod wait;

pub use brand::{Brand, Logo, ThemeColour, media};
pub use error::{ApiError, ErrorCode};
pub use field::{Field, FieldError, Problem};
pub use filled::Filled;
pub use form::{Form, Sender};
pub use forms::{
    LoginForm, PasswordChange, PasswordForm, ProfileForm, RegisterForm, SessionKind, SetupForm,
    StrengthForm, UserChange, check_display_name, check_json,
};
pub use ids::{BadId, SessionId, UserId};
pub use input::{Input, Kind, Rule};
pub use policy::{
    DISPLAY_NAME_MAX, EMAIL_MAX, METADATA_MAX_BYTES, PASSWORD_MAX_BYTES, PASSWORD_MAX_CHARS,
    PasswordPolicy, USERNAME_MAX, USERNAME_MIN, check_bytes, too_long, too_many_bytes,
};
pub use reflection::Reflection;
pub use views::{
    Acted, Arrival, DeviceSort, HistoryEntry, HistoryPage, Identity, RenewedSession, SessionPage,
    SessionView, SignedIn, Strength, UserPage, UserView, Whoami,
};
pub use wait::Wait;
