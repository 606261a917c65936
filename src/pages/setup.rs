//! `/setup`: the first administrator, by a link that works once.

use axum::{
    extract::{Request, State},
    response::Response,
};

use super::entry::Entry;
use crate::{
    islands::{FormKind, FormStart},
    model::{ApiError, ErrorCode, SetupForm},
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

const PATH: &str = "/setup";

/// `GET /setup?token=…` moves the token into a cookie; `GET /setup` shows the form. Neither spends anything.
pub async fn page(mut page: Page) -> Response {
    let token = page.query("token");
    // Whatever is shown, the theme's form must not repeat the token.
    page.path = PATH.into();
    let link = token.as_deref().or(page.link()).unwrap_or_default();
    match setup::open_until(&page.app, link).await {
        Ok(Some(until)) if token.is_some() => {
            page.redirect_without_link(PATH, link, until - page.app.clock.now())
        }
        Ok(Some(_)) => ENTRY.show(&page, FormStart::default()),
        Ok(None) => page.error(&ErrorCode::SetupClosed.into()),
        Err(error) => page.error(&error.into()),
    }
}

/// `POST /setup` by form.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { page, form, visitor } = match posted::<SetupForm>(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let name = form.username.clone().unwrap_or_default();
    let token = page.link().unwrap_or_default();
    match setup::claim(&page.app, token, form, &visitor).await.map_err(ApiError::from) {
        Ok(opened) => page.forget_link(page.redirect_signed_in(&opened, None)),
        Err(closed) if closed.code == ErrorCode::SetupClosed => {
            page.forget_link(page.error(&closed))
        }
        Err(error) => {
            ENTRY.show(&page, FormStart { name, error: Some(error), ..FormStart::default() })
        }
    }
}
