//! `/login`: sign in.

use axum::{extract::Request, http::StatusCode, response::Response};
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    islands::{CredentialsForm, FormKind, FormStart},
    model::{LoginForm, SessionKind},
    server::{
        App,
        http::{
            next::safe_next,
            page::{Page, Posted, posted},
        },
        service::login,
    },
};

/// `GET /login`: whoever is signed in already goes on.
pub async fn page(page: Page) -> Response {
    let next = page.query("next");
    if page.viewer.is_some() {
        return Page::redirect(safe_next(next.as_deref()));
    }
    let next = next.map(|next| safe_next(Some(&next)).to_owned());
    show(&page, StatusCode::OK, FormStart { next, ..FormStart::default() })
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
            let error = error.into_api();
            let status = Page::status(&error);
            let next = form.next.map(|next| safe_next(Some(&next)).to_owned());
            let start = FormStart {
                name: form.identifier,
                error: Some(error),
                next,
                ..FormStart::default()
            };
            show(&page, status, start)
        }
    }
}

fn show(page: &Page, status: StatusCode, start: FormStart) -> Response {
    let policy = page.app.config.password_policy();
    let register = match &start.next {
        Some(next) => format!("/register?next={}", Page::encode(next)),
        None => "/register".into(),
    };
    page.render(Page::title("Sign in", start.error.is_some()), status, move || {
        view! {
            <main id="main" class="portal" tabindex="-1">
                <div class="intro">
                    <h1>"Sign in"</h1>
                    <p>"Good to see you again."</p>
                </div>
                <CredentialsForm kind=FormKind::Login policy start />
                <p class="aside">"New here? " <a href=register>"Create account"</a></p>
            </main>
        }
        .into_any()
    })
}
