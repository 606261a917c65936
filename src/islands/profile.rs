use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::form::Form;
use crate::{
    actions, browser,
    components::{Countdown, FieldState, Submit},
    model::{Field, FieldError, check_display_name},
};

/// The display name, and a small form to change it.
#[island]
pub fn ProfileCard(name: Option<String>) -> impl IntoView {
    let name = RwSignal::new(name);
    let editing = RwSignal::new(false);
    let said = RwSignal::new("");
    let field = FieldState::new(Field::DisplayName);
    let form = Form::new(vec![field], None, "#display_name", |typed| {
        let outcome = check_display_name(&typed.of(Field::DisplayName));
        let wrong = outcome.err().map(|problem| FieldError::new(Field::DisplayName, problem));
        wrong.into_iter().collect()
    });
    let state = form.state;

    let close = move || {
        form.settle();
        editing.set(false);
        browser::focus("#edit-name");
    };
    let save = move |event: SubmitEvent| {
        let Some(typed) = form.submit(event) else { return };
        spawn_local(async move {
            match actions::rename(typed.of(Field::DisplayName)).await {
                Ok(new) => {
                    name.set(new);
                    said.set("Saved");
                    close();
                }
                Err(refusal) => form.refuse(refusal),
            }
        });
    };
    let is_wrong =
        move || state.error.with(|error| error.as_ref().is_some_and(|e| !e.fields.is_empty()));
    let message = move || {
        state.error.get().map_or(String::new(), |error| match error.fields.first() {
            Some(wrong) => wrong.message(),
            None => error.code.message().to_owned(),
        })
    };
    let start = move |_| {
        field.fill(&name.get_untracked().unwrap_or_default());
        editing.set(true);
        said.set("");
        browser::focus("#display_name");
    };
    view! {
        <dl class="facts">
            <div>
                <dt>"Display name"</dt>
                <dd>{move || name.get().unwrap_or_else(|| "Not set".into())}</dd>
            </div>
        </dl>
        <p class="hint" role="status" prop:textContent=move || said.get()></p>
        <form
            novalidate
            hidden=move || !editing.get()
            on:submit=save
            on:input=move |_| form.look_again()
        >
            <div class="field">
                <label for="display_name">"Display name"</label>
                <input
                    id="display_name"
                    name="display_name"
                    autocomplete="name"
                    enterkeyhint="done"
                    aria-invalid=move || is_wrong().then_some("true")
                    aria-describedby="display_name-error"
                    node_ref=field.input
                />
                <p class="error" id="display_name-error" prop:textContent=message></p>
                <Countdown form=state />
            </div>
            <div class="actions">
                <Submit form=state idle="Save" busy="Save" />
                <button class="button quiet" type="button" on:click=move |_| close()>
                    "Cancel"
                </button>
            </div>
        </form>
        <div class="actions" hidden=move || editing.get() || !state.live.get()>
            <button class="button quiet" type="button" id="edit-name" on:click=start>
                "Edit display name"
            </button>
        </div>
    }
}
