//! Pages for people who are signed in: the guard in front of them, and the request that it lets through.

use axum::{
    extract::{FromRequestParts, Request},
    http::request::Parts,
    response::Response,
};

use super::Page;
use crate::{
    model::ErrorCode,
    server::{
        App,
        http::client_info,
        service::{
            audit::{self, Outcome},
            roles::Permission,
            session_user::SessionUser,
        },
    },
};

/// A request for a guarded page, made by the guard of its row alone.
#[derive(Clone)]
pub struct SignedIn {
    /// The request.
    pub page: Page,
    /// The user of the session cookie.
    pub session_user: SessionUser,
}

/// Lets a request through to a page for people who are signed in, and have a permission where the row names one. Strangers
/// are sent to sign in and come back, before anything is read.
///
/// # Errors
/// The answer in place of the page.
pub async fn let_through(
    app: &App,
    permission: Option<Permission>,
    request: Request,
) -> Result<Request, Response> {
    let (mut parts, body) = request.into_parts();
    let page = Page::from_request_parts(&mut parts, app).await?;
    let Some(session_user) = page.session_user.clone() else {
        return Err(page.redirect_to_sign_in(&page.path));
    };
    if permission.is_some_and(|permission| !session_user.may(permission)) {
        let client_info = client_info::of(app, &parts);
        audit::note_refused_page(app, &session_user, Outcome::InsufficientScope, &client_info)
            .await;
        return Err(page.error(&ErrorCode::Forbidden.into()));
    }
    parts.extensions.insert(SignedIn { page, session_user });
    Ok(Request::from_parts(parts, body))
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        // Absent only if the row of the page names an access that makes none.
        let made = parts.extensions.remove::<Self>();
        made.ok_or_else(|| Page::anonymous(app.clone(), parts).error(&ErrorCode::Internal.into()))
    }
}
