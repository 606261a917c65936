//! `POST /theme` and `POST /language`: what a reader chooses for all pages of this browser.

use axum::{
    extract::{Request, State},
    response::Response,
};

use super::page::{Page, Posted, posted_by_anybody};
use crate::server::{
    App,
    http::{cookies, next::checked_next},
    say::Language,
};

/// Remembers the colours in a cookie and goes back.
pub async fn theme(State(app): State<App>, request: Request) -> Response {
    match posted_by_anybody(app, request).await {
        Ok(Posted { page, theme, next, .. }) => {
            let theme = match &*theme {
                "light" => "light",
                "dark" => "dark",
                _ => "system",
            };
            back(next, cookies::set_theme(&page.app, theme))
        }
        Err(response) => response,
    }
}

/// Remembers the language in a cookie and goes back. One that there are no messages in is forgotten: the browser's own holds
/// again.
pub async fn language(State(app): State<App>, request: Request) -> Response {
    match posted_by_anybody(app, request).await {
        Ok(Posted { page, language, next, .. }) => {
            let code = Language::of_code(&language).map_or("", Language::code);
            back(next, cookies::set_language(&page.app, code))
        }
        Err(response) => response,
    }
}

fn back(next: Option<String>, cookie: axum::http::HeaderValue) -> Response {
    let to = next.as_deref().and_then(checked_next).unwrap_or(Page::START);
    let mut response = Page::redirect(to);
    response.headers_mut().insert(axum::http::header::SET_COOKIE, cookie);
    response
}
