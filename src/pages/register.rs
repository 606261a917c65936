//! `/register`: create an account.

use axum::{extract::Request, response::Response};

use super::{entry::Entry, page::Page};
use crate::{model::Form, server::App};

const ENTRY: Entry = Entry {
    form: Form::Register,
    title: "Create account",
    heading: "Create account",
    named: Some(("Create your ", " account")),
    lead: "A username and a password are enough.",
    other: Some(("Have an account?", "/login", "Sign in")),
};

/// `GET /register`.
pub async fn page(page: Page) -> Response {
    ENTRY.arrive(&page)
}

/// `POST /register` by form.
pub async fn post(app: App, request: Request) -> Response {
    ENTRY.post(app, request).await
}
