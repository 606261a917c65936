use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    DISPLAY_NAME_MAX, EMAIL_MAX, Field, FieldError, METADATA_MAX_BYTES, PasswordPolicy, Problem,
    USERNAME_MAX, USERNAME_MIN, check_bytes, too_long, too_many_bytes,
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
}

impl RegisterForm {
    /// Presence and lengths of all fields.
    pub fn check(&self, policy: PasswordPolicy) -> Vec<FieldError> {
        let mut errors = Checks::default();
        errors.note(Field::Username, length(self.username.as_deref(), USERNAME_MIN, USERNAME_MAX));
        if self.email.as_deref().is_some_and(|email| !email.trim().is_empty()) {
            errors.note(Field::Email, email_shape(self.email.as_deref().unwrap_or_default()));
        }
        errors.note(Field::Password, policy.check(self.password.as_deref().unwrap_or_default()));
        errors.0
    }
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
        RegisterForm { username: self.username, email: None, password: self.password }
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
    /// A username or a verified address; the article's names for it work too.
    #[serde(alias = "username", alias = "email")]
    pub identifier: Option<String>,
    /// The password.
    pub password: Option<String>,
    /// Whether a refresh token is wanted, and how it comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionKind>,
}

impl LoginForm {
    /// Presence, and the caps that keep absurd input away from the hash (S14).
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Checks::default();
        errors.note(Field::Identifier, length(self.identifier.as_deref(), 1, EMAIL_MAX));
        errors.note(Field::Password, entered(self.password.as_deref()));
        errors.0
    }
}

/// What proves again who is calling.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordForm {
    /// The password.
    pub password: Option<String>,
}

impl PasswordForm {
    /// Presence, and the cap that keeps absurd input away from the hash (S14).
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Checks::default();
        errors.note(Field::Password, entered(self.password.as_deref()));
        errors.0
    }
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

impl PasswordChange {
    /// Presence and lengths of both.
    pub fn check(&self, policy: PasswordPolicy) -> Vec<FieldError> {
        let mut errors = Checks::default();
        errors.note(Field::CurrentPassword, entered(self.current_password.as_deref()));
        let new = self.new_password.as_deref().unwrap_or_default();
        errors.note(Field::NewPassword, policy.check(new));
        errors.0
    }
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
    /// A JSON object of the person's own; the article's `cart` and `wishlists` live here. Its owner can write
    /// anything, so no right may depend on it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Option<Map<String, Value>>>,
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
    length(Some(text), 0, DISPLAY_NAME_MAX)
}

/// A password to be compared: presence and the cap alone.
fn entered(password: Option<&str>) -> Result<(), Problem> {
    PasswordPolicy { min_chars: 1 }.check(password.unwrap_or_default())
}

/// Length in code points, without outer white space; control characters are never text.
fn length(text: Option<&str>, min: usize, max: usize) -> Result<(), Problem> {
    let typed = text.unwrap_or_default();
    // With outer white space: what is normalised is the text as it was typed.
    check_bytes(typed, max)?;
    let text = typed.trim();
    match text.chars().count() {
        0 if min > 0 => Err(Problem::Required),
        n if n < min => Err(Problem::TooShort { min: min as u16 }),
        n if n > max => Err(too_long(max)),
        _ if text.chars().any(char::is_control) => Err(Problem::BadCharacters),
        _ => Ok(()),
    }
}

/// The shape of an address: something, one `@`, a domain with a dot or a bare host.
fn email_shape(text: &str) -> Result<(), Problem> {
    length(Some(text), 1, EMAIL_MAX)?;
    match text.trim().rsplit_once('@') {
        Some((local, domain))
            if !local.is_empty()
                && !domain.is_empty()
                && !text.trim().contains(char::is_whitespace)
                && !local.contains('@') =>
        {
            Ok(())
        }
        _ => Err(Problem::Invalid),
    }
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
