//! The headers of answers.

use serde_json::{Map, Value, json};

use super::operation::Header;
use crate::{model::ErrorCode, server::http::reply::ProblemDetails};

/// The headers of an answer that is no error.
pub(super) fn of(headers: &[Header]) -> Map<String, Value> {
    headers.iter().map(|header| one(header, "string", json!(header.example))).collect()
}

/// The headers of refusals with one of these codes.
pub(super) fn of_refusals(status: u16, codes: &[ErrorCode]) -> Map<String, Value> {
    let mut headers = Map::new();
    let challenged = codes.iter().filter(|code| ProblemDetails::from(**code).challenge().is_some());
    let challenged = challenged.count();
    if challenged > 0 {
        let header = Header {
            name: "WWW-Authenticate",
            meaning: "The challenge (RFC 6750, RFC 9470).",
            example: r#"Bearer realm="vestibule", error="invalid_token""#,
            is_required: challenged == codes.len(),
        };
        headers.extend([one(&header, "string", json!(header.example))]);
    }
    if matches!(status, 429 | 503) {
        let meaning = "Seconds to wait before the next attempt.";
        headers.extend([one(&Header::always("Retry-After", meaning, "5"), "integer", json!(5))]);
    }
    if status == 429 {
        let header = Header::always(
            "RateLimit",
            "The limit that is reached (draft-ietf-httpapi-ratelimit-headers).",
            r#""too_many_requests";r=0;t=5"#,
        );
        headers.extend([one(&header, "string", json!(header.example))]);
    }
    headers
}

/// Declared headers, as an answer has them that is not always a refusal.
pub(super) fn optional(headers: &Value) -> Value {
    let mut headers = headers.clone();
    for (_, header) in headers.as_object_mut().into_iter().flatten() {
        header.as_object_mut().map(|header| header.remove("required"));
    }
    headers
}

/// The name of a header, and its description with an example of this type.
fn one(header: &Header, kind: &str, example: Value) -> (String, Value) {
    let mut described =
        json!({ "description": header.meaning, "schema": { "type": kind }, "example": example });
    if header.is_required {
        described["required"] = true.into();
    }
    (header.name.to_owned(), described)
}
