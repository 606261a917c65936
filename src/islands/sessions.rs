use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

use super::proof::ProofDialog;
use crate::{
    browser::{self, Verb},
    components::{Dialog, effect},
    model::ErrorCode,
};

/// What a button ends, in the words of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Where to ask for it.
    pub path: String,
    /// What the button says.
    pub button: String,
    /// What it is called where that does not say enough.
    pub label: Option<String>,
    /// What will happen.
    pub question: String,
    /// What has happened.
    pub done: String,
    /// Which rows go then; none if this browser is signed out.
    pub rows: Option<String>,
}

/// What the buttons share with the list around them.
#[derive(Clone, Copy)]
struct Asked {
    /// What is about to be ended.
    ending: RwSignal<Ending>,
    /// Whether the question is open.
    open: RwSignal<bool>,
}

/// The list of sessions comes from the server; this ends them, and asks before it does.
#[island]
pub fn Sessions(username: String, proof_minutes: u32, children: Children) -> impl IntoView {
    let asked = Asked { ending: RwSignal::new(Ending::default()), open: RwSignal::new(false) };
    provide_context(asked);
    let Asked { ending, open } = asked;
    let (proof, pending) = (RwSignal::new(false), RwSignal::new(false));
    let (failed, said) = (RwSignal::new(""), RwSignal::new(String::new()));
    effect(move || {
        ending.track();
        failed.set("");
    });
    let act = move || {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        spawn_local(async move {
            let Ending { path, done, rows, .. } = ending.get_untracked();
            let outcome = browser::ask(Verb::Delete, &path, None).await;
            pending.set(false);
            match outcome.map_err(|error| error.code) {
                Err(ErrorCode::ReauthenticationRequired) => {
                    open.set(false);
                    proof.set(true);
                }
                // Gone already is what was asked for.
                Ok(_) | Err(ErrorCode::NotFound) => {
                    open.set(false);
                    let Some(rows) = rows else {
                        return browser::leave();
                    };
                    browser::remove(&rows);
                    said.set(done);
                    // The button that had focus is gone with its row.
                    browser::focus("h1");
                }
                Err(code) => {
                    open.set(true);
                    failed.set(code.message());
                }
            }
        });
    };
    view! {
        {children()}
        <p class="hint" role="status" prop:textContent=move || said.get()></p>
        <Dialog id="end" title="Are you sure?" open>
            <p>{move || ending.get().question}</p>
            <p class="error" role="status" prop:textContent=move || failed.get()></p>
            <div class="actions">
                <button class="button quiet" type="button" autofocus on:click=move |_| open.set(false)>
                    "Cancel"
                </button>
                <button
                    class="button danger"
                    type="button"
                    aria-busy=move || pending.get().then_some("true")
                    on:click=move |_| act()
                >
                    {move || ending.get().button}
                </button>
            </div>
        </Dialog>
        <ProofDialog open=proof username minutes=proof_minutes on_proof=act />
    }
}

/// A button that ends something, once script is there to do it.
#[island]
pub fn EndButton(ending: Ending) -> impl IntoView {
    let asked = use_context::<Asked>();
    let live = RwSignal::new(false);
    effect(move || live.set(true));
    let (button, label) = (ending.button.clone(), ending.label.clone());
    let ask = move |_| {
        if let Some(asked) = asked {
            asked.ending.set(ending.clone());
            asked.open.set(true);
        }
    };
    view! {
        <button
            class="button quiet"
            type="button"
            aria-label=label
            hidden=move || !live.get()
            on:click=ask
        >
            {button}
        </button>
    }
}
