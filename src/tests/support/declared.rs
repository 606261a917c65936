//! Holds each answer of the API against the description of its row: status, media type, code and body.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use axum::{
    body::Body,
    http::{self, header},
};
use jsonschema::{Draft, Validator};
use parking_lot::Mutex;
use serde_json::{Value, json};
use vestibule::server::router::routes;

use super::client::Reply;

/// The request of an answer, as far as its description depends on it.
pub(crate) struct Asked {
    method: String,
    path: String,
    is_form: bool,
}

impl Asked {
    pub(crate) fn of(request: &http::Request<Body>) -> Self {
        let media_type = request.headers().get(header::CONTENT_TYPE);
        let form = "application/x-www-form-urlencoded";
        Self {
            method: request.method().as_str().to_ascii_lowercase(),
            path: request.uri().path().to_owned(),
            is_form: media_type.is_some_and(|found| {
                found.to_str().is_ok_and(|found| found.to_ascii_lowercase().starts_with(form))
            }),
        }
    }
}

/// Fails the test if the row of the request does not declare the answer.
pub(crate) fn check(asked: &Asked, reply: &Reply) {
    let Some((path, operation)) = operation(asked) else { return };
    let (status, media_type) = (reply.status.as_u16().to_string(), reply.header("content-type"));
    // Pages are no part of the API.
    if asked.is_form || media_type.starts_with("text/html") {
        return;
    }
    let line = format!("{} {path} answered {status}: {}", asked.method, reply.text);
    let declared = operation["responses"].get(&status);
    let declared = resolved(declared.unwrap_or_else(|| panic!("not declared: {line}")));
    let Some(contents) = declared.get("content") else {
        assert!(reply.text.is_empty(), "declared without a body: {line}");
        return;
    };
    let media_type = media_type.split(';').next().unwrap_or_default();
    let content = contents.get(media_type);
    let content = content.unwrap_or_else(|| panic!("{media_type} is not declared: {line}"));
    if media_type.ends_with("json") {
        let key = format!("{} {path} {status} {media_type}", asked.method);
        let found = validator(key, &content["schema"]);
        let body = reply.json();
        let wrong: Vec<_> = found.iter_errors(&body).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "not as declared: {wrong:?} {line}");
    }
}

/// The description of the row of a request, if it is one of the API.
fn operation(asked: &Asked) -> Option<(&'static str, &'static Value)> {
    let is_asked = |path: &str| {
        let (mut ours, mut theirs) = (path.split('/'), asked.path.split('/'));
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return true,
                (Some(name), Some(_)) if name.starts_with('{') => {}
                (ours, theirs) if ours != theirs => return false,
                _ => {}
            }
        }
    };
    let paths = routes::document().value["paths"].as_object().expect("paths");
    let (path, item) = paths.iter().find(|(path, _)| is_asked(path))?;
    Some((path, item.get(&asked.method)?))
}

/// A part of the document, in place of a reference to it.
pub(crate) fn resolved(part: &'static Value) -> &'static Value {
    match part.get("$ref") {
        Some(place) => {
            let place = place.as_str().expect("text").trim_start_matches('#');
            routes::document().value.pointer(place).expect("a part of the document")
        }
        None => part,
    }
}

/// Checks values of a schema of the document.
pub(crate) fn validator(key: String, schema: &Value) -> Arc<Validator> {
    static MADE: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock();
    let make = || {
        // References begin at the root of the document.
        let schema =
            json!({ "allOf": [schema], "components": routes::document().value["components"] });
        let options = jsonschema::options().with_draft(Draft::Draft202012);
        Arc::new(options.build(&schema).expect("a schema"))
    };
    made.entry(key).or_insert_with(make).clone()
}
