//! `/login`: the sign-in page.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;

use super::{
    entry::{Entry, Words},
    oauth::client_of_next,
    page::Page,
};
use crate::{
    components::{Alert, Tone, with_name},
    model::{ApiError, ErrorCode, Filled, Form},
    server::{App, say, service::login},
};

const ENTRY: Entry = Entry { form: Form::Login, words, next: None };

fn words(page: &Page) -> Words {
    let reason = match page.query("reason").as_deref() {
        Some("over") => Some(say::reason_over()),
        Some("elsewhere") => Some(say::reason_elsewhere()),
        Some("kept") => Some(say::leaving_kept()),
        Some("not_kept") => Some(say::leaving_not_kept()),
        Some("reset") => Some(say::reset_done()),
        Some("undone") => Some(say::said_undone()),
        Some("secured") => Some(say::said_secured()),
        Some("refused") => Some(say::said_refused()),
        Some("late") => Some(say::factor_late()),
        _ => None,
    };
    let onward = page.query("next").and_then(|next| client_of_next(page, &next));
    let reason = reason.or_else(|| onward.map(|name| say::login_onward(&name)));
    let lead = reason.map(|reason| {
        view! {
            <Alert tone=Tone::Info>
                <p>{reason}</p>
            </Alert>
        }
        .into_any()
    });
    // Where mails are sent, people help themselves.
    let forgot = page.app.mail.is_on().then(|| Form::Forgot.path().to_owned());
    let help = match forgot.or_else(|| page.app.brand.shown.support.clone()) {
        Some(address) => view! {
            <p class="aside">
                <a href=address>{say::login_forgotten()}</a>
            </p>
        }
        .into_any(),
        None => view! {
            <p class="aside small">
                {say::login_forgotten()} " " {with_name(&say::login_ask("{}"), page.service())}
            </p>
        }
        .into_any(),
    };
    let by_mail = login::is_by_mail(&page.app).then(|| {
        let path = match page.query("next") {
            Some(next) => format!("{}?next={}", Form::MailCodeAsk.path(), Page::encode(&next)),
            None => Form::MailCodeAsk.path().to_owned(),
        };
        view! {
            <p class="aside">
                <a href=path>{say::login_by_mail()}</a>
            </p>
        }
    });
    let help = view! {
        {by_mail}
        {help}
    }
    .into_any();
    Words {
        title: say::button(Form::Login),
        heading: with_name(&say::login_heading("{}"), page.service()).into_any(),
        lead,
        other: page
            .app
            .config
            .registration_open
            .then(|| (say::login_other(), Form::Register.path(), say::button(Form::Register))),
        help: Some(help),
        passkey: page.app.config.rp_id.is_some().then_some(Form::PasskeyLogin),
    }
}

/// `GET /login`.
pub async fn page(page: Page) -> Response {
    let shown = page.forget_dead_session(ENTRY.arrive(&page)).await;
    shown.unwrap_or_else(|error| page.error(&error))
}

/// The page after a passkey was refused. Of one that no account has the authenticator is told.
pub(super) fn refused_passkey(page: &Page, next: Option<String>, error: ApiError) -> Response {
    let is_unknown = error.code == ErrorCode::PasskeyUnknown && page.app.config.has_own_rp_id();
    ENTRY.show(page, next, Filled::default(), Some(error), is_unknown)
}

/// `POST /login` by form.
pub async fn post(app: App, request: Request) -> Response {
    ENTRY.post(app, request).await
}
