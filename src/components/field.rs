use leptos::{attr::custom::custom_attribute, prelude::*};

use super::{Glyph, Icon, words};
use crate::{
    model::{ApiError, Form, Input, Kind, PASSWORD_MAX_CHARS, PasswordPolicy, TICKED},
    server::say::{self, Language},
};

/// An input with its label, its hint and the place of its error.
#[component]
pub(super) fn FieldView(
    /// The form.
    form: Form,
    /// The input.
    input: Input,
    /// Policy of new passwords.
    policy: PasswordPolicy,
    /// Whether mails are sent.
    has_mail: bool,
    /// Days for which a browser can be trusted.
    trust_days: i64,
    /// Previous text; never a password.
    value: String,
    /// Error of the form.
    error: Option<ApiError>,
    /// Whether it has the focus at first.
    is_first: bool,
    /// Whether the form is sent from here.
    is_last: bool,
) -> impl IntoView {
    let Input { field, kind, is_optional, .. } = input;
    let id = format!("{}-{}", form.name(), field.name());
    let hint =
        words::hint(form, input, policy, has_mail).or_else(|| words::hint_trust(field, trust_days));
    let has_caps = matches!(kind, Kind::Password | Kind::NewPassword);
    let wrong = error.as_ref().and_then(|error| error.problem_with(field));
    let message = wrong.map(|problem| say::problem(problem, field));
    // What is wrong takes the place of the hint.
    let has_hint = hint.is_some() && message.is_none();
    let described = [has_hint.then_some("hint"), has_caps.then_some("caps"), Some("error")];
    let described: Vec<_> =
        described.into_iter().flatten().map(|part| format!("{id}-{part}")).collect();
    let control = Control {
        id: id.clone(),
        input,
        policy,
        value,
        described: described.join(" "),
        is_wrong: message.is_some(),
        is_first,
        is_last,
    };
    let control = match kind {
        Kind::Language => control.choice().into_any(),
        Kind::Password | Kind::NewPassword => control.secret().into_any(),
        Kind::Tick => control.tick().into_any(),
        _ => control.line().into_any(),
    };
    // Errors that script shows without the server.
    let can_be = input.rule.problems(policy);
    let says = |name: &str| {
        let found = can_be.iter().find(|problem| problem.name() == name);
        found.filter(|_| !is_optional || name != "required").map(|it| say::problem(it, field))
    };
    let optional = (is_optional && kind != Kind::Tick).then(|| format!(" ({})", say::optional()));
    let part = |part: &str| format!("{id}-{part}");
    view! {
        <div class="field" class:tick=kind == Kind::Tick>
            <label for=id.clone()>
                {say::field(field)} {optional.map(|words| view! { <small>{words}</small> })}
            </label>
            {control}
            {hint.map(|hint| view! { <p class="hint" id=part("hint")>{hint}</p> })}
            {has_caps
                .then(|| view! { <p class="hint caps" id=part("caps") role="status"></p> })}
            <p
                class="error"
                id=part("error")
                data-required=says("required")
                data-too_short=says("too_short")
                data-too_long=says("too_long")
                data-invalid=says("invalid")
                data-bad_characters=says("bad_characters")
            >
                {message}
            </p>
            {(kind == Kind::NewPassword).then(|| view! { <Strength /> })}
        </div>
    }
}

/// The strength of a new password, filled in by script.
#[component]
fn Strength() -> impl IntoView {
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
}

/// The control itself.
struct Control {
    id: String,
    input: Input,
    policy: PasswordPolicy,
    value: String,
    /// The ids of its descriptions.
    described: String,
    is_wrong: bool,
    is_first: bool,
    is_last: bool,
}

impl Control {
    /// A line of text.
    fn line(self) -> impl IntoView {
        let Self { id, input, policy, value, described, is_wrong, is_first, is_last } = self;
        let Input { field, kind, autocomplete, is_optional, .. } = input;
        let is_secret = input.is_secret();
        let min = (kind == Kind::NewPassword).then_some(policy.min_chars);
        let rules = min.map(|min| format!("minlength: {min}; maxlength: {PASSWORD_MAX_CHARS};"));
        let is_name = matches!(kind, Kind::Name | Kind::Email) || is_secret;
        view! {
            <input
                id=id
                name=field.name()
                type=match kind {
                    Kind::Email => "email",
                    Kind::Password | Kind::NewPassword => "password",
                    _ => "text",
                }
                inputmode=match kind {
                    Kind::Email => Some("email"),
                    Kind::OneTimeCode => Some("numeric"),
                    _ => None,
                }
                autocomplete=autocomplete
                autocapitalize=is_name.then_some("none")
                {..custom_attribute("autocorrect", is_name.then_some("off"))}
                spellcheck=is_name.then_some("false")
                dir=match kind {
                    Kind::Text => Some("auto"),
                    Kind::OneTimeCode | Kind::RecoveryCode => Some("ltr"),
                    _ => None,
                }
                enterkeyhint=if is_last { "go" } else { "next" }
                required=!is_optional
                autofocus=is_first
                // No maxlength: it counts UTF-16 and silently cuts a paste.
                minlength=min
                value=(!is_secret && !value.is_empty()).then_some(value)
                aria-describedby=described
                aria-invalid=is_wrong.then_some("true")
                {..custom_attribute("passwordrules", rules)}
            />
        }
    }

    /// A password, with the button that shows it, which script un-hides.
    fn secret(self) -> impl IntoView {
        let (id, name) = (self.id.clone(), say::show_field(say::field(self.input.field)));
        view! {
            <div class="secret">
                {self.line()}
                <button
                    type="button"
                    class="reveal"
                    aria-controls=id
                    aria-label=name
                    aria-pressed="false"
                    hidden
                >
                    <Icon glyph=Glyph::Eye />
                </button>
            </div>
        }
    }

    /// A box.
    fn tick(self) -> impl IntoView {
        let Self { id, input, value, described, is_wrong, is_first, .. } = self;
        view! {
            <input
                id=id
                name=input.field.name()
                type="checkbox"
                value=TICKED
                checked=value == TICKED
                required=!input.is_optional
                autofocus=is_first
                aria-describedby=described
                aria-invalid=is_wrong.then_some("true")
            />
        }
    }

    /// One of the languages, or that of the browser.
    fn choice(self) -> impl IntoView {
        let Self { id, input, value, described, is_wrong, is_first, .. } = self;
        let choices = Language::all().map(|language| {
            let code = language.code();
            view! {
                <option value=code lang=code selected=code == value>
                    {language.name()}
                </option>
            }
        });
        view! {
            <select
                id=id
                name=input.field.name()
                autofocus=is_first
                aria-describedby=described
                aria-invalid=is_wrong.then_some("true")
            >
                <option value="">{say::as_browser()}</option>
                {choices.collect_view()}
            </select>
        }
    }
}
