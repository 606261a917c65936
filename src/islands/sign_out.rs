use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use crate::browser;

/// Sign-out: a form that works alone, and with WASM empties localStorage too.
#[island]
pub fn SignOut() -> impl IntoView {
    let pending = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        spawn_local(async move {
            if browser::sign_out().await.is_err() {
                pending.set(false);
            }
        });
    };
    view! {
        <form method="post" action="/logout" on:submit=submit>
            <button class="button plain" aria-busy=move || pending.get().then_some("true")>
                "Sign out"
            </button>
        </form>
    }
}
