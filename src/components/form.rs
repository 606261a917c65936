use leptos::{html::Input, prelude::*};

use crate::model::{ApiError, Field, until_again};

/// How a form stands, for its parts to show.
#[derive(Clone, Copy)]
pub struct FormState {
    /// The refusal of the whole form, if there is one.
    pub error: RwSignal<Option<ApiError>>,
    /// Seconds until it makes sense to try again.
    pub wait: RwSignal<u32>,
    /// Whether it is on its way.
    pub pending: RwSignal<bool>,
    /// Whether script runs.
    pub live: RwSignal<bool>,
}

impl FormState {
    /// As it arrives, with what was wrong with it before.
    pub fn new(error: Option<ApiError>) -> Self {
        let wait = error.as_ref().and_then(|error| error.retry_after).unwrap_or_default();
        Self {
            error: RwSignal::new(error),
            wait: RwSignal::new(wait),
            pending: RwSignal::new(false),
            live: RwSignal::new(false),
        }
    }
}

/// A field of a form: never controlled, so that what is typed before WASM arrives stays.
#[derive(Clone, Copy)]
pub struct FieldState {
    /// Which field.
    pub field: Field,
    /// The element.
    pub input: NodeRef<Input>,
    /// Whether a password is shown.
    pub shown: RwSignal<bool>,
}

impl FieldState {
    /// Where nothing is typed yet.
    pub fn new(field: Field) -> Self {
        Self { field, input: NodeRef::new(), shown: RwSignal::new(false) }
    }

    /// What is typed.
    pub fn value(&self) -> String {
        self.input.get_untracked().map_or(String::new(), |input| input.value())
    }

    /// Types something else instead.
    pub fn fill(&self, text: &str) {
        if let Some(input) = self.input.get_untracked() {
            input.set_value(text);
        }
    }
}

/// The button that sends a form.
#[component]
pub fn Submit(
    /// The form.
    form: FormState,
    /// How it looks.
    #[prop(default = "button")]
    class: &'static str,
    /// What it says.
    idle: &'static str,
    /// What it says while the form is on its way.
    busy: &'static str,
    /// Whether the form is nothing without script.
    #[prop(optional)]
    needs_script: bool,
) -> impl IntoView {
    let FormState { wait, pending, live, .. } = form;
    view! {
        <button
            class=class
            hidden=move || needs_script && !live.get()
            aria-busy=move || pending.get().then_some("true")
            aria-disabled=move || (pending.get() || wait.get() > 0).then_some("true")
        >
            {move || if pending.get() { busy } else { idle }}
        </button>
    }
}

/// When a form that was refused for a while may be sent again; nothing on the server.
#[component]
pub fn Countdown(
    /// The form.
    form: FormState,
) -> impl IntoView {
    let FormState { error, wait, .. } = form;
    let words = move || {
        let is_told = error.with(|error| error.as_ref().is_some_and(|e| e.retry_after.is_some()));
        if is_told { until_again(wait.get()) } else { String::new() }
    };
    view! { <p class="hint" role="timer" prop:textContent=words></p> }
}

/// Whose password it is, for password managers; nobody sees it.
#[component]
pub fn Username(
    /// The name.
    value: String,
) -> impl IntoView {
    view! {
        <input
            class="sr"
            type="text"
            name="username"
            autocomplete="username"
            aria-label="Username"
            tabindex="-1"
            readonly
            value=value
        />
    }
}
