//! `POST /theme`: light, dark, or as the system has it.

use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;

use super::page::{Posted, posted};
use crate::server::App;

/// The switch in the footer.
#[derive(Deserialize)]
struct Fields {
    theme: String,
    next: Option<String>,
}

/// Remembers the choice in a cookie and goes back.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    match posted::<Fields>(app, request).await {
        Ok(Posted { page, form, .. }) => page.choose_theme(&form.theme, form.next.as_deref()),
        Err(response) => response,
    }
}
