//! `POST /logout`: sign out without WASM.

use axum::response::Response;

use super::page::Page;
use crate::server::service::Visitor;

/// Ends the session of the cookie and goes to the start.
pub async fn post(page: Page, visitor: Visitor) -> Response {
    match page.sign_out(&visitor).await {
        Ok(response) => response,
        Err(error) => page.error(&error),
    }
}
