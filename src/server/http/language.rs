//! The language of an answer: what the reader chose, or else what the browser asks for.

use axum::{
    extract::Request,
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};

use super::cookies;
use crate::server::say::{Language, in_language};

/// Answers in the language of the reader.
pub async fn layer(request: Request, next: Next) -> Response {
    in_language(of(request.headers()), next.run(request)).await
}

fn of(headers: &HeaderMap) -> Language {
    let chosen = cookies::get(headers, cookies::LANGUAGE).and_then(Language::of_code);
    let asked =
        || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Language::of_header);
    chosen.or_else(asked).unwrap_or(Language::ENGLISH)
}
