use leptos::prelude::*;

use crate::{
    model::{Field, Form, Input, PasswordPolicy, USERNAME_MAX, USERNAME_MIN},
    server::say,
};

/// The hint under an input.
pub fn hint(form: Form, input: Input, policy: PasswordPolicy, has_mail: bool) -> Option<String> {
    match (form, input.field) {
        (Form::Register | Form::Invite | Form::Username, Field::Username) => {
            Some(say::hint_username(USERNAME_MIN, USERNAME_MAX))
        }
        (Form::Setup, Field::Username) => {
            Some(say::hint_username_setup(USERNAME_MIN, USERNAME_MAX))
        }
        (Form::Register, Field::Email) if !input.is_optional => Some(say::hint_email_needed()),
        (Form::Register, Field::Email) if has_mail => Some(say::hint_email_mail()),
        (Form::Register, Field::Email) => Some(say::hint_email()),
        (Form::Register | Form::Invite | Form::Setup, Field::Password)
        | (_, Field::NewPassword) => Some(say::hint_new_password(policy.min_chars)),
        (Form::Forgot | Form::MailCodeAsk, Field::Identifier) => Some(say::hint_forgot()),
        (Form::Factor | Form::TotpConfirm | Form::Enrol, Field::AppCode) => {
            Some(say::hint_app_code())
        }
        (Form::FactorProof, Field::AppCode) => Some(say::hint_any_code()),
        (Form::ForgotCode | Form::MailCode, Field::Code) => Some(say::hint_mailed_code()),
        (Form::PasskeyConfirm, Field::PasskeyName) => Some(say::hint_passkey_name()),
        (_, Field::DisplayName) => Some(say::hint_display_name()),
        _ => None,
    }
}

/// The hint under the box that trusts the browser.
pub fn hint_trust(field: Field, days: i64) -> Option<String> {
    (field == Field::TrustDevice).then(|| say::hint_trust(days))
}

/// Words with a name in the place of `{}`: it is isolated, and no translator touches it.
pub fn with_name(words: &str, name: &str) -> impl IntoView + use<> {
    // The name's own isolation takes the place of that of the message.
    let words = words.replace("\u{2068}{}\u{2069}", "{}");
    let (before, after) = words.split_once("{}").unwrap_or((&words, ""));
    let (before, name, after) = (before.to_owned(), name.to_owned(), after.to_owned());
    // An empty text is drawn as a space.
    let some = |text: String| (!text.is_empty()).then_some(text);
    view! {
        {some(before)}
        <bdi translate="no">{name}</bdi>
        {some(after)}
    }
}
