//! The dialogs of a page: closed until script opens one.

use leptos::prelude::*;

use super::{
    form::{Cancel, Drawn, FormView, Look},
    passkey::PasskeyForm,
};
use crate::{
    model::{Field, Filled, Form},
    server::say,
};

/// The dialog that asks before something ends. Its question, its explanation and the label of its
/// button are those of the submitted form.
#[component]
pub fn Ask() -> impl IntoView {
    view! {
        <dialog class="card dialog" id="ask" aria-labelledby="ask-question" aria-describedby="ask-meaning">
            <h2 id="ask-question"></h2>
            <p id="ask-meaning"></p>
            <div class="buttons">
                <button class="button quiet" type="button" data-close autofocus>
                    {say::cancel()}
                </button>
                <button class="button danger" type="button" id="ask-go"></button>
            </div>
        </dialog>
    }
}

/// The dialog that asks for the password again, and for a code where the account has a second factor, for actions that
/// require a fresh proof.
#[component]
pub fn Proof(
    /// The form: `Proof` or `FactorProof`; none where a passkey alone is enough.
    form: Option<(Form, String)>,
    /// Token of the form with a passkey, where the account has one.
    passkey: Option<String>,
    /// Username of the account.
    username: String,
    /// Validity of a proof, in minutes.
    minutes: i64,
) -> impl IntoView {
    let look = Look { button: "button", is_focused: true, ..Look::default() };
    let lead = if form.is_some() { say::proof_lead(minutes) } else { say::passkey_proof_lead() };
    let form = form.map(|(form, token)| {
        let drawn = Drawn { token: Some(token), username: Some(username), ..Drawn::default() };
        view! { <FormView form look drawn cancel=Some(Cancel::Close(say::cancel())) /> }
    });
    let passkey = passkey.map(|token| {
        let drawn = Drawn { token: Some(token), ..Drawn::default() };
        let button = if form.is_some() { "button quiet full" } else { "button full" };
        let look = Look { button, ..Look::default() };
        let cancel = form.is_none().then(|| Cancel::Close(say::cancel()));
        view! { <PasskeyForm form=Form::PasskeyProof drawn look cancel /> }
    });
    view! {
        <dialog class="card dialog" id="proof" aria-labelledby="proof-title">
            <h2 id="proof-title">{say::proof_heading()}</h2>
            <p>{lead}</p>
            {form}
            {passkey}
        </dialog>
    }
}

/// The dialog after the end of a session: it asks for the password, and keeps the page as it is.
#[component]
pub fn Over(
    /// Username of the account.
    username: String,
) -> impl IntoView {
    let mut filled = Filled::default();
    filled.set(Field::Identifier, username);
    let drawn = Drawn { filled, ..Drawn::default() };
    let look = Look { button: "button", is_focused: true, ..Look::default() };
    view! {
        <dialog class="card dialog" id="over" aria-labelledby="over-title">
            <h2 id="over-title">{say::over_heading()}</h2>
            <p>{say::over_lead()}</p>
            <FormView form=Form::Login look drawn cancel=Some(Cancel::Close(say::over_later())) />
            <a class="button plain full" target="_blank" href="/login" id="over-link">
                {say::over_link()}
            </a>
        </dialog>
    }
}
