//! `/setup`: the first administrator, by a link that works once.

use axum::{
    extract::{Request, State},
    response::Response,
};

use super::entry::Entry;
use crate::{
    islands::{FormKind, FormStart},
    model::{ErrorCode, SetupForm},
    server::{
        App,
        http::page::{Page, Posted, posted},
        service::setup,
    },
};

const ENTRY: Entry = Entry {
    kind: FormKind::Setup,
    title: "Set up",
    heading: "Create the first administrator",
    lead: "This link works once, for an hour from the server’s start.",
    other: None,
};

/// `GET /setup?token=…`: shows the form and spends nothing.
pub async fn page(page: Page) -> Response {
    let token = page.query("token").unwrap_or_default();
    match setup::is_open(&page.app, &token).await {
        Ok(true) => {
            let start = FormStart { token: Some(token), ..FormStart::default() };
            ENTRY.show(&page, start)
        }
        Ok(false) => page.error(&ErrorCode::SetupClosed.into()),
        Err(error) => page.error(&error.into_api()),
    }
}

/// `POST /setup` by form.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { page, form, visitor } = match posted::<SetupForm>(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let (name, token) = (form.username.clone().unwrap_or_default(), form.token.clone());
    match setup::claim(&page.app, form, &visitor).await {
        Ok(opened) => page.redirect_signed_in(&opened, None),
        Err(error) => match error.into_api() {
            closed if closed.code == ErrorCode::SetupClosed => page.error(&closed),
            error => {
                let (error, token) = (Some(error), Some(token));
                ENTRY.show(&page, FormStart { name, error, token, ..FormStart::default() })
            }
        },
    }
}
