//! Forms of signed-in users, as a browser posts them without script.

use axum::{
    extract::{Request, State},
    response::Response,
};

use super::{address, confirm, data, devices, factor, passkeys, password, profile};
use crate::{
    model::{ErrorCode, Field, Filled, Form, Input, Sender},
    pages::{
        oauth::client_of_next,
        page::{Left, Page, Posted, posted},
    },
    server::{
        App,
        error::Result,
        http::action_context::where_to,
        service::{
            ClientInfo,
            acts::{self, Done, Said},
            audit, principal,
            session::Renewed,
            session_user::{self, SessionUser},
        },
    },
};

/// `POST` of such a form: performs its action and redirects, or shows the page again with the
/// error.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { mut page, mut filled, form, then, next, token, person, client_info, .. } =
        match posted(app, request).await {
            Ok(posted) => posted,
            Err(response) => return response,
        };
    let Some(form) = form.filter(|form| form.sender() == Sender::Person) else {
        return page.error(&ErrorCode::MalformedBody.into());
    };
    let Some(session_user) = page.session_user.clone() else {
        return page.redirect_to_sign_in(form.path());
    };
    if !person.is_empty() && person != session_user.user().as_str() {
        filled = Filled::default();
    }
    let then = then.filter(|then| form.is_proof() && then.sender() == Sender::Person);
    let act = then.unwrap_or(form);
    // The choices of colours and language return to this path, because nothing is shown at the path
    // of the proof.
    page.path = act.path().to_owned();
    let (mut renewed, onward) = (None, next.clone());
    let done = match act == form {
        true => alone(&page, &session_user, form, &token, filled.clone(), &client_info).await,
        false => {
            match prove(&page, &session_user, form, &token, filled.clone(), &client_info).await {
                // What it asks for is not carried: its page asks again.
                Ok(proven) if act.inputs().iter().any(Input::is_secret) => {
                    let done = Done { renewed: Some(proven), ..Done::of(Said::Confirmed) };
                    return page.redirect_done(act.path(), &done);
                }
                Ok(proven) => {
                    let done = act_as(&page.app, &proven, act, filled.clone(), &client_info).await;
                    renewed = Some(proven);
                    done
                }
                Err(error) => Err(error),
            }
        }
    };
    let error = match done.map_err(|error| error.into_api()) {
        Ok(done) => {
            let to = match next.filter(|_| act == Form::CodesKept || act.is_proof()) {
                Some(next) => page.safe_next(Some(&next)),
                None => where_to(act, &done).to_owned(),
            };
            return page.redirect_done(&to, &Done { renewed: done.renewed.or(renewed), ..done });
        }
        Err(error) => error,
    };
    let is_about_proof = matches!(
        error.code,
        ErrorCode::ReauthenticationRequired | ErrorCode::FactorRequired | ErrorCode::InvalidPasskey
    ) || (act != form
        && [Field::Password, Field::AppCode, Field::Credential, Field::Ceremony]
            .iter()
            .any(|of| error.problem_with(*of).is_some()));
    if let Some(next) = onward.filter(|_| form.is_proof() && act == form) {
        let client = client_of_next(&page, &next).unwrap_or_default();
        return confirm::proof_page(&page, &session_user, &client, &next, Some(&error));
    }
    if renewed.is_none() && is_about_proof {
        return confirm::show(&page, &session_user, act, filled, error).await;
    }
    again(page, session_user, Left { form: act, filled, error }, renewed.as_ref()).await
}

/// The page of a refused form; after a proof, with the session's new identity.
async fn again(
    mut page: Page,
    mut session_user: SessionUser,
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
        && let Ok(Some(current)) = session_user::of_cookie(&page.app, token.expose()).await
    {
        page.session_user = Some(current.clone());
        session_user = current;
    }
    let mut response = match left.form.path() {
        "/account" => profile::show(&page, &session_user, Some(left)).await,
        "/account/password" => password::show(&page, &session_user, Some(left)).await,
        "/account/address" => address::show(&page, &session_user, Some(left)).await,
        "/account/passkeys" => passkeys::show(&page, &session_user, Some(left)).await,
        "/account/factor" => factor::show(&page, &session_user, Some(left)).await,
        "/account/data" => data::show(&page, &session_user, Some(left)).await,
        "/account/devices" => devices::show(&page, &session_user, Some(left)).await,
        _ => page.error(&left.error),
    };
    if let Some(proven) = renewed {
        page.keep_session(&mut response, &proven.issued);
    }
    response
}

/// `GET` of the path at which a password was asked for: the form that required it is gone.
pub async fn left() -> Response {
    Page::redirect(Form::Profile.path())
}

async fn alone(
    page: &Page,
    session_user: &SessionUser,
    form: Form,
    token: &str,
    filled: Filled,
    client_info: &ClientInfo,
) -> Result<Done> {
    let principal = match principal::of_form(&page.app, session_user, form, token) {
        Ok(principal) => principal,
        Err(error) => {
            audit::record_stale_form(&page.app, session_user, client_info).await;
            return Err(error);
        }
    };
    acts::act(&page.app, &principal, form, filled, page.refresh_token(), client_info).await
}

/// Reauthenticates the user, which gives the session a new identity.
async fn prove(
    page: &Page,
    session_user: &SessionUser,
    form: Form,
    token: &str,
    filled: Filled,
    client_info: &ClientInfo,
) -> Result<Renewed> {
    // The fields of the form that it carries are not its own.
    let filled = filled.selected(|field| form.inputs().iter().any(|input| input.field == field));
    let proof = alone(page, session_user, form, token, filled, client_info).await?;
    proof.renewed.ok_or_else(|| ErrorCode::Internal.into())
}

/// Performs the action that required the proof, under the session's new identity.
async fn act_as(
    app: &App,
    proven: &Renewed,
    act: Form,
    filled: Filled,
    client_info: &ClientInfo,
) -> Result<Done> {
    let principal = principal::verify(app, &proven.body.access_token)?;
    let refresh_token = proven.issued.refresh.as_ref().map(|(_, token)| token.expose().to_owned());
    acts::act(app, &principal, act, filled, refresh_token.as_deref(), client_info).await
}
