//! `/leaving`: where a right sign-in to an account that is leaving ends, and its owner can keep it.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::Response,
};
use leptos::prelude::*;

use super::page::{Page, Posted, posted};
use crate::{
    components::{Alert, Drawn, FormView, Look, Tone, with_name},
    model::{ApiError, ErrorCode, Form},
    server::{
        App, dates,
        http::cookies,
        say,
        service::{
            flows::Holder,
            leaving::{self, Offer},
        },
    },
};

/// Where a browser goes that took too long, or in which another sign-in has followed: the account is still leaving.
const NOT_KEPT: &str = "/login?reason=not_kept";

/// `GET /leaving`; with `?go`, a browser forgets what it could keep, and leaves.
pub async fn page(page: Page) -> Response {
    match page.query("go") {
        Some(_) => done(&page, Page::START),
        None if page.leaving().is_none() => Page::redirect(Form::Login.path()),
        None => show(&page, None).await,
    }
}

/// `POST /leaving` by form: keeps the account, and signs nobody in.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { page, client_info, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let Some((flow, browser)) = page.leaving() else {
        return Page::redirect(NOT_KEPT);
    };
    match leaving::keep(&page.app, Holder::Browser(&browser), flow, &client_info).await {
        Ok(()) => done(&page, "/login?reason=kept"),
        Err(error) => show(&page, Some(error.into_api())).await,
    }
}

/// A redirect from the page, whose flow this browser forgets.
fn done(page: &Page, to: &str) -> Response {
    let mut response = Page::redirect(to);
    response.headers_mut().append(header::SET_COOKIE, cookies::clear_leaving(&page.app));
    response
}

async fn show(page: &Page, error: Option<ApiError>) -> Response {
    let Some((flow, browser)) = page.leaving() else {
        return Page::redirect(NOT_KEPT);
    };
    let Offer { username, erase_after, .. } =
        match leaving::offered(&page.app, Holder::Browser(&browser), flow).await {
            Ok(offer) => offer,
            Err(over) if over.code() == ErrorCode::FlowOver => return done(page, NOT_KEPT),
            Err(error) => return page.error(&error.into_api()),
        };
    let whose = with_name(&say::leaving_of("{}"), &username).into_any();
    let (when, day) = (dates::rfc3339(erase_after), say::minute(erase_after));
    let drawn = Drawn { error: error.clone(), ..Drawn::default() };
    let look = Look { class: "card", button: "button full", is_focused: false };
    let content = || {
        view! {
            <main id="main" class="portal" tabindex="-1">
                <div class="intro">
                    <h1>{say::leaving_title()}</h1>
                    <Alert tone=Tone::Caution>
                        <p>{whose}</p>
                        <p>
                            <time datetime=when>{say::leaving_until(day)}</time>
                        </p>
                    </Alert>
                    <p>{say::leaving_lead()}</p>
                </div>
                <FormView form=Form::Keep look drawn />
                <p class="aside">
                    <a href="/leaving?go=1">{say::leaving_go()}</a>
                </p>
            </main>
        }
        .into_any()
    };
    match error {
        Some(error) => page.render_refusal(say::leaving_title(), &error, content),
        None => page.render(say::leaving_title(), StatusCode::OK, content),
    }
}
