//! `/setup`: the first administrator, by a link that works once.

use axum::{
    extract::{Request, State},
    response::Response,
};

use super::{entry::Entry, page::Page};
use crate::{
    model::{ApiError, ErrorCode, Filled, Form},
    server::{App, service::setup},
};

const ENTRY: Entry = Entry {
    form: Form::Setup,
    title: "Set up",
    heading: "Create the first administrator",
    named: None,
    lead: "This link works once, for an hour from the server’s start.",
    other: None,
};

/// `GET /setup?token=…` moves the token into a cookie; `GET /setup` shows the form. Neither spends anything.
pub async fn page(page: Page) -> Response {
    let shown = match page.query("token") {
        Some(token) => without_token(&page, &token).await,
        None => form(&page).await,
    };
    shown.unwrap_or_else(|error| page.error(&error))
}

/// The address bar, the history and the theme's form must not repeat the token.
async fn without_token(page: &Page, token: &str) -> Result<Response, ApiError> {
    let until = setup::open_until(&page.app, token).await?;
    let kept = until.map(|until| (token, until - page.app.clock.now()));
    Ok(page.redirect_without_link("/setup", kept))
}

async fn form(page: &Page) -> Result<Response, ApiError> {
    match setup::open_until(&page.app, page.link().unwrap_or_default()).await? {
        Some(_) => Ok(ENTRY.show(page, None, Filled::default(), None)),
        None => Err(ErrorCode::SetupClosed.into()),
    }
}

/// `POST /setup` by form.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    ENTRY.post(app, request).await
}
