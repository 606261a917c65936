//! Reading bodies and queries: at most 64 KiB, of the declared type, with one clear answer for each mistake.

use std::{error::Error, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Query, Request, rejection::QueryRejection},
    http::{HeaderMap, header},
};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::{load, reply::Problem};
use crate::{
    model::{ApiError, ErrorCode, Field, Problem as Wrong},
    server::service::load::Full,
};

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
    let Query(query) = parsed.map_err(|error| {
        let text = error.body_text();
        let said = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
        match (said.find("unknown field `"), said.split_once(": ")) {
            (Some(at), _) => wrong(&said[at..], ""),
            // Only a name of ours has a value that is wrong.
            (None, Some((name, said))) => wrong(said, &format!(" in {name}")),
            (None, None) => wrong(said, ""),
        }
    })?;
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
///
/// Into one piece: a body of a byte in each frame would else take many times its length.
pub async fn read(mut body: Body) -> Result<Bytes, Problem> {
    let collect = async {
        let mut collected = Vec::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(unreadable)?.into_data() else { continue };
            if collected.len() + data.len() > LIMIT {
                return Err(ErrorCode::BodyTooLarge.into());
            }
            collected.extend_from_slice(&data);
        }
        Ok(Bytes::from(collected))
    };
    tokio::time::timeout(ARRIVE_WITHIN, collect).await.map_err(|_| ErrorCode::BodyTooSlow)?
}

fn unreadable(error: axum::Error) -> Problem {
    let mut cause: Option<&dyn Error> = Some(&error);
    while let Some(error) = cause {
        if error.is::<Full>() {
            return load::overloaded();
        }
        cause = error.source();
    }
    ErrorCode::MalformedBody.into()
}

/// Parses JSON; a wrong field is 422, anything that is not JSON is 400.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        Category::Data => {
            let (line, column) = (error.line(), error.column());
            let place = format!(" at line {line} column {column}");
            let text = error.to_string();
            wrong(text.strip_suffix(&place).unwrap_or(&text), &place)
        }
        _ => Problem::with_detail(ErrorCode::MalformedBody, "The body is not valid JSON."),
    })
}

/// 422 for what serde said of a client's data, without the client's own words.
///
/// Serde names a field that is unknown and a value that is wrong as the client wrote them; what it expected
/// instead, and which field is missing or there twice, are our words.
fn wrong(said: &str, place: &str) -> Problem {
    let is = |kind: &str| said.starts_with(kind);
    let (problem, what) = if is("unknown field") {
        (Wrong::Unknown, "unknown field")
    } else if is("missing field") || is("duplicate field") {
        (Wrong::Invalid, said)
    } else {
        (Wrong::Invalid, "unacceptable value")
    };
    let expected = said.rsplit_once(", expected ").map(|(_, ours)| format!(", expected {ours}"));
    let fields = ApiError::field(Field::Body, problem);
    Problem::from(fields).detail(format!("{what}{}{place}", expected.unwrap_or_default()))
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
