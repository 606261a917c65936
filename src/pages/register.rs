//! `/register`: create an account.

use axum::{extract::Request, http::StatusCode, response::Response};
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    islands::{CredentialsForm, FormKind, FormStart},
    model::RegisterForm,
    server::{
        App,
        http::{
            next::safe_next,
            page::{Page, Posted, posted},
        },
        service::register,
    },
};

/// `GET /register`.
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
            let error = error.into_api();
            let status = Page::status(&error);
            let next = form.next.map(|next| safe_next(Some(&next)).to_owned());
            let (name, email) = (form.username, form.email);
            show(&page, status, FormStart { name, email, error: Some(error), next, token: None })
        }
    }
}

fn show(page: &Page, status: StatusCode, start: FormStart) -> Response {
    let policy = page.app.config.password_policy();
    let login = match &start.next {
        Some(next) => format!("/login?next={}", Page::encode(next)),
        None => "/login".into(),
    };
    page.render(Page::title("Create account", start.error.is_some()), status, move || {
        view! {
            <main id="main" class="portal" tabindex="-1">
                <div class="intro">
                    <h1>"Create account"</h1>
                    <p>"A name and a password are enough."</p>
                </div>
                <CredentialsForm kind=FormKind::Register policy start />
                <p class="aside">"Have an account? " <a href=login>"Sign in"</a></p>
            </main>
        }
        .into_any()
    })
}
