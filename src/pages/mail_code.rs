//! `/login/mail` and `/login/code`: a sign-in by a code of a mail, where the settings allow it.

use axum::{
    extract::{Request, State},
    response::Response,
};
use leptos::prelude::*;

use super::{
    page::{Page, Posted, posted},
    recovery::{back, show},
};
use crate::{
    components::{Drawn, with_name},
    model::{ApiError, ErrorCode, Field, Filled, Form, SessionKind},
    server::{
        App, say,
        service::{
            acts,
            login::{self, Errand},
        },
    },
};

/// `GET /login/mail`.
pub async fn ask(page: Page) -> Response {
    let next = page.query("next");
    match login::is_by_mail(&page.app) {
        _ if page.session_user.is_some() => Page::redirect(&page.safe_next(next.as_deref())),
        true => show_ask(&page, next, Filled::default(), None),
        false => Page::redirect(Form::Login.path()),
    }
}

/// `POST /login/mail` by form: the answer is the same for every name.
pub async fn post_ask(State(app): State<App>, request: Request) -> Response {
    let Posted { page, filled, next, client_info, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    if !login::is_by_mail(&page.app) {
        return page.error(&ErrorCode::NotFound.into());
    }
    let errand = Errand::of_page(None);
    let name = filled.of(Field::Identifier);
    match login::ask_by_mail(&page.app, name, errand.asker, &client_info).await {
        Ok(asked) => {
            page.redirect_asked(&with_next(Form::MailCode.path(), next.as_deref()), &asked)
        }
        Err(error) => show_ask(&page, next, filled, Some(error.into_api())),
    }
}

/// `GET /login/code`.
pub async fn code(page: Page) -> Response {
    let next = page.query("next");
    match page.mail_code().filter(|_| login::is_by_mail(&page.app)) {
        _ if page.session_user.is_some() => Page::redirect(&page.safe_next(next.as_deref())),
        Some(flow) => show_code(&page, flow, next, None),
        None => Page::redirect(Form::Login.path()),
    }
}

/// `POST /login/code` by form.
pub async fn post_code(State(app): State<App>, request: Request) -> Response {
    let Posted { page, filled, next, client_info, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    if !login::is_by_mail(&page.app) {
        return page.error(&ErrorCode::NotFound.into());
    }
    let (flow, typed) = (filled.of(Field::Flow), filled.of(Field::Code));
    if let Err(error) = Form::MailCode.require(&filled, page.app.config.password_policy()) {
        return show_code(&page, flow, next, Some(error));
    }
    let safe = page.safe_next(next.as_deref());
    let (kind, errand) = (Some(SessionKind::Cookie), Errand::of_page(Some(safe)));
    match login::by_mail(&page.app, (flow, typed), kind, errand, &client_info).await {
        Ok(entered) => page.redirect_entered(&entered, next.as_deref()),
        Err(error) => show_code(&page, flow, next, Some(acts::wrong_code(error).into_api())),
    }
}

/// A path with the page after the sign-in.
fn with_next(path: &str, next: Option<&str>) -> String {
    match next {
        Some(next) => format!("{path}?next={}", Page::encode(next)),
        None => path.to_owned(),
    }
}

fn drawn(page: &Page, next: Option<String>, filled: Filled, error: Option<ApiError>) -> Drawn {
    let next = next.map(|next| ("next", page.safe_next(Some(&next))));
    Drawn { filled, error, hidden: next.into_iter().collect(), ..Drawn::default() }
}

fn show_ask(
    page: &Page,
    next: Option<String>,
    filled: Filled,
    error: Option<ApiError>,
) -> Response {
    let service = page.service().to_owned();
    let below = view! {
        <p class="aside small">{with_name(&say::by_mail_nothing("{}"), &service)}</p>
        {back()}
    };
    let title = say::by_mail_title();
    let words = (title.clone(), title, say::by_mail_lead());
    let drawn = drawn(page, next, filled, error);
    show(page, Form::MailCodeAsk, words, drawn, None, below.into_any())
}

fn show_code(page: &Page, flow: &str, next: Option<String>, error: Option<ApiError>) -> Response {
    let mut filled = Filled::default();
    filled.set(Field::Flow, flow);
    let again = with_next(Form::MailCodeAsk.path(), next.as_deref());
    let below = view! {
        <p class="aside small">
            {page.mail_from()} " " {say::forgot_code_nothing()}
        </p>
        <p class="aside">
            <a href=again>{say::forgot_again()}</a>
        </p>
        {back()}
    };
    let title = say::forgot_code_title();
    let words = (title.clone(), title, say::by_mail_sent());
    let drawn = drawn(page, next, filled, error);
    show(page, Form::MailCode, words, drawn, None, below.into_any())
}
