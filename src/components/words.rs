//! The words of the forms.

use crate::{
    model::{Field, Form, PasswordPolicy, USERNAME_MAX, USERNAME_MIN},
    server::say,
};

/// The visible label of a field.
pub fn label(field: Field) -> String {
    match field {
        Field::Identifier | Field::Username => say::field_username(),
        Field::Email => say::field_email(),
        Field::CurrentPassword => say::field_current_password(),
        Field::NewPassword => say::field_new_password(),
        Field::DisplayName => say::field_display_name(),
        Field::Password
        | Field::Metadata
        | Field::AppMetadata
        | Field::Roles
        | Field::Session
        | Field::Body => say::field_password(),
    }
}

/// What is good to know, under an input.
pub fn hint(form: Form, field: Field, policy: PasswordPolicy) -> Option<String> {
    match (form, field) {
        (Form::Register, Field::Username) => Some(say::hint_username(USERNAME_MAX, USERNAME_MIN)),
        (Form::Setup, Field::Username) => {
            Some(say::hint_username_setup(USERNAME_MAX, USERNAME_MIN))
        }
        (Form::Register, Field::Email) => Some(say::hint_email()),
        (Form::Register | Form::Setup, Field::Password) | (_, Field::NewPassword) => {
            Some(say::hint_new_password(policy.min_chars))
        }
        (_, Field::DisplayName) => Some(say::hint_display_name()),
        _ => None,
    }
}

/// What the button of a form says, and what it says while the form is on its way.
pub fn button(form: Form) -> (String, String) {
    match form {
        Form::Login => (say::login(), say::login_busy()),
        Form::Register => (say::register(), say::register_busy()),
        Form::Setup => (say::setup(), say::setup_busy()),
        Form::Password => (say::password(), say::password_busy()),
        Form::Proof => (say::proof(), say::proof_busy()),
        Form::Profile => (say::profile_save(), say::profile_busy()),
        Form::EndSession => (say::end_session(), say::end_session_busy()),
        Form::EndOthers => (say::end_others(), say::end_session_busy()),
        Form::EndAll => (say::end_all(), say::end_session_busy()),
        Form::Logout => (say::logout(), say::logout_busy()),
    }
}

/// What did not happen where a form was refused.
pub fn failed(form: Form) -> String {
    match form {
        Form::Login => say::login_failed(),
        Form::Register => say::register_failed(),
        Form::Setup => say::setup_failed(),
        Form::Password => say::password_failed(),
        Form::Proof => say::proof_failed(),
        Form::Profile => say::profile_failed(),
        Form::EndSession | Form::EndOthers | Form::EndAll | Form::Logout => {
            say::end_session_failed()
        }
    }
}
