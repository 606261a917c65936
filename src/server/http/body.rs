//! Reading of bodies and queries: at most 64 KiB, of the declared type, with one clear error for
//! each mistake.

use std::{borrow::Cow, error::Error, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Query, Request, rejection::QueryRejection},
    http::{HeaderMap, header},
};
use http_body_util::BodyExt;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IntoDeserializer, value::StrDeserializer},
};

use super::{load, reply::ProblemDetails};
use crate::{
    model::{ApiError, ErrorCode, Field, Problem},
    server::{
        json::{self, Refused, Why},
        service::load::Full,
    },
};

/// Maximum size of a request body, in bytes.
pub const LIMIT: usize = 64 * 1024;

/// A JSON body.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ProblemDetails;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ProblemDetails> {
        let refused = (!is_json(request.headers())).then(|| not_json(request.headers()));
        let bytes = read(request.into_body()).await?;
        match refused {
            Some(refused) => Err(refused),
            None => json(&bytes).map(Self),
        }
    }
}

/// The query parameters; an unknown name is an error.
///
/// # Errors
/// 422 with the wrong or unknown parameter.
pub fn query<T>(parsed: Result<Query<T>, QueryRejection>) -> Result<T, ProblemDetails> {
    let Query(query) = parsed.map_err(|error| {
        let text = error.body_text();
        let said = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
        match (said.find("unknown field `"), said.split_once(": ")) {
            (Some(at), _) => wrong(&said[at..], ""),
            // Only a known name has a wrong value.
            (None, Some((name, said))) => wrong(said, &format!(" in {name}")),
            (None, None) => wrong(said, ""),
        }
    })?;
    Ok(query)
}

/// A JSON body that may be absent.
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalJson<T> {
    type Rejection = ProblemDetails;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ProblemDetails> {
        let refused = (!is_json(request.headers())).then(|| not_json(request.headers()));
        let has_type = request.headers().contains_key(header::CONTENT_TYPE);
        let bytes = read(request.into_body()).await?;
        match (bytes.is_empty(), refused) {
            (true, _) if !has_type => Ok(Self(T::default())),
            (true, None) => Ok(Self(T::default())),
            (false, None) => json(&bytes).map(Self),
            (_, Some(refused)) => Err(refused),
        }
    }
}

/// Time limit for the arrival of a body.
const ARRIVE_WITHIN: Duration = Duration::from_secs(15);

/// Collects a body within the limits of size and time.
///
/// It is copied into one buffer: a body with a byte per frame would otherwise take many times its
/// length.
///
/// # Errors
/// 413 for a large body, 408 for a slow one, 503 without room for its bytes.
pub async fn read(mut body: Body) -> Result<Bytes, ProblemDetails> {
    let collect = async {
        let mut collected = Vec::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(unreadable)?.into_data() else { continue };
            if collected.len() + data.len() > LIMIT {
                let most = format!("A body has at most {LIMIT} bytes.");
                return Err(ProblemDetails::with_detail(ErrorCode::BodyTooLarge, most));
            }
            collected.extend_from_slice(&data);
        }
        Ok(Bytes::from(collected))
    };
    tokio::time::timeout(ARRIVE_WITHIN, collect).await.map_err(|_| ErrorCode::BodyTooSlow)?
}

fn unreadable(error: axum::Error) -> ProblemDetails {
    let mut cause: Option<&dyn Error> = Some(&error);
    while let Some(error) = cause {
        if error.is::<Full>() {
            return load::overloaded();
        }
        cause = error.source();
    }
    ErrorCode::MalformedBody.into()
}

/// Parses JSON, with a detail that names the fault and its location.
///
/// # Errors
/// 422 for a wrong field, 400 for text that is not JSON.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ProblemDetails> {
    json::read(bytes).map_err(|refused| {
        let error: ApiError = match &refused {
            Refused::NotUtf8(_) | Refused::Utf16 => ErrorCode::NotUtf8.into(),
            refused if !refused.is_json() => ErrorCode::MalformedBody.into(),
            Refused::Wrong(wrong) => {
                let problem = match wrong.why {
                    Why::Missing => Problem::Required,
                    Why::Unknown(_) => Problem::Unknown,
                    _ => Problem::Invalid,
                };
                ApiError::field(wrong.field().and_then(field).unwrap_or(Field::Body), problem)
            }
            _ => ApiError::field(Field::Body, Problem::Invalid),
        };
        ProblemDetails::from(error).detail(refused.to_string())
    })
}

/// The field of a name.
fn field(name: &str) -> Option<Field> {
    let name: StrDeserializer<'_, serde::de::value::Error> = name.into_deserializer();
    Field::deserialize(name).ok()
}

/// Rejects a form that is not UTF-8: all invalid bytes would become the same character, and
/// different passwords the same.
///
/// # Errors
/// `not_utf8`.
pub fn check_form(bytes: &[u8]) -> Result<(), ErrorCode> {
    // A plus sign is a space, which is irrelevant here.
    let decoded: Cow<'_, [u8]> = percent_encoding::percent_decode(bytes).into();
    std::str::from_utf8(&decoded).map(drop).map_err(|_| ErrorCode::NotUtf8)
}

/// 415 for a body without a JSON content type, with the reason.
pub fn not_json(headers: &HeaderMap) -> ProblemDetails {
    let why = if is_form(headers) {
        "The content type is that of a form, which curl -d sends by itself; add: -H 'Content-Type: application/json'"
    } else if headers.contains_key(header::CONTENT_TYPE) {
        "The content type is another one; expected: Content-Type: application/json"
    } else {
        "There is no content type; expected: Content-Type: application/json"
    };
    ProblemDetails::with_detail(ErrorCode::UnsupportedMediaType, why)
}

/// 422 for an error of serde about a client's query, without the client's own text.
///
/// Serde repeats unknown fields and wrong values in the client's spelling; the expectation, and the
/// names of missing or duplicate fields, are our own words.
fn wrong(said: &str, place: &str) -> ProblemDetails {
    let is = |kind: &str| said.starts_with(kind);
    let (problem, what) = if is("unknown field") {
        (Problem::Unknown, "unknown field")
    } else if is("missing field") || is("duplicate field") {
        (Problem::Invalid, said)
    } else {
        (Problem::Invalid, "unacceptable value")
    };
    let expected = said.rsplit_once(", expected ").map(|(_, ours)| format!(", expected {ours}"));
    let fields = ApiError::field(Field::Body, problem);
    ProblemDetails::from(fields).detail(format!("{what}{}{place}", expected.unwrap_or_default()))
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
