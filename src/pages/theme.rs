//! `/theme`: light, dark, or as the system has it.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use leptos::prelude::*;

use super::page::{Page, Posted, posted};
use crate::{app::ThemeSwitch, server::App};

/// `GET /theme` offers the choice that the footer of every page has.
pub async fn page(page: Page) -> Response {
    let (theme, path) = (page.theme, page.path.clone());
    page.render("Colours", StatusCode::OK, || {
        view! {
            <main id="main" class="portal wide" tabindex="-1">
                <div class="intro">
                    <h1>"Colours"</h1>
                    <div class="actions">
                        <ThemeSwitch theme path />
                    </div>
                </div>
            </main>
        }
        .into_any()
    })
}

/// Remembers the choice in a cookie and goes back.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    match posted(app, request).await {
        Ok(Posted { page, theme, next, .. }) => page.choose_theme(&theme, next.as_deref()),
        Err(response) => response,
    }
}
