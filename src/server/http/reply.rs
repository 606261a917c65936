//! Answers in JSON, and problem+json (RFC 9457) with a stable code.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    model::{ApiError, ErrorCode},
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
    detail: Option<String>,
    /// `scope` of a challenge for a permission.
    scope: Option<&'static str>,
    /// The `msg` of the tutorials' aliases.
    alias: Option<Box<str>>,
}

impl ProblemDetails {
    /// A refusal with a sentence for the developer.
    pub fn with_detail(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self::from(code).detail(detail)
    }

    /// Adds a sentence for the developer.
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// 403 for a missing permission (RFC 6750 section 3.1).
    pub fn insufficient_scope(scope: &'static str) -> Self {
        let detail = Some(format!("This needs the permission {scope}."));
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

    fn challenge(&self) -> Option<String> {
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
            ErrorCode::InvalidCredentials | ErrorCode::MissingSession => Some(REALM.into()),
            _ => None,
        }
    }

    fn body(&self) -> Value {
        let told = say::with_sentences(self.error.clone());
        let mut body = json!({
            "type": "about:blank",
            "title": told.message,
            "status": told.code.status(),
            "code": told.code,
            "message": told.message,
        });
        if let Some(detail) = &self.detail {
            body["detail"] = json!(detail);
        }
        if let Some(seconds) = told.retry_after {
            body["retry_after"] = json!(seconds);
        }
        if let Some(msg) = &self.alias {
            body["msg"] = json!(msg);
        }
        if !told.fields.is_empty() {
            body["errors"] = json!(told.fields);
        }
        body
    }
}

impl From<ApiError> for ProblemDetails {
    fn from(error: ApiError) -> Self {
        Self { error, detail: None, scope: None, alias: None }
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
