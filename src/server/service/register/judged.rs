//! A registration form that has been checked by itself.

use super::Rules;
use crate::{
    model::{ApiError, Field, FieldError, Form, PasswordPolicy, Problem, RegisterForm},
    server::{
        App,
        error::Result,
        secure::{
            identifier::{Email, Username},
            secret::Secret,
        },
        service::{
            passwords::{self, Person},
            profile,
        },
    },
};

/// A valid registration form.
pub(super) struct Judged {
    pub(super) username: Username,
    pub(super) email: Option<Email>,
    pub(super) password: Secret,
    /// The rules accept the password although it is below the policy.
    pub(super) is_weak: bool,
    /// A JSON object of texts by field name.
    pub(super) profile: String,
}

/// Checks a form by itself, without the database; without an address if it needs none. A field that fails the check of its length
/// is not checked further.
///
/// # Errors
/// `invalid_input` with the errors of all fields.
pub(super) fn judge(
    app: &App,
    mut form: RegisterForm,
    rules: Rules,
    needs_address: bool,
) -> Result<Judged> {
    let policy = match rules {
        Rules::Ours | Rules::Passkey => app.config.password_policy(),
        Rules::Tutorial => PasswordPolicy::default(),
    };
    let mut errors = form.check(policy);
    let has_password = rules != Rules::Passkey;
    errors.retain(|error| has_password || error.field != Field::Password);
    errors.extend(Form::Profile.check_extras(&form.profile));
    if errors.is_empty() {
        errors.extend(profile::shown(&form.profile));
    }
    let failed: Vec<Field> = errors.iter().map(|error| error.field).collect();
    let passed = |field: &Field| !failed.contains(field);
    let password = Secret::new(form.password.take().unwrap_or_default());
    let username = form.username.as_deref().filter(|_| passed(&Field::Username));
    let username = username.map(Username::parse).transpose();
    let email = form.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
    let email = email.filter(|_| passed(&Field::Email)).map(Email::parse).transpose();
    let judged = if has_password && passed(&Field::Password) {
        passwords::offline(app, &password, Person::of(&form))
    } else {
        Ok(())
    };
    let is_weak = judged.is_err() && rules == Rules::Tutorial;
    let mut note = |field, problem: Option<&Problem>| {
        errors.extend(problem.map(|problem| FieldError::new(field, problem.clone())));
    };
    note(Field::Username, username.as_ref().err());
    let is_missing = needs_address && passed(&Field::Email) && matches!(email, Ok(None));
    note(Field::Email, email.as_ref().err().or(is_missing.then_some(&Problem::Required)));
    note(Field::Password, judged.as_ref().err().filter(|_| !is_weak));
    match (username, email) {
        (Ok(Some(username)), Ok(email)) if errors.is_empty() => {
            let profile = profile::merged("{}", &form.profile);
            Ok(Judged { username, email, password, is_weak, profile })
        }
        _ => Err(ApiError::fields(errors).into()),
    }
}
