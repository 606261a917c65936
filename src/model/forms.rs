use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    DISPLAY_NAME_MAX, Field, FieldError, Filled, Form, METADATA_MAX_BYTES, PasswordPolicy, Problem,
    rules::length, too_many_bytes,
};

/// What `POST register` takes. Absent and `null` are the same, so that every error is told at once.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterForm {
    /// Letters, digits and `. _ -`: [`USERNAME_MIN`] to [`USERNAME_MAX`] of them.
    pub username: Option<String>,
    /// Optional; identifies the account only once verified.
    pub email: Option<String>,
    /// See [`PasswordPolicy`].
    pub password: Option<String>,
    /// What else the person says of themselves, by field.
    #[serde(default, skip_serializing_if = "Filled::is_empty")]
    pub profile: Filled,
}

/// What the set-up page takes: the first admin. The link's token comes by cookie.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetupForm {
    /// The admin's username.
    pub username: Option<String>,
    /// The admin's password.
    pub password: Option<String>,
}

impl SetupForm {
    /// The account that the form asks for.
    pub fn account(self) -> RegisterForm {
        RegisterForm { username: self.username, password: self.password, ..RegisterForm::default() }
    }
}

/// Which way a refresh token is wanted, if at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// As the session cookie, and nowhere else.
    Cookie,
    /// In the body, and nowhere else.
    Token,
}

/// What `POST login` takes.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginForm {
    /// A username or a verified address; the Flask tutorials' names for it work too.
    #[serde(alias = "username", alias = "email")]
    pub identifier: Option<String>,
    /// The password.
    pub password: Option<String>,
    /// Whether a refresh token is wanted, and how it comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionKind>,
}

/// What proves again who is calling.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordForm {
    /// The password.
    pub password: Option<String>,
}

/// What `PUT me/password` takes.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password as it is.
    pub current_password: Option<String>,
    /// The password as it is to be; see [`PasswordPolicy`].
    pub new_password: Option<String>,
}

/// What is asked of a password while it is typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StrengthForm {
    /// The password as it is so far.
    pub password: String,
    /// The name it will go with, as it is so far.
    #[serde(default)]
    pub name: String,
    /// The address, likewise.
    #[serde(default)]
    pub email: String,
}

/// What `PATCH me` takes: absent means unchanged, `null` means cleared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileForm {
    /// The name shown to people.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub display_name: Option<Option<String>>,
    /// A JSON object of the person's own; the `cart` and `wishlists` of a Flask tutorial live here. Its owner can write
    /// anything, so no right may depend on it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Option<Map<String, Value>>>,
    /// What else the person says of themselves, by field: an absent field means unchanged, an empty text cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Filled>,
}

impl ProfileForm {
    /// Lengths and sizes.
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

/// What `PATCH users/{id}` takes: absent means unchanged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// What the app keeps about the person; `null` clears it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub app_metadata: Option<Option<Map<String, Value>>>,
    /// Whether nothing of the account opens any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// All roles by name; `user` need not be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
}

/// The size of a JSON object that is kept with an account.
pub fn check_json(object: &Map<String, Value>) -> Result<(), Problem> {
    let size = serde_json::to_string(object).map_or(usize::MAX, |json| json.len());
    if size > METADATA_MAX_BYTES {
        return Err(too_many_bytes(METADATA_MAX_BYTES));
    }
    Ok(())
}

/// Tells `null` from absent.
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

/// The length of a display name; none at all takes it away.
pub fn check_display_name(text: &str) -> Result<(), Problem> {
    length(text, 0, DISPLAY_NAME_MAX)
}

/// Declares which member of a body is which field of its form; the form's description checks them.
macro_rules! fields {
    ($($name:ident of $form:ident { $($field:ident: $member:ident),* })*) => {
        $(
            impl $name {
                /// Presence and lengths of all fields.
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
    PasswordChange of Password { CurrentPassword: current_password, NewPassword: new_password }
}

/// Shows that there is a form, and nothing of what is in it: passwords must never reach a log.
macro_rules! redacted {
    ($($form:ident)*) => {
        $(impl std::fmt::Debug for $form {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($form), "(…)"))
            }
        })*
    };
}

redacted! { LoginForm PasswordChange PasswordForm RegisterForm SetupForm StrengthForm }
