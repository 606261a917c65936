//! Page requests of signed-in users.

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};

use super::Page;
use crate::server::{App, service::session_user::SessionUser};

/// A request for a guarded page. Strangers are redirected to sign in and come back, before anything
/// is read.
pub struct SignedIn {
    /// The request.
    pub page: Page,
    /// The signed-in user.
    pub session_user: SessionUser,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let page = Page::from_request_parts(parts, app).await?;
        match page.session_user.clone() {
            Some(session_user) => Ok(Self { page, session_user }),
            None => Err(page.redirect_to_sign_in(&page.path)),
        }
    }
}
