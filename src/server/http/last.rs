//! The last segment of a path.

use std::str::FromStr;

use axum::{extract::FromRequestParts, http::request::Parts};
use percent_encoding::percent_decode_str;

use super::reply::ProblemDetails;
use crate::model::ErrorCode;

/// The last segment of the path, decoded, where the row of the request leaves it open. A text that is no `T` is not found.
pub struct Last<T>(pub T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Last<T> {
    type Rejection = ProblemDetails;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ProblemDetails> {
        let segment = parts.uri.path().rsplit('/').next().unwrap_or_default();
        let segment = percent_decode_str(segment).decode_utf8().ok();
        let last = segment.and_then(|segment| segment.parse().ok());
        last.map(Self).ok_or(ErrorCode::NotFound.into())
    }
}
