//! `/login/enrol`: setting up an authenticator app at a sign-in, because a role demands it.

use axum::{
    extract::{Request, State},
    response::Response,
};
use leptos::prelude::*;

use super::{
    factor::{again, hidden, not_pending, step},
    page::{Page, Posted, posted},
};
use crate::{
    components::{AppSetup, Drawn, FormView, Look},
    model::{ApiError, ErrorCode, Form},
    server::{
        App, say,
        service::{entry, factors, login, proof::HalfSignedIn},
    },
};

/// `GET /login/enrol`; without a sign-in that waits, a redirect to its first step.
pub async fn page(page: Page) -> Response {
    if page.session_user.is_some() {
        return Page::redirect(&page.safe_next(None));
    }
    show(&page, None).await
}

/// `POST /login/enrol` by form: a code of the new app.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { page, filled, next, client_info, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let brought = entry::Brought { pending: page.pending(), ..entry::Brought::default() };
    match entry::enter(&page.app, Form::Enrol, filled, brought, &client_info).await {
        Ok(entered) => page.redirect_entered(&entered, None),
        Err(error) if error.code() == ErrorCode::FlowOver => again(next.as_deref()),
        Err(error) => show(&page, Some(error.into_api())).await,
    }
}

/// The page of the sign-in that waits, with the error of its form if there is one.
async fn show(page: &Page, error: Option<ApiError>) -> Response {
    let client_info = page.client_info();
    let browser = client_info.browser.as_ref();
    let half = match login::pending_in(&page.app, browser, page.pending()).await {
        Ok(half) if half.is_enrolment() => half,
        Ok(_) => return Page::redirect(Form::Factor.path()),
        Err(error) => return not_pending(page, error),
    };
    match factors::of_sign_in(&page.app, &half).await {
        Ok(setup) => drawn(page, &half, setup, error),
        Err(error) => page.error(&error.into_api()),
    }
}

fn drawn(
    page: &Page,
    half: &HalfSignedIn,
    setup: factors::Setup,
    error: Option<ApiError>,
) -> Response {
    let next = half.next();
    let drawn = Drawn { error: error.clone(), hidden: hidden(next), ..Drawn::default() };
    let look = Look { button: "button full", ..Look::default() };
    let lead = if half.is_by_mail() { say::enrol_lead_mail() } else { say::enrol_lead() };
    let card = || {
        view! {
            <section class="card">
                <AppSetup secret=setup.secret uri=setup.uri />
                <FormView form=Form::Enrol look drawn />
            </section>
        }
        .into_any()
    };
    step(page, (say::enrol_heading(), lead), next, error.as_ref(), card)
}
