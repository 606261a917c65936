//! Answers in JSON, and the errors of OAuth; never `application/problem+json`, which their libraries do not read.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::server::service::oauth::{OAuthError, TokenRefusal};

/// An answer, or an error.
pub(super) fn told(answer: Result<Value, OAuthError>) -> Response {
    match answer {
        Ok(value) => Json(value).into_response(),
        Err(error) => refused(error),
    }
}

/// An answer without a body, or an error.
pub(super) fn no_content(answer: Result<(), OAuthError>) -> Response {
    answer.map_or_else(refused, |()| StatusCode::OK.into_response())
}

fn refused(error: OAuthError) -> Response {
    let body = json!({ "error": error.code(), "error_description": error.description() });
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    if let Some(seconds) = error.retry_after() {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if let OAuthError::InvalidClient { by_header } = error {
        // Every 401 has a challenge (RFC 9110 section 15.5.2); that of the scheme that was tried, or of one that opens no dialog.
        let challenge =
            if by_header { r#"Basic realm="vestibule""# } else { r#"Form realm="vestibule""# };
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}

/// The refusal of an access token (RFC 6750 section 3); none where there was none.
pub(super) fn refused_token(refusal: Option<TokenRefusal>) -> Response {
    let (status, code, challenge) = match refusal {
        None => (401, None, r#"Bearer realm="vestibule""#),
        Some(TokenRefusal::InvalidToken) => {
            (401, Some("invalid_token"), r#"Bearer realm="vestibule", error="invalid_token""#)
        }
        Some(TokenRefusal::InsufficientScope) => (
            403,
            Some("insufficient_scope"),
            r#"Bearer realm="vestibule", error="insufficient_scope", scope="openid""#,
        ),
        Some(TokenRefusal::Other(error)) => return refused(error),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNAUTHORIZED);
    let body = code.map_or_else(|| json!({}), |code| json!({ "error": code }));
    let mut response = (status, Json(body)).into_response();
    let challenge = HeaderValue::from_static(challenge);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}
