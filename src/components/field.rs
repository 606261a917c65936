use leptos::{attr::custom::custom_attribute, ev::KeyboardEvent, prelude::*};

use super::form::{FieldState, FormState};
use crate::model::{Field, PASSWORD_MAX_CHARS, PasswordPolicy};

/// The sentence about one field, if it is wrong.
fn message(form: FormState, field: Field) -> impl Fn() -> Option<String> + Copy {
    move || {
        form.error
            .with(|error| error.as_ref()?.problem_with(field).map(|problem| problem.message(field)))
    }
}

/// Ids of what describes an input: its error while there is one, and what is always there.
fn described(
    name: &'static str,
    always: &[&str],
    message: impl Fn() -> Option<String>,
) -> Option<String> {
    let error = message().map(|_| "error");
    let ids: Vec<String> =
        always.iter().copied().chain(error).map(|part| format!("{name}-{part}")).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// What is good to know, under an input.
#[component]
fn Hint(name: &'static str, text: Option<String>) -> impl IntoView {
    text.map(|text| {
        view! {
            <p class="hint" id=format!("{name}-hint")>
                {text}
            </p>
        }
    })
}

/// The error under an input.
#[component]
fn FieldError<M>(name: &'static str, message: M) -> impl IntoView
where
    M: Fn() -> Option<String> + Send + 'static,
{
    move || {
        message().map(|text| {
            view! {
                <p class="error" id=format!("{name}-error")>
                    {text}
                </p>
            }
        })
    }
}

/// A line of text with its label.
#[component]
pub fn TextField(
    /// The form.
    form: FormState,
    /// The field.
    field: FieldState,
    /// The visible label.
    label: &'static str,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Under the input.
    #[prop(optional_no_strip)]
    hint: Option<String>,
    /// `text` or `email`.
    #[prop(default = "text")]
    kind: &'static str,
    /// The autofill tokens.
    autocomplete: &'static str,
    /// What was filled in before.
    value: String,
) -> impl IntoView {
    let name = field.field.name();
    let message = message(form, field.field);
    let always: &[&str] = if hint.is_some() { &["hint"] } else { &[] };
    view! {
        <div class="field">
            <label for=name>{label} {optional.then(|| view! { <small>" (optional)"</small> })}</label>
            <input
                id=name
                name=name
                type=kind
                inputmode=(kind == "email").then_some("email")
                autocomplete=autocomplete
                autocapitalize="none"
                {..custom_attribute("autocorrect", "off")}
                spellcheck="false"
                enterkeyhint="next"
                required=!optional
                value=(!value.is_empty()).then_some(value)
                aria-describedby=move || described(name, always, message)
                aria-invalid=move || message().map(|_| "true")
                node_ref=field.input
            />
            <Hint name text=hint />
            <FieldError name message />
        </div>
    }
}

/// A password with a button to show it and a word about Caps Lock.
#[component]
pub fn PasswordField(
    /// The form.
    form: FormState,
    /// The field.
    field: FieldState,
    /// The visible label.
    label: &'static str,
    /// The autofill tokens.
    autocomplete: &'static str,
    /// What it has to be, where a new one is asked for.
    #[prop(optional_no_strip)]
    policy: Option<PasswordPolicy>,
    /// Tells whether Caps Lock is on.
    caps_lock: fn(&KeyboardEvent) -> bool,
) -> impl IntoView {
    let min = policy.map(|policy| policy.min_chars);
    let rules = min.map(|min| format!("minlength: {min}; maxlength: {PASSWORD_MAX_CHARS};"));
    let (live, shown) = (form.live, field.shown);
    let name = field.field.name();
    let message = message(form, field.field);
    let always: &[&str] = if policy.is_some() { &["hint", "caps"] } else { &["caps"] };
    let what = label.to_ascii_lowercase();
    let caps = RwSignal::new(false);
    let watch = move |event: KeyboardEvent| caps.set(caps_lock(&event));
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <div class="secret">
                <input
                    id=name
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    enterkeyhint="go"
                    // No maxlength: it counts UTF-16 and cuts a paste without a word.
                    minlength=min
                    required=true
                    {..custom_attribute("passwordrules", rules)}
                    aria-describedby=move || described(name, always, message)
                    aria-invalid=move || message().map(|_| "true")
                    on:keydown=watch
                    on:keyup=watch
                    node_ref=field.input
                />
                <button
                    type="button"
                    aria-controls=name
                    aria-label=move || format!("{} {what}", if shown.get() { "Hide" } else { "Show" })
                    hidden=move || !live.get()
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() { "Hide" } else { "Show" }}
                </button>
            </div>
            <Hint name text=policy.map(PasswordPolicy::hint) />
            // A property, not a child: the element has to be truly empty until there is something to say.
            <p
                class="hint caps"
                id=format!("{name}-caps")
                role="status"
                prop:textContent=move || if caps.get() { "Caps Lock is on" } else { "" }
            ></p>
            <FieldError name message />
        </div>
    }
}
