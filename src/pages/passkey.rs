//! `/login/passkey`, to which the form of a passkey posts, and what passkeys of a page are asked.

use axum::{
    Json,
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    factor, login,
    page::{Page, Posted, posted},
    register,
};
use crate::{
    model::{ErrorCode, Field, Form, RegisterForm},
    server::{
        App,
        error::Result,
        http::{body::OptionalJson, cookies, last::Last, reply::ProblemDetails},
        service::{
            ClientInfo, entry,
            flows::{BrowserToken, Holder},
            login::pending_in,
            passkeys::{self, Asked, Purpose},
            register as sign_up,
        },
    },
};

/// `GET /login/passkey`: the page with the form.
pub async fn page() -> Response {
    Page::redirect(Form::Login.path())
}

/// `POST /login/passkey`: the answer of a passkey.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { page, filled, next, client_info, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let safe = page.safe_next(next.as_deref());
    let brought = entry::Brought { next: Some(&safe), ..entry::Brought::default() };
    let form = Form::PasskeyLogin;
    match entry::enter(&page.app, form, filled, brought, &client_info).await {
        Ok(entered) => page.redirect_entered(&entered, next.as_deref()),
        // A browser that keeps no cookies has lost that to which the question was bound, and is told so.
        Err(error) if error.code() == ErrorCode::FlowOver => {
            Page::redirect(&page.with_cookie(&factor::late(next.as_deref())))
        }
        Err(error) => login::refused_passkey(&page, next, error.into_api()),
    }
}

/// `GET /register/passkey`: the page with the form.
pub async fn register_page() -> Response {
    Page::redirect(Form::Register.path())
}

/// `POST /register/passkey`: an account with a passkey, and without a password.
pub async fn post_register(State(app): State<App>, request: Request) -> Response {
    let Posted { page, filled, next, client_info, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let kept = filled.selected(|field| !matches!(field, Field::Credential | Field::Ceremony));
    let credential = filled.of(Field::Credential).to_owned();
    let marked = page.with_cookie(Form::Register.path());
    let brought = entry::Brought::default();
    match entry::enter(&page.app, Form::PasskeyRegister, filled, brought, &client_info).await {
        Ok(entered) => page.redirect_entered(&entered, next.as_deref()),
        // As at a sign-in; where there are cookies, what was typed is not lost.
        Err(error) if error.code() == ErrorCode::FlowOver && marked != Form::Register.path() => {
            Page::redirect(&marked)
        }
        Err(error) => {
            // The account may be there all the same: its answer was lost and the form sent again, or only the sign-in failed.
            let is_unknown = passkeys::is_unknown(&page.app, &credential).await;
            register::refused_passkey(&page, next, kept, (error.into_api(), is_unknown))
        }
    }
}

/// What somebody typed who registers with a passkey.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Newcomer {
    username: Option<String>,
    email: Option<String>,
}

/// `POST /passkey/{what}`: what a passkey of a page is asked. It comes back with the form, in the browser that asked.
///
/// # Errors
/// `not_found` for another name, and where there are no passkeys; `invalid_input`, `username_taken` of a name; `flow_over` where no
/// second step waits; `too_many_requests`.
pub async fn options(
    page: Page,
    client_info: ClientInfo,
    Last(what): Last<String>,
    OptionalJson(newcomer): OptionalJson<Newcomer>,
) -> std::result::Result<Response, ProblemDetails> {
    let app = &page.app;
    let known = client_info.browser.clone();
    let is_new = known.is_none() && matches!(&*what, "login" | "register");
    let browser = known.unwrap_or_else(BrowserToken::issue);
    let holder = Holder::Browser(&browser);
    let (ceremony, options) = if what == "register" {
        let Newcomer { username, email } = newcomer;
        let form = RegisterForm { username, email, ..RegisterForm::default() };
        let asked = sign_up::passkey_options(app, holder, form, &client_info).await?;
        (asked.ceremony, json!(asked.options))
    } else {
        let asked = asked(&page, &what, holder, &client_info).await?;
        (asked.ceremony, json!(asked.options))
    };
    let body = Json(json!({ "ceremony": ceremony, "public_key": options }));
    let mut response = ([(header::CACHE_CONTROL, "no-store")], body).into_response();
    if is_new {
        response.headers_mut().append(header::SET_COOKIE, cookies::set_browser(app, &browser));
    }
    Ok(response)
}

async fn asked(
    page: &Page,
    what: &str,
    holder: Holder<'_>,
    client_info: &ClientInfo,
) -> Result<Asked> {
    let app = &page.app;
    match (what, &page.session_user) {
        ("login", _) => passkeys::options(app, Purpose::SignIn(holder), client_info).await,
        ("factor", _) => {
            let half = pending_in(app, client_info.browser.as_ref(), page.pending()).await?;
            let purpose = Purpose::Second(half.flow().id(), half.user());
            passkeys::options(app, purpose, client_info).await
        }
        ("proof", Some(session_user)) => {
            let purpose = Purpose::Proof(session_user.session(), session_user.user());
            passkeys::options(app, purpose, client_info).await
        }
        _ => Err(ErrorCode::NotFound.into()),
    }
}
