use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::form::Form;
use crate::{
    browser,
    components::{Countdown, Dialog, FieldState, PasswordField, Submit, Username, effect},
    model::{Field, PasswordForm},
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
    let password = FieldState::new(Field::Password);
    let form = Form::new(vec![password], None, "#password", |typed| {
        PasswordForm { password: Some(typed.of(Field::Password)) }.check()
    });
    effect(move || {
        form.clear();
        if open.get() {
            browser::focus("#password");
        }
    });
    let submit = move |event: SubmitEvent| {
        let Some(typed) = form.submit(event) else { return };
        spawn_local(async move {
            match browser::reauthenticate(&typed.of(Field::Password)).await {
                // Called off meanwhile.
                Ok(()) if !open.get_untracked() => {}
                Ok(()) => {
                    open.set(false);
                    on_proof();
                }
                Err(refusal) => form.refuse_password(Field::Password, refusal),
            }
        });
    };
    let state = form.state;
    let why =
        format!("Enter your password to go on. You will not be asked again for {minutes} minutes.");
    // What no field is to blame for.
    let failure = move || {
        let error = state.error.get().filter(|error| error.fields.is_empty());
        error.map_or("", |error| error.code.message())
    };
    view! {
        <Dialog id="proof" title="Confirm that it is you" open>
            <p>{why}</p>
            <form method="post" novalidate on:submit=submit on:input=move |_| form.look_again()>
                <Username value=username />
                <PasswordField
                    form=state
                    field=password
                    label="Password"
                    autocomplete="current-password"
                    caps_lock=browser::is_caps_lock
                />
                <p class="error" role="status" prop:textContent=failure></p>
                <Countdown form=state />
                <div class="actions">
                    <Submit form=state idle="Confirm" busy="Confirm" />
                    <button class="button quiet" type="button" on:click=move |_| open.set(false)>
                        "Cancel"
                    </button>
                </div>
            </form>
        </Dialog>
    }
}
