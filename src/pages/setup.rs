//! `/setup`: the first administrator, by a link that works once.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use leptos::prelude::*;

use crate::{
    islands::{CredentialsForm, FormKind, FormStart},
    model::{ErrorCode, SetupForm},
    server::{
        App,
        http::page::{Page, Posted, posted},
        service::setup,
    },
};

/// `GET /setup?token=…`: shows the form and spends nothing.
pub async fn page(page: Page) -> Response {
    let token = page.query("token").unwrap_or_default();
    match setup::is_open(&page.app, &token).await {
        Ok(true) => {
            let start = FormStart { token: Some(token), ..FormStart::default() };
            show(&page, StatusCode::OK, start)
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
                let status = Page::status(&error);
                let (error, token) = (Some(error), Some(token));
                show(&page, status, FormStart { name, error, token, ..FormStart::default() })
            }
        },
    }
}

fn show(page: &Page, status: StatusCode, start: FormStart) -> Response {
    let policy = page.app.config.password_policy();
    page.render(Page::title("Set up", start.error.is_some()), status, move || {
        view! {
            <main id="main" class="portal" tabindex="-1">
                <div class="intro">
                    <h1>"Create the first administrator"</h1>
                    <p>"This link works once, for an hour from the server’s start."</p>
                </div>
                <CredentialsForm kind=FormKind::Setup policy start />
            </main>
        }
        .into_any()
    })
}
