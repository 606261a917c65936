//! Forms of people who are signed in, as a browser posts them without script.

use axum::{
    extract::{Request, State},
    response::Response,
};

use super::{confirm, devices, password, profile};
use crate::{
    model::{ErrorCode, Field, Filled, Form, Sender},
    pages::page::{Left, Page, Posted, posted},
    server::{
        App,
        error::Result,
        http::door::where_to,
        service::{
            Visitor,
            acts::{self, Done},
            caller,
            viewer::Viewer,
        },
    },
};

/// `POST` of such a form: done and on to its page, or the page again with what was wrong.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { mut page, mut filled, form, then, token, visitor, .. } =
        match posted(app, request).await {
            Ok(posted) => posted,
            Err(response) => return response,
        };
    let Some(form) = form.filter(|form| form.sender() == Sender::Person) else {
        return page.error(&ErrorCode::InvalidInput.into());
    };
    let Some(viewer) = page.viewer.clone() else {
        return page.redirect_to_sign_in(form.path());
    };
    let act = then.filter(|_| form == Form::Proof).unwrap_or(form);
    // Where the choices of colours and language come back to: nothing is shown at the path of the proof.
    page.path = act.path().to_owned();
    let done = match act == form {
        true => alone(&page, &viewer, form, &token, filled.clone(), &visitor).await,
        false => after_proof(&page, &viewer, act, &token, filled.clone(), &visitor).await,
    };
    match done.map_err(|error| error.into_api()) {
        Ok(done) => page.redirect_done(where_to(act, &done), &done),
        Err(error) if error.code == ErrorCode::ReauthenticationRequired => {
            confirm::show(&page, &viewer, act, filled, error).await
        }
        Err(error) if act != form && error.problem_with(Field::Password).is_some() => {
            confirm::show(&page, &viewer, act, filled, error).await
        }
        Err(error) => {
            for input in act.inputs() {
                if input.is_secret() {
                    drop(filled.take(input.field));
                }
            }
            let left = Left { form: act, filled, error };
            match act.path() {
                "/account" => profile::show(&page, &viewer, Some(left)).await,
                "/account/password" => password::show(&page, &viewer, Some(left)).await,
                "/account/devices" => devices::show(&page, &viewer, Some(left)).await,
                _ => page.error(&left.error),
            }
        }
    }
}

/// `GET` of the address at which a password was asked for: the form that wanted it is gone.
pub async fn left() -> Response {
    Page::redirect(Form::Profile.path())
}

async fn alone(
    page: &Page,
    viewer: &Viewer,
    form: Form,
    token: &str,
    filled: Filled,
    visitor: &Visitor,
) -> Result<Done> {
    let caller = caller::of_form(&page.app, viewer, form, token)?;
    acts::act(&page.app, &caller, form, filled, page.refresh_token(), visitor).await
}

/// Proves who is there, and does then what wanted that. The proof gives the session a new identity, which acts.
async fn after_proof(
    page: &Page,
    viewer: &Viewer,
    act: Form,
    token: &str,
    filled: Filled,
    visitor: &Visitor,
) -> Result<Done> {
    let app = &page.app;
    let proof = alone(page, viewer, Form::Proof, token, filled.clone(), visitor).await?;
    let Some(renewed) = proof.renewed else {
        return Err(ErrorCode::Internal.into());
    };
    let caller = caller::verify(app, &renewed.body.access_token)?;
    let refresh_token = renewed.issued.refresh.as_ref().map(|(_, token)| token.expose().to_owned());
    let done = acts::act(app, &caller, act, filled, refresh_token.as_deref(), visitor).await;
    Ok(match done {
        Ok(done) => Done { renewed: done.renewed.or(Some(renewed)), ..done },
        // The proof stands; the page says what it says by itself.
        Err(_) => Done { renewed: Some(renewed), ..proof },
    })
}
