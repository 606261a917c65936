//! `/register`: the registration page.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;

use super::{
    entry::{Entry, Words},
    page::Page,
};
use crate::{
    components::with_name,
    model::{ApiError, ErrorCode, Filled, Form},
    server::{App, say},
};

const ENTRY: Entry = Entry { form: Form::Register, words, next: None };

fn words(page: &Page) -> Words {
    let is_offered = !page.app.config.password_required && page.app.config.rp_id.is_some();
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
        passkey: is_offered.then_some(Form::PasskeyRegister),
    }
}

/// `GET /register`.
pub async fn page(page: Page) -> Response {
    match page.app.config.registration_open {
        true => ENTRY.arrive(&page),
        false => closed(&page),
    }
}

/// The page where people need an invitation.
fn closed(page: &Page) -> Response {
    let lead = with_name(&say::register_closed("{}"), page.service()).into_any();
    page.render_refusal(say::button(Form::Register), &ErrorCode::RegistrationClosed.into(), || {
        view! {
            <main id="main" class="portal wide closed" tabindex="-1">
                <div class="intro">
                    <h1>{say::register_closed_title()}</h1>
                    <p>{lead}</p>
                    <div class="buttons">
                        <a class="button" href=Form::Login.path()>
                            {say::button(Form::Login)}
                        </a>
                    </div>
                </div>
            </main>
        }
        .into_any()
    })
}

/// The page after a registration with a passkey was refused, which an authenticator has made and maybe no account has.
pub(super) fn refused_passkey(
    page: &Page,
    next: Option<String>,
    filled: Filled,
    (error, is_unknown): (ApiError, bool),
) -> Response {
    ENTRY.show(page, next, filled, Some(error), is_unknown)
}

/// `POST /register` by form.
pub async fn post(app: App, request: Request) -> Response {
    ENTRY.post(app, request).await
}
