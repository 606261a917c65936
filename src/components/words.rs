//! The words of the forms.

use crate::model::{Field, Form, PasswordPolicy, USERNAME_MAX, USERNAME_MIN};

/// The visible label of an input.
pub fn label(form: Form, field: Field) -> &'static str {
    match (form, field) {
        (_, Field::Identifier) => "Username or email",
        (_, Field::Username) => "Username",
        (_, Field::Email) => "Email",
        (_, Field::CurrentPassword) => "Current password",
        (_, Field::NewPassword) => "New password",
        (_, Field::DisplayName) => "Display name",
        _ => "Password",
    }
}

/// What is good to know, under an input.
pub fn hint(form: Form, field: Field, policy: PasswordPolicy) -> Option<String> {
    match (form, field) {
        (Form::Register | Form::Setup, Field::Username) => {
            Some(format!("{USERNAME_MIN} to {USERNAME_MAX} characters"))
        }
        (Form::Register | Form::Setup, Field::Password) | (_, Field::NewPassword) => {
            Some(policy.hint())
        }
        _ => None,
    }
}

/// What the button of a form says, and what it says while the form is on its way.
pub fn button(form: Form) -> (&'static str, &'static str) {
    match form {
        Form::Login => ("Sign in", "Signing in…"),
        Form::Register => ("Create account", "Creating account…"),
        Form::Setup => ("Create administrator", "Creating administrator…"),
        Form::Password => ("Change password", "Changing password…"),
        Form::Proof => ("Confirm", "Confirming…"),
        Form::Profile => ("Save", "Saving…"),
        Form::EndSession => ("End session", "Ending session…"),
        Form::EndOthers => ("End all other sessions", "Ending sessions…"),
        Form::EndAll => ("End all sessions", "Ending sessions…"),
        Form::Logout => ("Sign out", "Signing out…"),
    }
}
