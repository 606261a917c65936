//! Answers in JSON, and problem+json (RFC 9457) with a stable code.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    model::{ApiError, ErrorCode, FieldError},
    server::{error::Error, say, service::principal::FRESH_FOR},
};

/// The realm of every challenge (RFC 9110 section 11.5).
const REALM: &str = r#"Bearer realm="vestibule""#;

/// A refusal for a client. It is also among the extensions of its answer, so that another
/// representation can be made of it.
#[derive(Clone, Debug)]
pub struct ProblemDetails {
    error: ApiError,
    /// More for a developer: a hint of ours, or the message of the JSON parser.
    detail: Option<Box<str>>,
    /// `scope` of a challenge for a permission.
    scope: Option<&'static str>,
    /// The `msg` of the tutorials' aliases.
    alias: Option<Box<str>>,
    /// The secret with which a sign-in goes on, and the seconds for which it works.
    flow: Option<Box<(String, i64)>>,
}

impl ProblemDetails {
    /// A refusal with a sentence for the developer.
    pub fn with_detail(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self::from(code).detail(detail)
    }

    /// Adds a sentence for the developer.
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into().into()), ..self }
    }

    /// 401 for a right sign-in that opens no session yet, with the secret with which it goes on.
    pub fn goes_on(code: ErrorCode, flow: &str, expires_in: i64) -> Self {
        Self { flow: Some(Box::new((flow.to_owned(), expires_in))), ..code.into() }
    }

    /// 403 for a missing permission (RFC 6750 section 3.1).
    pub fn insufficient_scope(scope: &'static str) -> Self {
        let detail = Some(format!("This needs the permission {scope}.").into());
        Self { scope: Some(scope), detail, ..ApiError::new(ErrorCode::Forbidden).into() }
    }

    /// The refusal in the form of the tutorials' aliases: with `msg` beside `message`.
    pub fn for_alias(self, msg: Option<&'static str>) -> Self {
        let msg = msg.map_or_else(|| say::error(self.error.code), str::to_owned);
        Self { alias: Some(msg.into()), ..self }
    }

    /// The code of the error.
    pub fn code(&self) -> ErrorCode {
        self.error.code
    }

    /// The error.
    pub fn error(&self) -> &ApiError {
        &self.error
    }

    /// The `WWW-Authenticate` header.
    pub fn challenge(&self) -> Option<String> {
        match self.error.code {
            ErrorCode::MissingToken => Some(REALM.into()),
            ErrorCode::InvalidToken | ErrorCode::SessionMismatch => {
                Some(format!(r#"{REALM}, error="invalid_token""#))
            }
            ErrorCode::ReauthenticationRequired => Some(format!(
                r#"{REALM}, error="insufficient_user_authentication", max_age="{FRESH_FOR}""#
            )),
            ErrorCode::Forbidden => Some(match self.scope {
                Some(scope) => format!(r#"{REALM}, error="insufficient_scope", scope="{scope}""#),
                None => format!(r#"{REALM}, error="insufficient_scope""#),
            }),
            // Every 401 carries a challenge (RFC 9110 section 15.5.2); this one opens no dialog.
            ErrorCode::InvalidCredentials
            | ErrorCode::FactorRequired
            | ErrorCode::FactorEnrolmentRequired
            | ErrorCode::AccountLeaving
            | ErrorCode::AddressUnverified
            | ErrorCode::MissingSession => Some(REALM.into()),
            _ => None,
        }
    }

    /// The refusal as a program reads it.
    pub fn body(&self) -> Problem {
        let told = say::with_sentences(self.error.clone());
        Problem {
            kind: "about:blank",
            title: told.message.clone(),
            status: told.code.status(),
            code: told.code,
            message: told.message,
            detail: self.detail.as_deref().map(str::to_owned),
            retry_after: told.retry_after,
            msg: self.alias.clone(),
            errors: told.fields,
            flow: self.flow.as_ref().map(|begun| begun.0.clone()),
            expires_in: self.flow.as_ref().map(|begun| begun.1),
        }
    }
}

/// A problem (RFC 9457): the body of every refusal.
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` has the kind of the problem.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Equal to `message`.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// The kind of the problem, for programs.
    code: ErrorCode,
    /// A sentence for a person, in the language of the request.
    message: String,
    /// More for a developer.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Seconds to wait before the next attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
    /// `message` under the name that some clients of the tutorials expect; on the tutorials' paths only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    msg: Option<Box<str>>,
    /// Every field that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
    /// The secret with which a sign-in goes on; with `factor_required`, `factor_enrolment_required`, `address_unverified` and
    /// `account_leaving` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    flow: Option<String>,
    /// Time for which it works, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<i64>,
}

impl From<ApiError> for ProblemDetails {
    fn from(error: ApiError) -> Self {
        Self { error, detail: None, scope: None, alias: None, flow: None }
    }
}

impl From<ErrorCode> for ProblemDetails {
    fn from(code: ErrorCode) -> Self {
        ApiError::new(code).into()
    }
}

impl From<Error> for ProblemDetails {
    fn from(error: Error) -> Self {
        error.into_api().into()
    }
}

impl ProblemDetails {
    /// Adds the headers of the refusal to an answer in another encoding.
    pub fn with_headers(&self, mut response: Response) -> Response {
        *response.status_mut() = status(self.error.code);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(say::current().code()));
        if let Some(challenge) = self.challenge().and_then(|text| HeaderValue::from_str(&text).ok())
        {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        say_when(headers, &self.error);
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl IntoResponse for ProblemDetails {
    fn into_response(self) -> Response {
        let mut response = self.with_headers(Json(self.body()).into_response());
        let problem = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, problem);
        response
    }
}

/// Sets the waiting time: `Retry-After`, and for a limit `RateLimit`
/// (draft-ietf-httpapi-ratelimit-headers).
pub fn say_when(headers: &mut HeaderMap, error: &ApiError) {
    let Some(seconds) = error.retry_after else {
        return;
    };
    headers.insert(header::RETRY_AFTER, seconds.into());
    let name = json!(error.code);
    let name = name.as_str().filter(|_| error.code.status() == 429);
    let limit = name.map(|name| HeaderValue::from_str(&format!("\"{name}\";r=0;t={seconds}")));
    if let Some(Ok(limit)) = limit {
        headers.insert("ratelimit", limit);
    }
}

/// The status of a code.
pub fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
