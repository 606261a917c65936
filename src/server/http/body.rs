//! Reading bodies and queries: at most 64 KiB, of the declared type, with one clear answer for each mistake.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Query, Request, rejection::QueryRejection},
    http::{HeaderMap, header},
};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::reply::Problem;
use crate::model::{ApiError, ErrorCode, Field, FieldError, Problem as Wrong};

/// The largest body of any request, in bytes.
pub const LIMIT: usize = 64 * 1024;

/// A JSON body.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let bytes = read(request.into_body()).await?;
        if !is_json {
            return Err(ErrorCode::UnsupportedMediaType.into());
        }
        json(&bytes).map(Self)
    }
}

/// What came after the `?`; an unknown name is a mistake worth telling.
pub fn query<T>(parsed: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    let wrong = || ApiError::fields(vec![FieldError::new(Field::Body, Wrong::Invalid)]);
    let Query(query) = parsed.map_err(|error| Problem::from(wrong()).detail(error.body_text()))?;
    Ok(query)
}

/// A JSON body that may be absent altogether.
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let has_type = request.headers().contains_key(header::CONTENT_TYPE);
        let bytes = read(request.into_body()).await?;
        match (bytes.is_empty(), is_json) {
            (true, _) if !has_type => Ok(Self(T::default())),
            (true, true) => Ok(Self(T::default())),
            (false, true) => json(&bytes).map(Self),
            (_, false) => Err(ErrorCode::UnsupportedMediaType.into()),
        }
    }
}

/// How long a body may take to arrive.
const ARRIVE_WITHIN: Duration = Duration::from_secs(15);

/// Collects a body within the limits of size and time.
pub async fn read(body: Body) -> Result<Bytes, Problem> {
    let arrived = tokio::time::timeout(ARRIVE_WITHIN, axum::body::to_bytes(body, LIMIT)).await;
    arrived.map_err(|_| ErrorCode::BodyTooSlow)?.map_err(|error| {
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(error) = cause {
            if error.is::<http_body_util::LengthLimitError>() {
                return ErrorCode::BodyTooLarge.into();
            }
            cause = error.source();
        }
        ErrorCode::MalformedBody.into()
    })
}

/// Parses JSON; a wrong field is 422, anything that is not JSON is 400.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        Category::Data => {
            let text = error.to_string();
            let wrong = match text.starts_with("unknown field") {
                true => Wrong::Unknown,
                false => Wrong::Invalid,
            };
            let fields = ApiError::fields(vec![FieldError::new(Field::Body, wrong)]);
            Problem::from(fields).detail(text)
        }
        _ => Problem::with_detail(ErrorCode::MalformedBody, "The body is not valid JSON."),
    })
}

/// Whether the content type is JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    is_type(headers, "application/json")
}

/// Whether the content type is that of an HTML form.
pub fn is_form(headers: &HeaderMap) -> bool {
    is_type(headers, "application/x-www-form-urlencoded")
}

fn is_type(headers: &HeaderMap, wanted: &str) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case(wanted))
}
