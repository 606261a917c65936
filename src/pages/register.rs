//! `/register`: create an account.

use axum::{extract::Request, response::Response};
use serde::Deserialize;

use super::{
    entry::Entry,
    page::{Page, Posted, posted},
};
use crate::{
    islands::{FormKind, FormStart},
    model::RegisterForm,
    server::{App, service::register},
};

const ENTRY: Entry = Entry {
    kind: FormKind::Register,
    title: "Create account",
    heading: "Create account",
    lead: "A name and a password are enough.",
    other: Some(("Have an account?", "/login", "Sign in")),
};

/// `GET /register`.
pub async fn page(page: Page) -> Response {
    ENTRY.arrive(&page)
}

/// The form as a browser posts it without WASM.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(default)]
    username: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    next: Option<String>,
}

/// `POST /register` by form: signed in and on to `next`, or the page again with what was wrong.
pub async fn post(app: App, request: Request) -> Response {
    let Posted { page, form, visitor } = match posted::<Fields>(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let account = RegisterForm {
        username: Some(form.username.clone()),
        email: Some(form.email.clone()),
        password: Some(form.password),
    };
    match register::and_sign_in(&page.app, account, &visitor).await {
        Ok(opened) => page.redirect_signed_in(&opened, form.next.as_deref()),
        Err(error) => {
            let (name, email, error) = (form.username, form.email, Some(error.into_api()));
            let next = form.next;
            ENTRY.show(&page, FormStart { name, email, next, error })
        }
    }
}
