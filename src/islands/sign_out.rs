use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use crate::browser;

/// Sign-out: a form that works alone, and with WASM empties localStorage too.
#[island]
pub fn SignOut() -> impl IntoView {
    let pending = RwSignal::new(false);
    let failed = RwSignal::new("");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        failed.set("");
        spawn_local(async move {
            if let Err(error) = browser::sign_out().await {
                failed.set(error.code.message());
                pending.set(false);
            }
        });
    };
    view! {
        <form method="post" action="/logout" on:submit=submit>
            <button
                class="button plain"
                aria-busy=move || pending.get().then_some("true")
                aria-disabled=move || pending.get().then_some("true")
            >
                {move || if pending.get() { "Signing out…" } else { "Sign out" }}
            </button>
            <div class="toasts" role="status">
                <p class="toast" prop:textContent=move || failed.get()></p>
            </div>
        </form>
    }
}
