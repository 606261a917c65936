//! The page that asks for the password, and carries the form that requires it.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

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
    let hidden = [("then", act.name().to_owned()), ("person", session_user.user().to_string())]
        .into_iter()
        .chain(act.inputs().iter().filter(|input| !input.is_secret()).map(carried))
        .collect();
    let content = proof(page, session_user, hidden, Some(&error).filter(|_| !is_asked));
    let form = proof_form(session_user);
    let lead =
        if form.is_some() { say::proof_lead(FRESH_FOR / 60) } else { say::passkey_proof_lead() };
    let content = || content(lead, act.path().to_owned());
    page.render_refusal(say::proof_heading(), &error, content)
}

/// The page for a client that wants to know who is there now: the proof leads to `next`.
pub(in crate::pages) fn proof_page(
    page: &Page,
    session_user: &SessionUser,
    client: &str,
    next: &str,
    error: Option<&ApiError>,
) -> Response {
    let hidden = vec![("next", next.to_owned()), ("person", session_user.user().to_string())];
    let content = proof(page, session_user, hidden, error);
    let lead = say::proof_for(client);
    let content = || content(lead, "/account".to_owned());
    match error {
        Some(error) => page.render_refusal_alone(say::proof_heading(), error, content),
        None => page.render_alone(say::proof_heading(), StatusCode::OK, content),
    }
}

/// The forms of a proof, with what they carry; the content is made of a line about them and of the way out.
fn proof(
    page: &Page,
    session_user: &SessionUser,
    hidden: Vec<(&'static str, String)>,
    error: Option<&ApiError>,
) -> impl FnOnce(String, String) -> AnyView {
    let drawn = |form: Form| Drawn {
        token: Some(principal::form_token(&page.app, session_user, form)),
        hidden: hidden.clone(),
        error: error.filter(|_| form != Form::PasskeyProof).cloned(),
        username: (form != Form::PasskeyProof).then(|| session_user.username().to_owned()),
        ..Drawn::default()
    };
    let form = proof_form(session_user).map(|form| (form, drawn(form)));
    let passkey = session_user.has_passkeys().then(|| drawn(Form::PasskeyProof));
    move |lead: String, out: String| {
        let form = form.map(|(form, drawn)| {
            let look = Look { class: "card", button: "button full", is_focused: true };
            view! { <FormView form look drawn /> }
        });
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
                    <a href=out>{say::cancel()}</a>
                </p>
            </main>
        }
        .into_any()
    }
}
