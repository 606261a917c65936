//! `/login`: sign in.

use axum::{extract::Request, response::Response};

use super::{entry::Entry, page::Page};
use crate::{model::Form, server::App};

const ENTRY: Entry = Entry {
    form: Form::Login,
    title: "Sign in",
    heading: "Sign in",
    named: Some(("Sign in to ", "")),
    lead: "Good to see you again.",
    other: Some(("New here?", "/register", "Create account")),
};

/// `GET /login`.
pub async fn page(page: Page) -> Response {
    let shown = page.forget_dead_session(ENTRY.arrive(&page)).await;
    shown.unwrap_or_else(|error| page.error(&error))
}

/// `POST /login` by form.
pub async fn post(app: App, request: Request) -> Response {
    ENTRY.post(app, request).await
}
