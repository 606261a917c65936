//! One request to our own server with its answer. It uses only the token that it is given.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

use super::{
    json::from_json,
    page::{self, Abort},
};
use crate::{
    browser::{Received, Verb},
    model::{ApiError, ErrorCode},
};

impl Received {
    /// The body of a success, or the error.
    pub(super) fn success(self) -> Result<String, ApiError> {
        match self.status {
            200..300 => Ok(self.body),
            _ => Err(self.error()),
        }
    }

    fn error(&self) -> ApiError {
        from_json(&self.body).unwrap_or(ErrorCode::Internal.into())
    }

    /// Whether the answer refuses the token: the status 401 alone has many meanings.
    pub(super) fn refuses_token(&self) -> bool {
        self.status == 401
            && matches!(self.error().code, ErrorCode::InvalidToken | ErrorCode::SessionMismatch)
    }
}

/// Posts without an access token; the browser sends the cookie by itself.
///
/// # Errors
/// `network_failure` without an answer in time.
pub async fn post(path: &str, body: Option<&str>) -> Result<Received, ApiError> {
    exchange(Verb::Post, path, body, None).await
}

/// Sends one request and waits for its whole answer, within the time limit.
pub(super) async fn exchange(
    verb: Verb,
    path: &str,
    body: Option<&str>,
    token: Option<&str>,
) -> Result<Received, ApiError> {
    let abort = Abort::new()?;
    let began = page::milliseconds();
    let answer = page::in_time(send(verb, path, body, token, &abort)).await;
    let (status, body) = answer.and_then(Result::ok).ok_or(ErrorCode::NetworkFailure)?;
    Ok(Received { status, body, milliseconds: (page::milliseconds() - began) as u32 })
}

async fn send(
    verb: Verb,
    path: &str,
    body: Option<&str>,
    token: Option<&str>,
    abort: &Abort,
) -> Result<(u16, String), JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept", "application/json")?;
    if let Some(token) = token {
        headers.set("Authorization", &format!("Bearer {token}"))?;
    }
    let init = RequestInit::new();
    init.set_method(match verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
        Verb::Put => "PUT",
        Verb::Delete => "DELETE",
    });
    if let Some(body) = body {
        headers.set("Content-Type", "application/json")?;
        init.set_body(&body.into());
    }
    init.set_headers(&headers);
    let response: Response = page::fetch(path, &init, abort).await?.unchecked_into();
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.status(), text.as_string().unwrap_or_default()))
}
