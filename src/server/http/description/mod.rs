//! The API describes itself: the document (OpenAPI 3.1) comes from the rows of the table of routes.

mod document;
mod errors;
mod examples;
mod headers;
mod operation;
mod parameters;
mod schemas;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::Value;

pub use self::{
    errors::{codes, markdown, name},
    examples::Example,
    operation::{Answer, Body, Content, Credential, Described, Header, Operation},
};
use super::route::Route;
use crate::server::say;

/// The description of the API.
pub struct Document {
    /// As a value.
    pub value: Value,
    /// As the text of a file.
    pub text: String,
}

impl Document {
    /// The description of a table of routes, in English: it is made once, and its first reader may read another language.
    pub fn of(routes: &[Route]) -> Self {
        let value = say::in_english(|| document::document(routes));
        Self { text: format!("{value:#}\n"), value }
    }
}

/// `GET /openapi.json`.
pub fn show(document: &'static Document) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, document.text.as_str()).into_response()
}
