use leptos::{attr::custom::custom_attribute, prelude::*};

use super::{Glyph, Icon, words};
use crate::{
    model::{ApiError, Form, Input, Kind, PASSWORD_MAX_CHARS, PasswordPolicy},
    server::say::{self, Language},
};

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
    /// Whether typing begins here.
    is_first: bool,
) -> impl IntoView {
    let Input { field, kind, autocomplete, is_optional, .. } = input;
    let id = format!("{}-{}", form.name(), field.name());
    let label = say::field(field);
    let hint = words::hint(form, field, policy);
    let is_secret = input.is_secret();
    let is_new = kind == Kind::NewPassword;
    let min = is_new.then_some(policy.min_chars);
    let rules = min.map(|min| format!("minlength: {min}; maxlength: {PASSWORD_MAX_CHARS};"));
    let wrong = error.as_ref().and_then(|error| error.problem_with(field));
    let message = wrong.map(|problem| say::problem(problem, field));
    let described = [hint.as_ref().map(|_| "hint"), is_secret.then_some("caps"), Some("error")];
    let described: Vec<_> =
        described.into_iter().flatten().map(|part| format!("{id}-{part}")).collect();
    let is_name = matches!(kind, Kind::Name | Kind::Email) || is_secret;
    let choice = view! { <LanguageChoice id=id.clone() name=field.name() chosen=value.clone() /> }
        .into_any();
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
            dir=(kind == Kind::Text).then_some("auto")
            enterkeyhint=if is_secret { "go" } else { "next" }
            required=!is_optional
            autofocus=is_first
            // No maxlength: it counts UTF-16 and cuts a paste without a word.
            minlength=min
            value=(!is_secret && !value.is_empty()).then_some(value)
            aria-describedby=described.join(" ")
            {..custom_attribute("passwordrules", rules)}
            aria-invalid=message.is_some().then_some("true")
        />
    };
    let control = match kind {
        Kind::Language => choice,
        _ if !is_secret => control.into_any(),
        _ => {
            let name = say::show_field(&label);
            view! {
                <div class="secret">
                    {control}
                    <button
                        type="button"
                        class="reveal"
                        aria-controls=id.clone()
                        aria-label=name
                        aria-pressed="false"
                        hidden
                    >
                        <Icon glyph=Glyph::Eye />
                    </button>
                </div>
            }
        }
        .into_any(),
    };
    // What script says without asking the server.
    let can_be = input.rule.problems(policy);
    let says = |name: &str| {
        let found = can_be.iter().find(|problem| problem.name() == name);
        found.filter(|_| !is_optional || name != "required").map(|it| say::problem(it, field))
    };
    view! {
        <div class="field">
            <label for=id.clone()>
                {label}
                {is_optional.then(|| view! { <small>{format!(" ({})", say::optional())}</small> })}
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
            <p
                class="error"
                id=format!("{id}-error")
                data-required=says("required")
                data-too_short=says("too_short")
                data-too_long=says("too_long")
                data-invalid=says("invalid")
                data-bad_characters=says("bad_characters")
            >
                {message}
            </p>
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
                            aria-label=say::password_strength()
                            value="0"
                            hidden
                        ></meter>
                        <p class="hint" role="status"></p>
                    </div>
                }
            })}
    }
}

/// One of the languages, or that of the browser.
#[component]
fn LanguageChoice(id: String, name: &'static str, chosen: String) -> impl IntoView {
    let choices = Language::all().map(|language| {
        let code = language.code();
        view! {
            <option value=code lang=code selected=code == chosen>
                {language.name()}
            </option>
        }
    });
    view! {
        <select id=id.clone() name=name aria-describedby=format!("{id}-error")>
            <option value="">{say::as_browser()}</option>
            {choices.collect_view()}
        </select>
    }
}
