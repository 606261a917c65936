//! `/register`: the registration page.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;

use super::{
    entry::{Entry, Words},
    page::Page,
};
use crate::{
    model::Form,
    server::{App, say},
};

const ENTRY: Entry = Entry { form: Form::Register, words, next: None };

fn words(page: &Page) -> Words {
    Words {
        title: say::button(Form::Register),
        heading: say::register_heading(page.service()),
        lead: Some(view! { <p>{say::register_lead()}</p> }.into_any()),
        other: Some((say::register_other(), "/login", say::button(Form::Login))),
        help: None,
    }
}

/// `GET /register`.
pub async fn page(page: Page) -> Response {
    ENTRY.arrive(&page)
}

/// `POST /register` by form.
pub async fn post(app: App, request: Request) -> Response {
    ENTRY.post(app, request).await
}
