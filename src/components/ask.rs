//! The dialogs of a page: closed until script opens one.

use leptos::prelude::*;

use super::form::{Drawn, FormView, Look};
use crate::model::{Form, PasswordPolicy};

/// Asks before something is ended. Its question, and the words of its button, are those of the form that is sent.
#[component]
pub fn Ask() -> impl IntoView {
    view! {
        <dialog class="card dialog" id="ask" aria-labelledby="ask-title">
            <h2 id="ask-title">"Are you sure?"</h2>
            <p id="ask-question"></p>
            <p class="error" role="status" id="ask-error"></p>
            <div class="actions">
                <button class="button quiet" type="button" data-close autofocus>
                    "Cancel"
                </button>
                <button class="button danger" type="button" id="ask-go"></button>
            </div>
        </dialog>
    }
}

/// Asks for the password again: some acts want a proof that is not old.
#[component]
pub fn Proof(
    /// Whose password.
    username: String,
    /// For how long a proof is good.
    minutes: i64,
    /// The token of the form.
    token: String,
) -> impl IntoView {
    let drawn = Drawn { token: Some(token), username: Some(username), ..Drawn::default() };
    let look = Look { button: "button", ..Look::default() };
    let policy = PasswordPolicy { min_chars: 1 };
    view! {
        <dialog class="card dialog" id="proof" aria-labelledby="proof-title">
            <h2 id="proof-title">"Confirm that it is you"</h2>
            <p>{format!("Enter your password to go on. You will not be asked again for {minutes} minutes.")}</p>
            <FormView form=Form::Proof look policy drawn />
            <button class="button quiet" type="button" data-close>
                "Cancel"
            </button>
        </dialog>
    }
}

/// Says that the session has ended, and leaves the page as it is.
#[component]
pub fn Over() -> impl IntoView {
    view! {
        <dialog class="card dialog" id="over" aria-labelledby="over-title">
            <h2 id="over-title">"Your session has ended"</h2>
            <p>
                "This page stays as it is, with everything you typed. Sign in again in a new tab, then come back here and go on."
            </p>
            <div class="actions">
                <a class="button" target="_blank" href="/login" id="over-link">
                    "Sign in in a new tab"
                </a>
                <button class="button quiet" type="button" data-close>
                    "Not now"
                </button>
            </div>
        </dialog>
    }
}
