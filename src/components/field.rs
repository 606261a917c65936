use leptos::{attr::custom::custom_attribute, either::Either, prelude::*};

use super::words;
use crate::model::{ApiError, Form, Input, Kind, PASSWORD_MAX_CHARS, PasswordPolicy};

/// An input with its label, its hint and the place for what is wrong with it.
#[component]
pub(super) fn FieldView(
    /// The form.
    form: Form,
    /// The input.
    input: Input,
    /// What a new password has to be.
    policy: PasswordPolicy,
    /// What was filled in before; never a password.
    value: String,
    /// What was wrong with the form.
    error: Option<ApiError>,
    /// Where people get help who forgot their password.
    support: Option<String>,
) -> impl IntoView {
    let Input { field, kind, autocomplete, is_optional, .. } = input;
    let id = format!("{}-{}", form.name(), field.name());
    let label = words::label(form, field);
    let hint = words::hint(form, field, policy);
    let is_secret = input.is_secret();
    let is_new = kind == Kind::NewPassword;
    let min = is_new.then_some(policy.min_chars);
    let rules = min.map(|min| format!("minlength: {min}; maxlength: {PASSWORD_MAX_CHARS};"));
    let wrong = error.as_ref().and_then(|error| error.problem_with(field));
    let message = wrong.map(|problem| problem.message(field));
    let described = [hint.as_ref().map(|_| "hint"), is_secret.then_some("caps"), Some("error")];
    let described: Vec<_> =
        described.into_iter().flatten().map(|part| format!("{id}-{part}")).collect();
    let is_name = matches!(kind, Kind::Name | Kind::Email) || is_secret;
    let control = view! {
        <input
            id=id.clone()
            name=field.name()
            type=match kind {
                Kind::Email => "email",
                Kind::Password | Kind::NewPassword => "password",
                _ => "text",
            }
            inputmode=(kind == Kind::Email).then_some("email")
            autocomplete=autocomplete
            autocapitalize=is_name.then_some("none")
            {..custom_attribute("autocorrect", is_name.then_some("off"))}
            spellcheck=is_name.then_some("false")
            enterkeyhint=if is_secret { "go" } else { "next" }
            required=!is_optional
            // No maxlength: it counts UTF-16 and cuts a paste without a word.
            minlength=min
            value=(!is_secret && !value.is_empty()).then_some(value)
            aria-describedby=described.join(" ")
            {..custom_attribute("passwordrules", rules)}
            aria-invalid=message.is_some().then_some("true")
        />
    };
    let control = match is_secret {
        false => control.into_any(),
        true => view! {
            <div class="secret">
                {control}
                <button
                    type="button"
                    class="reveal"
                    aria-controls=id.clone()
                    data-show=format!("Show {}", label.to_ascii_lowercase())
                    data-hide=format!("Hide {}", label.to_ascii_lowercase())
                    hidden
                >
                    "Show"
                </button>
            </div>
        }
        .into_any(),
    };
    view! {
        <div class="field">
            <label for=id.clone()>
                {label} {is_optional.then(|| view! { <small>" (optional)"</small> })}
            </label>
            {control}
            {hint
                .map(|hint| {
                    view! {
                        <p class="hint" id=format!("{id}-hint")>
                            {hint}
                        </p>
                    }
                })}
            {is_secret
                .then(|| {
                    view! { <p class="hint caps" id=format!("{id}-caps") role="status"></p> }
                })}
            <p class="error" id=format!("{id}-error")>
                {message}
            </p>
            {(form == Form::Login && is_secret).then(|| view! { <Forgotten support /> })}
        </div>
        {is_new
            .then(|| {
                view! {
                    <div class="strength">
                        <meter
                            min="0"
                            max="4"
                            low="2"
                            high="3"
                            optimum="4"
                            aria-label="Password strength"
                            value="0"
                            hidden
                        ></meter>
                        <p class="hint" role="status"></p>
                    </div>
                }
            })}
    }
}

/// The way on for who forgot their password: nobody else than the operator can set a new one.
#[component]
fn Forgotten(support: Option<String>) -> impl IntoView {
    match support {
        Some(address) => Either::Left(view! {
            <p class="hint forgotten">
                <a href=address>"Forgotten your password?"</a>
            </p>
        }),
        None => Either::Right(view! {
            <p class="hint">"Forgotten your password? Ask the people who run this service."</p>
        }),
    }
}
