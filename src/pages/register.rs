//! `/register`: the registration page.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;

use super::{
    entry::{Entry, Words},
    page::Page,
};
use crate::{
    components::with_name,
    model::Form,
    server::{App, say},
};

const ENTRY: Entry = Entry { form: Form::Register, words, next: None };

fn words(page: &Page) -> Words {
    let lead = match page.app.config.demands_address {
        true => say::register_lead_address(),
        false => say::register_lead(),
    };
    Words {
        title: say::button(Form::Register),
        heading: with_name(&say::register_heading("{}"), page.service()).into_any(),
        lead: Some(view! { <p>{lead}</p> }.into_any()),
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
