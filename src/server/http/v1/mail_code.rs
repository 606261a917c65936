//! Signing in by a code of a mail.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::auth::{entered_answer, unbound};
use crate::{
    model::SessionKind,
    server::{
        App,
        http::{body::JsonBody, description::Example, origin, reply::ProblemDetails},
        service::{ClientInfo, flows::Asker, login, login::Errand},
    },
};

pub use crate::server::service::by_name::MailAsked;

/// The name of an account to which somebody signs in by mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailCodeForm {
    /// A username, or a confirmed address.
    #[schema(min_length = 1, max_length = 254)]
    identifier: String,
}

/// The code of such a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailCode {
    /// The secret of the attempt.
    flow: String,
    /// The eight digits of the mail, with blanks and hyphens or without.
    code: String,
    /// Transport of a refresh token; none without one.
    #[serde(default)]
    session: Option<SessionKind>,
}

/// `POST login/mail`: 202, for every name.
pub async fn begin(
    State(app): State<App>,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<MailCodeForm>,
) -> Result<Response, ProblemDetails> {
    let asked = login::ask_by_mail(&app, &form.identifier, Asker::Program, &client_info).await?;
    Ok((StatusCode::ACCEPTED, Json(asked.answer())).into_response())
}

/// `PUT login/mail`.
pub async fn complete(
    State(app): State<App>,
    headers: HeaderMap,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<MailCode>,
) -> Result<Response, ProblemDetails> {
    let kind = form.session;
    if kind == Some(SessionKind::Cookie) {
        origin::check(&app, &headers)?;
    }
    let given = (&*form.flow, &*form.code);
    let entered = login::by_mail(&app, given, kind, Errand::PROGRAM, &client_info).await?;
    Ok(unbound(&app, &headers, kind, entered_answer(&app, entered)?))
}

const FLOW: &str = "Q29kZXMgb2YgbWFpbHMgc2lnbiBpbiBmb3IgdGVuIG0";

impl Example for MailCodeForm {
    fn example() -> Value {
        json!({ "identifier": "ada@example.org" })
    }
}

impl Example for MailAsked {
    fn example() -> Value {
        json!({ "flow": FLOW, "expires_in": 1_800, "resend_after": 60 })
    }
}

impl Example for MailCode {
    fn example() -> Value {
        json!({ "flow": FLOW, "code": "1234 5678", "session": "token" })
    }
}
