//! `/login`: sign in.

use axum::{extract::Request, response::Response};
use serde::Deserialize;

use super::{
    entry::Entry,
    page::{Page, Posted, posted},
};
use crate::{
    islands::{FormKind, FormStart},
    model::{LoginForm, SessionKind},
    server::{App, service::login},
};

const ENTRY: Entry = Entry {
    kind: FormKind::Login,
    title: "Sign in",
    heading: "Sign in",
    lead: "Good to see you again.",
    other: Some(("New here?", "/register", "Create account")),
};

/// `GET /login`.
pub async fn page(page: Page) -> Response {
    let shown = page.forget_dead_session(ENTRY.arrive(&page)).await;
    shown.unwrap_or_else(|error| page.error(&error))
}

/// The form as a browser posts it without WASM.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(default)]
    identifier: String,
    #[serde(default)]
    password: String,
    next: Option<String>,
}

/// `POST /login` by form: on to `next`, or the page again with what was wrong.
pub async fn post(app: App, request: Request) -> Response {
    let Posted { page, form, visitor } = match posted::<Fields>(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let credentials = LoginForm {
        identifier: Some(form.identifier.clone()),
        password: Some(form.password),
        session: Some(SessionKind::Cookie),
    };
    match login::with_password(&page.app, credentials, &visitor).await {
        Ok(opened) => page.redirect_signed_in(&opened, form.next.as_deref()),
        Err(error) => {
            let (name, next, error) = (form.identifier, form.next, Some(error.into_api()));
            ENTRY.show(&page, FormStart { name, next, error, ..FormStart::default() })
        }
    }
}
