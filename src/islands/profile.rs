use leptos::{ev::SubmitEvent, html::Input, prelude::*, task::spawn_local};

use crate::{
    actions, browser,
    model::{ApiError, Field},
};

/// The display name, and a small form to change it.
#[island]
pub fn ProfileCard(name: Option<String>) -> impl IntoView {
    let name = RwSignal::new(name);
    let editing = RwSignal::new(false);
    let live = RwSignal::new(false);
    let pending = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let said = RwSignal::new("");
    let input = NodeRef::<Input>::new();
    Effect::new(move || live.set(true));

    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        let value = input.get_untracked().map_or(String::new(), |input| input.value());
        spawn_local(async move {
            match actions::rename(value).await {
                Ok(new) => {
                    name.set(new);
                    error.set(None);
                    editing.set(false);
                    said.set("Saved");
                    browser::focus("#edit-name");
                }
                Err(refusal) => {
                    error.set(Some(refusal));
                    browser::focus("#display_name");
                }
            }
            pending.set(false);
        });
    };
    let message = move || {
        error.get().map(|error| match error.problem_with(Field::DisplayName) {
            Some(problem) => problem.message(Field::DisplayName),
            None => error.code.message().to_owned(),
        })
    };
    let form = move || {
        view! {
            <form novalidate on:submit=save>
                <div class="field">
                    <label for="display_name">"Display name"</label>
                    <input
                        id="display_name"
                        name="display_name"
                        autocomplete="name"
                        enterkeyhint="done"
                        value=name.get_untracked().unwrap_or_default()
                        aria-invalid=move || error.get().map(|_| "true")
                        aria-describedby="display_name-error"
                        node_ref=input
                    />
                    <p class="error" id="display_name-error">
                        {message}
                    </p>
                </div>
                <div class="actions">
                    <button class="button" aria-busy=move || pending.get().then_some("true")>
                        "Save"
                    </button>
                    <button
                        class="button quiet"
                        type="button"
                        on:click=move |_| {
                            editing.set(false);
                            error.set(None);
                            browser::focus("#edit-name");
                        }
                    >
                        "Cancel"
                    </button>
                </div>
            </form>
        }
    };
    let start = move |_| {
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
        {move || editing.get().then(form)}
        <div class="actions" hidden=move || editing.get() || !live.get()>
            <button class="button quiet" type="button" id="edit-name" on:click=start>
                "Edit display name"
            </button>
        </div>
    }
}
