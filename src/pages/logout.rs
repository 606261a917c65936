//! `/logout`: sign-out without script, even while the database is unavailable.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use leptos::prelude::*;

use super::page::{Page, Posted, posted_by_anybody};
use crate::{
    components::{Drawn, FormView, Look},
    model::{ErrorCode, Form},
    server::{
        App,
        http::reply,
        say,
        service::{acts::Done, audit, principal, session, session_user},
    },
};

/// `GET /logout` asks first, because viewing a page must not sign anybody out.
pub async fn page(page: Page) -> Response {
    ask(&page, StatusCode::OK)
}

fn ask(page: &Page, status: StatusCode) -> Response {
    let token = page
        .session_user
        .as_ref()
        .map(|session_user| principal::form_token(&page.app, session_user, Form::Logout));
    let title = match token {
        Some(_) => say::logout_title(),
        None => say::error(ErrorCode::MissingSession),
    };
    let heading = title.clone();
    page.render(title, status, || {
        let way = match token {
            Some(token) => {
                let drawn = Drawn { token: Some(token), ..Drawn::default() };
                let look = Look { button: "button", ..Look::default() };
                view! { <FormView form=Form::Logout look drawn /> }.into_any()
            }
            None => view! {
                <a class="button" href="/login">
                    {say::button(Form::Login)}
                </a>
            }
            .into_any(),
        };
        view! {
            <main id="main" class="portal wide" tabindex="-1">
                <div class="intro">
                    <h1>{heading}</h1>
                    <div class="buttons">{way}</div>
                </div>
            </main>
        }
        .into_any()
    })
}

/// Ends the session of the cookie and redirects to the start.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { mut page, token, client_info, .. } = match posted_by_anybody(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    if let Some(cookie) = page.refresh_token() {
        if !principal::may_sign_out(&page.app, cookie, &token) {
            // The page was of an earlier identity of the session, or too old: this one asks again.
            // No redirect, which script would take for a sign-out.
            match session_user::of_cookie(&page.app, cookie).await {
                Ok(session_user) => page.session_user = session_user,
                Err(error) => return page.error(&error.into_api()),
            }
            if let Some(session_user) = &page.session_user {
                audit::record_stale_form(&page.app, session_user, &client_info).await;
            }
            return ask(&page, reply::status(ErrorCode::StaleForm));
        }
        if let Err(error) = session::end_by_token(&page.app, cookie, &client_info).await {
            return page.error(&error.into_api());
        }
    }
    page.redirect_done(Page::START, &Done::signed_out())
}
