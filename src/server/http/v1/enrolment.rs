//! Setting up an authenticator app at a sign-in, because a role demands it.

use axum::{Json, extract::State, http::HeaderMap, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    auth::{unbound, with_cookies},
    factors::TotpSetup,
};
use crate::{
    model::{ErrorCode, SessionKind, SignedIn},
    server::{
        App,
        http::{body::JsonBody, description::Example, origin, reply::ProblemDetails},
        service::{
            ClientInfo, factors,
            flows::{Asker, Holder},
            login::{self, Entered, SecondStep},
            proof::HalfSignedIn,
        },
    },
};

/// A sign-in that sets up an app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentFlow {
    /// `flow` of the answer to the first step.
    flow: String,
}

/// A code of the app that a sign-in sets up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentCode {
    /// `flow` of the answer to the first step.
    flow: String,
    /// A code of the app: six digits, with blanks and hyphens or without.
    code: String,
}

/// The answer to a sign-in that has set up an app.
#[derive(Serialize, ToSchema)]
pub struct Enrolled {
    /// The tokens.
    #[serde(flatten)]
    signed_in: SignedIn,
    /// Ten codes, each of which works once in place of a code of the app. They are never shown again.
    recovery_codes: Vec<String>,
}

async fn resume(
    app: &App,
    flow: &str,
    client_info: &ClientInfo,
) -> Result<HalfSignedIn, ProblemDetails> {
    let half = login::resume(app, Some(Holder::Program), flow, client_info).await?;
    match half.is_enrolment() {
        true => Ok(half),
        false => Err(ErrorCode::FlowOver.into()),
    }
}

/// `POST login/enrolment`.
pub async fn begin(
    State(app): State<App>,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<EnrolmentFlow>,
) -> Result<Json<TotpSetup>, ProblemDetails> {
    let half = resume(&app, &form.flow, &client_info).await?;
    Ok(Json(factors::of_sign_in(&app, &half).await?.into()))
}

/// `PUT login/enrolment`.
pub async fn complete(
    State(app): State<App>,
    headers: HeaderMap,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<EnrolmentCode>,
) -> Result<Response, ProblemDetails> {
    let half = resume(&app, &form.flow, &client_info).await?;
    let kind = half.session();
    if kind == Some(SessionKind::Cookie) {
        origin::check(&app, &headers)?;
    }
    let step = SecondStep { code: &form.code, trusts: false };
    let entered = login::second_step(&app, half, step, Asker::Program, &client_info).await?;
    let answer = match entered {
        Entered::Session(opened, _) => {
            let (mut signed_in, recovery_codes) = (opened.signed_in, opened.recovery_codes);
            signed_in.refresh_token = opened.issued.in_body();
            let body = Json(Enrolled { signed_in, recovery_codes });
            with_cookies(&app, &opened.issued, axum::response::IntoResponse::into_response(body))
        }
        other => super::auth::entered_answer(&app, other)?,
    };
    Ok(unbound(&app, &headers, kind, answer))
}

impl Example for EnrolmentFlow {
    fn example() -> Value {
        json!({ "flow": "Zm9yIHRlbiBtaW51dGVzLCBhbmQgZm9yIG9uZSB1c2U" })
    }
}

impl Example for EnrolmentCode {
    fn example() -> Value {
        json!({ "flow": "Zm9yIHRlbiBtaW51dGVzLCBhbmQgZm9yIG9uZSB1c2U", "code": "123 456" })
    }
}

impl Example for Enrolled {
    fn example() -> Value {
        let mut example = SignedIn::example();
        example["recovery_codes"] = json!(["A1B2-C3D4-E5F6-G7H8"]);
        example
    }
}
