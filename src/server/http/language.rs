//! The language of an answer: what the reader chose, or else what the browser asks for.

use axum::http::{HeaderMap, header};

use super::cookies;
use crate::server::{App, say::Language};

/// The language of the reader.
pub fn of(app: &App, headers: &HeaderMap) -> Language {
    let chosen = cookies::language(app, headers).and_then(Language::of_code);
    let asked =
        || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Language::of_header);
    chosen.or_else(asked).unwrap_or(Language::ENGLISH)
}
