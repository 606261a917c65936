//! `POST /theme`: light, dark, or as the system has it.

use axum::{
    extract::{Request, State},
    response::Response,
};

use super::page::{Posted, posted};
use crate::server::App;

/// Remembers the choice in a cookie and goes back.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    match posted(app, request).await {
        Ok(Posted { page, theme, next, .. }) => page.choose_theme(&theme, next.as_deref()),
        Err(response) => response,
    }
}
