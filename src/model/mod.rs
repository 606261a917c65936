//! Plain data that both builds share: JSON values with checks of their form.
//!
//! Nothing here depends on a database, a clock or a browser. Checks are about presence and length
//! only; the *meaning* of a name (canonical form, scripts, reserved words) is checked on the
//! server.

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
    LoginForm, PasswordChange, PasswordForm, ProfileForm, RegisterForm, ResetForm, SessionKind,
    SetupForm, StrengthForm, UserChange, check_display_name, check_json, check_passkey_name,
};
pub use ids::{BadId, PasskeyId, SessionId, TrustedDeviceId, UserId};
pub use input::{Input, Kind, Rule, TICKED};
pub use policy::{
    DISPLAY_NAME_MAX, EMAIL_MAX, EXTERNAL_ID_MAX, METADATA_MAX_BYTES, PASSKEY_NAME_MAX,
    PASSWORD_MAX_BYTES, PASSWORD_MAX_CHARS, PasswordPolicy, USERNAME_MAX, USERNAME_MIN,
    check_bytes, too_long, too_many_bytes,
};
pub use reflection::Reflection;
pub use views::{
    Acted, DeviceSort, HistoryEntry, HistoryPage, Identity, RenewedSession, SessionPage,
    SessionView, SignInResponse, SignedIn, Strength, UserPage, UserView, Whoami,
};
pub use wait::Wait;
