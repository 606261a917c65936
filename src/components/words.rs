use crate::{
    model::{Field, Form, PasswordPolicy, USERNAME_MAX, USERNAME_MIN},
    server::say,
};

/// The hint under an input.
pub fn hint(form: Form, field: Field, policy: PasswordPolicy) -> Option<String> {
    match (form, field) {
        (Form::Register, Field::Username) => Some(say::hint_username(USERNAME_MIN, USERNAME_MAX)),
        (Form::Setup, Field::Username) => {
            Some(say::hint_username_setup(USERNAME_MIN, USERNAME_MAX))
        }
        (Form::Register, Field::Email) => Some(say::hint_email()),
        (Form::Register | Form::Setup, Field::Password) | (_, Field::NewPassword) => {
            Some(say::hint_new_password(policy.min_chars))
        }
        (_, Field::DisplayName) => Some(say::hint_display_name()),
        _ => None,
    }
}
