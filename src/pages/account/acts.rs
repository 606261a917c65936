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
            audit, caller,
            session::Renewed,
            viewer::{self, Viewer},
        },
    },
};

/// `POST` of such a form: done and on to its page, or the page again with what was wrong.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { mut page, mut filled, form, then, token, person, visitor, .. } =
        match posted(app, request).await {
            Ok(posted) => posted,
            Err(response) => return response,
        };
    let Some(form) = form.filter(|form| form.sender() == Sender::Person) else {
        return page.error(&ErrorCode::UnsupportedMediaType.into());
    };
    let Some(viewer) = page.viewer.clone() else {
        return page.redirect_to_sign_in(form.path());
    };
    if !person.is_empty() && person != viewer.user().as_str() {
        filled = Filled::default();
    }
    let then = then.filter(|then| form == Form::Proof && then.sender() == Sender::Person);
    let act = then.unwrap_or(form);
    // Where the choices of colours and language come back to: nothing is shown at the path of the proof.
    page.path = act.path().to_owned();
    let mut renewed = None;
    let done = match act == form {
        true => alone(&page, &viewer, form, &token, filled.clone(), &visitor).await,
        false => match prove(&page, &viewer, &token, filled.clone(), &visitor).await {
            Ok(proven) => {
                let done = act_as(&page.app, &proven, act, filled.clone(), &visitor).await;
                renewed = Some(proven);
                done
            }
            Err(error) => Err(error),
        },
    };
    let error = match done.map_err(|error| error.into_api()) {
        Ok(done) => {
            let to = where_to(act, &done);
            return page.redirect_done(to, &Done { renewed: done.renewed.or(renewed), ..done });
        }
        Err(error) => error,
    };
    let is_about_proof = error.code == ErrorCode::ReauthenticationRequired
        || (act != form && error.problem_with(Field::Password).is_some());
    if renewed.is_none() && is_about_proof {
        return confirm::show(&page, &viewer, act, filled, error).await;
    }
    again(page, viewer, Left { form: act, filled, error }, renewed.as_ref()).await
}

/// The page of a form that was refused; where a proof before it stands, with the session's new identity.
async fn again(
    mut page: Page,
    mut viewer: Viewer,
    mut left: Left,
    renewed: Option<&Renewed>,
) -> Response {
    for input in left.form.inputs() {
        if input.is_secret() {
            drop(left.filled.take(input.field));
        }
    }
    if let Some(proven) = renewed
        && let Some((_, token)) = &proven.issued.refresh
        && let Ok(Some(now)) = viewer::of_cookie(&page.app, token.expose()).await
    {
        page.viewer = Some(now.clone());
        viewer = now;
    }
    let mut response = match left.form.path() {
        "/account" => profile::show(&page, &viewer, Some(left)).await,
        "/account/password" => password::show(&page, &viewer, Some(left)).await,
        "/account/devices" => devices::show(&page, &viewer, Some(left)).await,
        _ => page.error(&left.error),
    };
    if let Some(proven) = renewed {
        page.keep_session(&mut response, &proven.issued);
    }
    response
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
    let caller = match caller::of_form(&page.app, viewer, form, token) {
        Ok(caller) => caller,
        Err(error) => {
            audit::note_stale_form(&page.app, viewer, visitor).await;
            return Err(error);
        }
    };
    acts::act(&page.app, &caller, form, filled, page.refresh_token(), visitor).await
}

/// Proves who is there, which gives the session a new identity.
async fn prove(
    page: &Page,
    viewer: &Viewer,
    token: &str,
    filled: Filled,
    visitor: &Visitor,
) -> Result<Renewed> {
    let proof = alone(page, viewer, Form::Proof, token, filled, visitor).await?;
    proof.renewed.ok_or_else(|| ErrorCode::Internal.into())
}

/// Does what wanted the proof, under the session's new identity.
async fn act_as(
    app: &App,
    proven: &Renewed,
    act: Form,
    filled: Filled,
    visitor: &Visitor,
) -> Result<Done> {
    let caller = caller::verify(app, &proven.body.access_token)?;
    let refresh_token = proven.issued.refresh.as_ref().map(|(_, token)| token.expose().to_owned());
    acts::act(app, &caller, act, filled, refresh_token.as_deref(), visitor).await
}
