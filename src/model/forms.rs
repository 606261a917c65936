use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    DISPLAY_NAME_MAX, Field, FieldError, Filled, Form, METADATA_MAX_BYTES, PASSKEY_NAME_MAX,
    PasswordPolicy, Problem, rules::length, too_many_bytes,
};

/// The body of `POST register`. Absent and `null` are the same, so that all errors are reported at
/// once.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegisterForm {
    /// Letters, digits and `. _ -`: three to sixty-four of them.
    #[cfg_attr(feature = "ssr", schema(required, value_type = String, min_length = 3, max_length = 64))]
    pub username: Option<String>,
    /// Optional, unless the operator demands a confirmed address; identifies the account only once verified.
    #[cfg_attr(feature = "ssr", schema(max_length = 254))]
    pub email: Option<String>,
    /// As long as the instance asks for, which is fifteen characters unless its operator chose another length; none that
    /// attackers try first.
    #[cfg_attr(feature = "ssr", schema(required, value_type = String, min_length = 8, max_length = 256))]
    pub password: Option<String>,
    /// Further profile fields.
    #[serde(default, skip_serializing_if = "Filled::is_empty")]
    pub profile: Filled,
}

/// The input of the set-up page for the first administrator. The link's token is in a cookie.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetupForm {
    /// Username of the administrator.
    pub username: Option<String>,
    /// Password of the administrator.
    pub password: Option<String>,
}

impl SetupForm {
    /// The registration that the form requests.
    pub fn account(self) -> RegisterForm {
        RegisterForm { username: self.username, password: self.password, ..RegisterForm::default() }
    }
}

/// The transport of a requested refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// The session cookie.
    Cookie,
    /// The body.
    Token,
}

/// The body of `POST login`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LoginForm {
    /// A username or a verified address. The names `username` and `email` work too.
    #[serde(alias = "username", alias = "email")]
    #[cfg_attr(feature = "ssr", schema(required, value_type = String, min_length = 1, max_length = 254))]
    pub identifier: Option<String>,
    /// The password.
    #[cfg_attr(feature = "ssr", schema(required, value_type = String, min_length = 1, max_length = 256))]
    pub password: Option<String>,
    /// Transport of a refresh token; none without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionKind>,
}

/// The body of a reauthentication: a code too, where the account has a second factor.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordForm {
    /// The password.
    #[cfg_attr(feature = "ssr", schema(required, value_type = String, min_length = 1, max_length = 256))]
    pub password: Option<String>,
    /// A code of the authenticator app, or a recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// The body of `PUT me/password`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password as it is.
    #[cfg_attr(feature = "ssr", schema(required, value_type = String, min_length = 1, max_length = 256))]
    pub current_password: Option<String>,
    /// The password as it is to be, of the length that the instance asks for.
    #[cfg_attr(feature = "ssr", schema(required, value_type = String, min_length = 8, max_length = 256))]
    pub new_password: Option<String>,
    /// A code of the authenticator app, or a recovery code, where the account has a second factor and none was given in the
    /// last ten minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// The body of `POST recovery/password`, without the secret of the flow.
#[derive(Clone, Default)]
pub struct ResetForm {
    /// The password as it is to be.
    pub new_password: Option<String>,
}

/// The input of a strength estimate.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StrengthForm {
    /// The password typed so far.
    pub password: String,
    /// The username typed so far.
    #[serde(default)]
    pub name: String,
    /// The address typed so far.
    #[serde(default)]
    pub email: String,
}

/// The body of `PATCH me`: absent means unchanged, `null` means cleared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProfileForm {
    /// Display name.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, max_length = 128))]
    pub display_name: Option<Option<String>>,
    /// A JSON object of the user's own; the article's `cart` and `wishlists` live here. Its owner
    /// can write anything, so no permission may depend on it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<std::collections::BTreeMap<String, Value>>))]
    pub metadata: Option<Option<Map<String, Value>>>,
    /// Profile fields: an absent field means unchanged, an empty text cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Filled>,
}

impl ProfileForm {
    /// Checks lengths and sizes.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Checks::default();
        if let Some(Some(name)) = &self.display_name {
            errors.note(Field::DisplayName, check_display_name(name));
        }
        if let Some(Some(metadata)) = &self.metadata {
            errors.note(Field::Metadata, check_json(metadata));
        }
        if let Some(profile) = &self.profile {
            errors.0.extend(Form::Profile.check_extras(profile));
        }
        errors.0
    }
}

/// The body of `PATCH users/{id}`: absent means unchanged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// The app's data about the account; `null` clears it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<std::collections::BTreeMap<String, Value>>))]
    pub app_metadata: Option<Option<Map<String, Value>>>,
    /// Whether the account is disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// All roles by name; `user` may be omitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
}

/// Checks the size of a JSON object of an account.
///
/// # Errors
/// Returns `too_many_bytes`.
pub fn check_json(object: &Map<String, Value>) -> Result<(), Problem> {
    let size = serde_json::to_string(object).map_or(usize::MAX, |json| json.len());
    if size > METADATA_MAX_BYTES {
        return Err(too_many_bytes(METADATA_MAX_BYTES));
    }
    Ok(())
}

/// Distinguishes `null` from absent.
fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Field errors in the order of the form.
#[derive(Default)]
struct Checks(Vec<FieldError>);

impl Checks {
    fn note(&mut self, field: Field, outcome: Result<(), Problem>) {
        if let Err(problem) = outcome {
            self.0.push(FieldError::new(field, problem));
        }
    }
}

/// Checks the length of a display name; an empty one removes it.
///
/// # Errors
/// Returns the rule that the text breaks.
pub fn check_display_name(text: &str) -> Result<(), Problem> {
    length(text, 0, DISPLAY_NAME_MAX)
}

/// Checks the length of the name of a passkey; an empty one leaves it to the service.
///
/// # Errors
/// Returns the rule that the text breaks.
pub fn check_passkey_name(text: &str) -> Result<(), Problem> {
    length(text, 0, PASSKEY_NAME_MAX)
}

/// Maps the members of a body to the fields of its form, whose description checks them.
macro_rules! fields {
    ($($name:ident of $form:ident { $($field:ident: $member:ident),* })*) => {
        $(
            impl $name {
                /// Checks presence and lengths of all fields.
                pub fn check(&self, policy: PasswordPolicy) -> Vec<FieldError> {
                    let text = |field| match field {
                        $(Field::$field => self.$member.as_deref().unwrap_or_default(),)*
                        _ => "",
                    };
                    Form::$form.check(text, policy)
                }
            }

            impl From<Filled> for $name {
                fn from(mut filled: Filled) -> Self {
                    let mut form = Self::default();
                    $(form.$member = Some(filled.take(Field::$field));)*
                    form
                }
            }
        )*
    };
}

fields! {
    RegisterForm of Register { Username: username, Email: email, Password: password }
    SetupForm of Setup { Username: username, Password: password }
    LoginForm of Login { Identifier: identifier, Password: password }
    PasswordForm of Proof { Password: password }
    ResetForm of Reset { NewPassword: new_password }
    PasswordChange of Password { CurrentPassword: current_password, NewPassword: new_password }
}

/// Hides the content: passwords must never reach a log.
macro_rules! redacted {
    ($($form:ident)*) => {
        $(impl std::fmt::Debug for $form {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($form), "(…)"))
            }
        })*
    };
}

redacted! { LoginForm PasswordChange PasswordForm RegisterForm ResetForm SetupForm StrengthForm }
