//! The errors of an endpoint: those of its row, and those that its access and its request imply.

use std::fmt::Write;

use serde_json::json;

use super::Credential;
use crate::{
    model::ErrorCode,
    server::http::{access::Access, route::Route},
};

/// The name of a code on the wire.
pub fn name(code: ErrorCode) -> String {
    json!(code).as_str().unwrap_or_default().to_owned()
}

/// Every code that an endpoint may answer, by status; nothing where the row is no endpoint of the API.
pub fn codes(route: &Route) -> Vec<ErrorCode> {
    use ErrorCode::{
        BodyTooLarge, BodyTooSlow, CrossOrigin, Forbidden, Internal, InvalidInput, InvalidToken,
        MalformedBody, MisdirectedRequest, MissingToken, NotFound, NotUtf8, Overloaded,
        SessionMismatch, Unavailable, UnsupportedMediaType,
    };
    let Some(operation) = &route.operation else { return Vec::new() };
    let mut codes = vec![MisdirectedRequest, Internal, Overloaded, Unavailable];
    let has = |credential| operation.credentials.contains(&credential);
    if route.access.wants_token() || has(Credential::Bearer) {
        codes.extend([MissingToken, InvalidToken, SessionMismatch]);
    }
    if matches!(route.access, Access::Permission(_)) {
        codes.push(Forbidden);
    }
    if has(Credential::Cookie) {
        codes.push(CrossOrigin);
    }
    if operation.body.is_some() {
        codes.extend([
            MalformedBody,
            NotUtf8,
            BodyTooSlow,
            BodyTooLarge,
            UnsupportedMediaType,
            InvalidInput,
        ]);
    }
    if operation.query.is_some() {
        codes.push(InvalidInput);
    }
    if route.path.contains('{') {
        codes.push(NotFound);
    }
    codes.extend(operation.errors);
    let is_of = |code: &ErrorCode| codes.contains(code);
    ErrorCode::ALL.iter().copied().filter(is_of).collect()
}

/// The list of all codes, as `docs/errors.md` has it.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Errors\n\n\
         Every refusal of the API is `application/problem+json` (RFC 9457) with one of these codes in `code`. Codes are stable, \
         sentences are not: a program compares `code` and shows `message`. This file is made from `src/model/error.rs` by \
         `make descriptions`.\n\n\
         | status | `code` | meaning | reaction of a client |\n|---|---|---|---|\n",
    );
    for &code in ErrorCode::ALL {
        let (status, name) = (code.status(), name(code));
        // Writing to a string does not fail.
        let _written =
            writeln!(text, "| {status} | `{name}` | {} | {} |", code.meaning(), code.advice());
    }
    text
}
