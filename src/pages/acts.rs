//! Forms of people who are signed in, as a browser posts them without script.

use axum::{
    extract::{Request, State},
    response::Response,
};
use leptos::prelude::*;

use super::{
    account,
    page::{Left, Page, Posted, posted},
    password, sessions,
};
use crate::{
    components::{Drawn, FormView, Look},
    model::{ApiError, ErrorCode, Field, Filled, Form, Input, PasswordPolicy, Sender},
    server::{
        App,
        error::Result,
        http::door::where_to,
        service::{
            Visitor,
            acts::{self, Done},
            caller::{self, FRESH_FOR},
            profile,
            viewer::Viewer,
        },
    },
};

/// `POST` of such a form: done and on to its page, or the page again with what was wrong.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { page, mut filled, form, then, token, visitor, .. } =
        match posted(app, request).await {
            Ok(posted) => posted,
            Err(response) => return response,
        };
    let Some(form) = form.filter(|form| form.sender() == Sender::Person) else {
        return page.error(&ErrorCode::InvalidInput.into());
    };
    let Some(viewer) = page.viewer.clone() else {
        return Page::redirect(&Page::sign_in_path(form.path()));
    };
    let act = then.filter(|_| form == Form::Proof).unwrap_or(form);
    let done = match act == form {
        true => alone(&page, &viewer, form, &token, filled.clone(), &visitor).await,
        false => after_proof(&page, &viewer, act, &token, filled.clone(), &visitor).await,
    };
    match done.map_err(|error| error.into_api()) {
        Ok(done) => page.redirect_done(where_to(act, &done), &done),
        Err(error) if error.code == ErrorCode::ReauthenticationRequired => {
            confirm(&page, &viewer, act, filled, error).await
        }
        Err(error) if act != form && error.problem_with(Field::Password).is_some() => {
            confirm(&page, &viewer, act, filled, error).await
        }
        Err(error) => {
            for input in act.inputs() {
                if input.is_secret() {
                    drop(filled.take(input.field));
                }
            }
            let left = Left { form: act, filled, error };
            match act {
                Form::Password => password::show(&page, &viewer, Some(left)).await,
                Form::EndSession | Form::EndOthers | Form::EndAll => {
                    sessions::show(&page, &viewer, Some(left)).await
                }
                Form::Profile => account::show(&page, &viewer, Some(left)).await,
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

/// The page that asks for the password, and carries what wants it.
async fn confirm(
    page: &Page,
    viewer: &Viewer,
    act: Form,
    filled: Filled,
    error: ApiError,
) -> Response {
    let user = match profile::of_viewer(&page.app, viewer).await {
        Ok(user) => user,
        Err(error) => return page.error(&error.into_api()),
    };
    let carried = |input: &Input| (input.field.name(), filled.of(input.field).to_owned());
    let is_asked = error.code == ErrorCode::ReauthenticationRequired;
    let drawn = Drawn {
        token: Some(caller::form_token(&page.app, viewer, Form::Proof)),
        hidden: std::iter::once(("then", act.name().to_owned()))
            .chain(act.inputs().iter().filter(|input| !input.is_secret()).map(carried))
            .collect(),
        error: (!is_asked).then(|| error.clone()),
        username: Some(user.username),
        ..Drawn::default()
    };
    let look = Look { class: "card", button: "button full", says: None };
    let policy = PasswordPolicy { min_chars: 1 };
    let lead = format!(
        "Enter your password to go on. You will not be asked again for {} minutes.",
        FRESH_FOR / 60
    );
    let content = move || {
        view! {
            <main id="main" class="portal" tabindex="-1">
                <div class="intro">
                    <h1>"Confirm that it is you"</h1>
                    <p>{lead}</p>
                </div>
                    <FormView form=Form::Proof look policy drawn label=None ask=None />
                <p class="aside">
                    <a href=act.path()>"Cancel"</a>
                </p>
            </main>
        }
        .into_any()
    };
    page.render_refusal("Confirm that it is you", &error, content)
}
