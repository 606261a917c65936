use leptos::{ev::SubmitEvent, html::Input, prelude::*, task::spawn_local};

use crate::{
    browser,
    components::{Dialog, PasswordField},
    model::{ApiError, ErrorCode, Field, FieldError, Problem},
};

/// Asks for the password again: some acts want a proof that is not old.
#[component]
pub(super) fn ProofDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Whose password, for password managers.
    username: String,
    /// For how long a proof is good.
    minutes: u32,
    /// What to do with the proof.
    on_proof: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let error = RwSignal::new(None::<ApiError>);
    let (pending, shown, live) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let input = NodeRef::<Input>::new();
    let empty = move || {
        if let Some(input) = input.get_untracked() {
            input.set_value("");
        }
    };
    Effect::new(move || {
        live.set(true);
        shown.set(false);
        error.set(None);
        empty();
        if open.get() {
            browser::focus("#password");
        }
    });
    let refuse = move |refusal: ApiError| {
        error.set(Some(refusal));
        browser::focus("#password");
    };
    let wrong =
        |problem: Problem| ApiError::fields(vec![FieldError::new(Field::Password, problem)]);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        shown.set(false);
        let password = input.get_untracked().map_or(String::new(), |input| input.value());
        if password.is_empty() {
            return refuse(wrong(Problem::Required));
        }
        pending.set(true);
        spawn_local(async move {
            match browser::reauthenticate(&password).await {
                Ok(()) => {
                    open.set(false);
                    on_proof();
                }
                Err(refusal) if refusal.code == ErrorCode::InvalidCredentials => {
                    empty();
                    refuse(wrong(Problem::Invalid));
                }
                Err(refusal) => refuse(refusal),
            }
            pending.set(false);
        });
    };
    // What no field is to blame for.
    let failure = move || {
        let error = error.get().filter(|error| error.fields.is_empty());
        error.map_or("", |error| error.code.message())
    };
    view! {
        <Dialog id="proof" title="Confirm that it is you" open>
            <p>"Enter your password to go on. You will not be asked again for " {minutes} " minutes."</p>
            <form method="post" novalidate on:submit=submit on:input=move |_| error.set(None)>
                <input
                    class="sr"
                    type="text"
                    name="username"
                    autocomplete="username"
                    aria-label="Username"
                    tabindex="-1"
                    readonly
                    value=username
                />
                <PasswordField
                    autocomplete="current-password"
                    shown
                    live
                    caps_lock=browser::is_caps_lock
                    error=error.into()
                    input
                />
                <p class="error" role="status" prop:textContent=failure></p>
                <div class="actions">
                    <button class="button" aria-busy=move || pending.get().then_some("true")>
                        "Confirm"
                    </button>
                    <button class="button quiet" type="button" on:click=move |_| open.set(false)>
                        "Cancel"
                    </button>
                </div>
            </form>
        </Dialog>
    }
}
