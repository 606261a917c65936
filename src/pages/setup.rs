//! `/setup`: the first administrator, by a link that works once.

use axum::{
    extract::{Request, State},
    response::Response,
};
use leptos::prelude::*;

use super::{
    entry::{Entry, Words},
    page::Page,
};
use crate::{
    model::{ApiError, ErrorCode, Filled, Form},
    server::{App, say, service::setup},
};

const ENTRY: Entry = Entry { form: Form::Setup, words, next: Some("/account/ready") };

fn words(_: &Page) -> Words {
    Words {
        title: say::setup_title(),
        heading: say::setup_heading().into_any(),
        lead: Some(view! { <p>{say::setup_lead()}</p> }.into_any()),
        other: None,
        help: None,
        passkey: None,
    }
}

/// `GET /setup?token=…` moves the token into a cookie; `GET /setup` shows the form. Neither spends anything.
pub async fn page(page: Page) -> Response {
    let shown = match page.query("token") {
        Some(token) => without_token(&page, &token).await,
        None => form(&page).await,
    };
    shown.unwrap_or_else(|error| page.error(&error))
}

/// Moves the token of the link into a cookie, so that the address bar, the history and the form of
/// the colours do not repeat it.
async fn without_token(page: &Page, token: &str) -> Result<Response, ApiError> {
    let until = setup::open_until(&page.app, token).await?;
    let kept = until.map(|until| (token, until - page.app.clock.now_s()));
    Ok(page.redirect_without_link("/setup", kept))
}

async fn form(page: &Page) -> Result<Response, ApiError> {
    match setup::open_until(&page.app, page.link().unwrap_or_default()).await? {
        Some(_) => Ok(ENTRY.show(page, None, Filled::default(), None, false)),
        None => Err(ErrorCode::SetupClosed.into()),
    }
}

/// `POST /setup` by form.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    ENTRY.post(app, request).await
}
