use leptos::{attr::custom::custom_attribute, ev::KeyboardEvent, html::Input, prelude::*};

use crate::model::{ApiError, Field, PASSWORD_MAX_CHARS};

/// The sentence about one field, if it is wrong.
fn message(error: Signal<Option<ApiError>>, field: Field) -> Signal<Option<String>> {
    Signal::derive(move || {
        let error = error.get()?;
        error.problem_with(field).map(|problem| problem.message(field))
    })
}

/// Ids of what describes an input: always its hint, its error while there is one.
fn described(
    name: &'static str,
    hint: bool,
    error: Signal<Option<String>>,
) -> Signal<Option<String>> {
    Signal::derive(move || {
        let hint = hint.then(|| format!("{name}-hint"));
        let error = error.get().map(|_| format!("{name}-error"));
        let ids: Vec<String> = [hint, error].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    })
}

/// The error under an input.
#[component]
fn FieldError(name: &'static str, message: Signal<Option<String>>) -> impl IntoView {
    move || {
        message.get().map(|text| {
            view! {
                <p class="error" id=format!("{name}-error")>
                    {text}
                </p>
            }
        })
    }
}

/// A line of text with its label: never controlled, so that what is typed before WASM arrives stays.
#[component]
pub fn TextField(
    /// Which field.
    field: Field,
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
    /// The refusal of the whole form.
    error: Signal<Option<ApiError>>,
    /// The element, to read it.
    input: NodeRef<Input>,
) -> impl IntoView {
    let name = field.name();
    let message = message(error, field);
    let describedby = described(name, hint.is_some(), message);
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
                aria-describedby=move || describedby.get()
                aria-invalid=move || message.get().map(|_| "true")
                node_ref=input
            />
            {hint
                .map(|hint| {
                    view! {
                        <p class="hint" id=format!("{name}-hint")>
                            {hint}
                        </p>
                    }
                })}
            <FieldError name message />
        </div>
    }
}

/// A password with a button to show it and a word about Caps Lock.
#[component]
pub fn PasswordField(
    /// Which field.
    #[prop(default = Field::Password)]
    field: Field,
    /// The visible label.
    #[prop(default = "Password")]
    label: &'static str,
    /// The autofill tokens.
    autocomplete: &'static str,
    /// Under the input.
    #[prop(optional_no_strip)]
    hint: Option<String>,
    /// The fewest characters, where a new one is asked for.
    #[prop(optional_no_strip)]
    min: Option<u16>,
    /// Whether it is shown, and whether the button works yet.
    shown: RwSignal<bool>,
    /// Whether script runs; without it there is no button.
    live: RwSignal<bool>,
    /// Tells whether Caps Lock is on.
    caps_lock: fn(&KeyboardEvent) -> bool,
    /// The refusal of the whole form.
    error: Signal<Option<ApiError>>,
    /// The element, to read it.
    input: NodeRef<Input>,
) -> impl IntoView {
    let rules = min.map(|min| format!("minlength: {min}; maxlength: {PASSWORD_MAX_CHARS};"));
    let name = field.name();
    let message = message(error, field);
    let describedby = described(name, hint.is_some(), message);
    let described = move || match describedby.get() {
        Some(ids) => format!("{ids} {name}-caps"),
        None => format!("{name}-caps"),
    };
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
                    aria-describedby=described
                    aria-invalid=move || message.get().map(|_| "true")
                    on:keydown=watch
                    on:keyup=watch
                    node_ref=input
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
            {hint
                .map(|hint| {
                    view! {
                        <p class="hint" id=format!("{name}-hint")>
                            {hint}
                        </p>
                    }
                })}
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
