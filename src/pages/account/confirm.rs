//! The page that asks for the password, and carries the form that requires it.

use axum::response::Response;
use leptos::prelude::*;

use super::proof_form;
use crate::{
    components::{Drawn, FormView, Look, PasskeyForm},
    model::{ApiError, ErrorCode, Filled, Form, Input},
    pages::page::Page,
    server::{
        say,
        service::{
            principal::{self, FRESH_FOR},
            session_user::SessionUser,
        },
    },
};

/// The page, with the input of the carried form.
pub(super) async fn show(
    page: &Page,
    session_user: &SessionUser,
    act: Form,
    filled: Filled,
    error: ApiError,
) -> Response {
    let carried = |input: &Input| (input.field.name(), filled.of(input.field).to_owned());
    let is_asked = error.code == ErrorCode::ReauthenticationRequired;
    let hidden: Vec<_> =
        [("then", act.name().to_owned()), ("person", session_user.user().to_string())]
            .into_iter()
            .chain(act.inputs().iter().filter(|input| !input.is_secret()).map(carried))
            .collect();
    let drawn = |form: Form| Drawn {
        token: Some(principal::form_token(&page.app, session_user, form)),
        hidden: hidden.clone(),
        error: (!is_asked && form != Form::PasskeyProof).then(|| error.clone()),
        username: (form != Form::PasskeyProof).then(|| session_user.username().to_owned()),
        ..Drawn::default()
    };
    let form = proof_form(session_user);
    let lead =
        if form.is_some() { say::proof_lead(FRESH_FOR / 60) } else { say::passkey_proof_lead() };
    let form = form.map(|form| {
        let look = Look { class: "card", button: "button full", is_focused: true };
        view! { <FormView form look drawn=drawn(form) /> }
    });
    let passkey = session_user.has_passkeys().then(|| drawn(Form::PasskeyProof));
    let content = move || {
        // The nonce of its script is that of the page, which is known in here.
        let passkey = passkey.map(|drawn| {
            let look = Look { button: "button quiet full", ..Look::default() };
            view! { <PasskeyForm form=Form::PasskeyProof look drawn /> }
        });
        view! {
            <main id="main" class="portal" tabindex="-1">
                <div class="intro">
                    <h1>{say::proof_heading()}</h1>
                    <p>{lead}</p>
                </div>
                {form}
                {passkey}
                <p class="aside">
                    <a href=act.path()>{say::cancel()}</a>
                </p>
            </main>
        }
        .into_any()
    };
    page.render_refusal(say::proof_heading(), &error, content)
}
