//! `POST /logout`: sign out without script, also while the database is away.

use axum::{
    extract::{Request, State},
    response::Response,
};

use super::page::{Page, Posted, posted_by_anybody};
use crate::{
    model::ErrorCode,
    server::{
        App,
        service::{acts::Done, caller, session},
    },
};

/// Ends the session of the cookie and goes to the start.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { page, token, visitor, .. } = match posted_by_anybody(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    if let Some(cookie) = page.refresh_token() {
        if !caller::may_sign_out(&page.app, cookie, &token) {
            return page.error(&ErrorCode::StaleForm.into());
        }
        if let Err(error) = session::end_by_token(&page.app, cookie, &visitor).await {
            return page.error(&error.into_api());
        }
    }
    page.redirect_done(Page::START, &Done::signed_out())
}
