//! Holds each answer of the API against the description of its row: status, media type, headers, code and body.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, LazyLock},
};

use axum::{
    body::Body,
    http::{self, Method, header},
};
use jsonschema::{Draft, Validator};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use vestibule::server::{http::access::Access, router::routes};

use super::client::Reply;

/// A request, as far as the description of its answer depends on it.
pub(crate) struct Asked {
    method: Method,
    path: String,
    is_form: bool,
}

impl Asked {
    pub(crate) fn of(request: &http::Request<Body>) -> Self {
        let media_type = request.headers().get(header::CONTENT_TYPE);
        let form = "application/x-www-form-urlencoded";
        Self {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            is_form: media_type.is_some_and(|found| {
                found.to_str().is_ok_and(|found| found.to_ascii_lowercase().starts_with(form))
            }),
        }
    }
}

/// Fails the test if the row of the request does not declare the answer.
pub(crate) fn check(asked: &Asked, reply: &Reply) {
    if let Some(fault) = fault(&routes::document().value["paths"], asked, reply) {
        panic!(
            "{fault}: {} {} answered {}: {}",
            asked.method, asked.path, reply.status, reply.text
        );
    }
}

/// How an answer is none of those that the paths of a document declare.
pub(crate) fn fault(paths: &Value, asked: &Asked, reply: &Reply) -> Option<String> {
    let row = row(asked)?;
    let is_page = reply.header("content-type").starts_with("text/html");
    // A form that is posted to a name of the tutorials is the page's; a browser gets refusals as pages.
    if (row.takes_forms && asked.is_form) || (is_page && reply.status.as_u16() >= 400) {
        return None;
    }
    let method = row.method.as_str().to_ascii_lowercase();
    let Some(operation) = paths.get(row.path).and_then(|item| item.get(&method)) else {
        return Some("its row is not described".into());
    };
    let status = reply.status.as_u16().to_string();
    let Some(answer) = operation["responses"].get(&status) else {
        return Some("the status is not declared".into());
    };
    let answer = resolved(answer);
    if let Some(fault) = fault_of_headers(&answer["headers"], reply) {
        return Some(fault);
    }
    // An answer to HEAD has no body.
    if asked.method == Method::HEAD {
        return None;
    }
    let Some(contents) = answer.get("content") else {
        return (!reply.text.is_empty()).then(|| "it is declared without a body".into());
    };
    let media_type = reply.header("content-type").split(';').next().unwrap_or_default();
    let Some(content) = contents.get(media_type) else {
        return Some(format!("the media type {media_type} is not declared"));
    };
    if !media_type.ends_with("json") {
        return None;
    }
    let schema =
        validator(format!("{method} {} {status} {media_type}", row.path), &content["schema"]);
    let wrong: Vec<_> = schema.iter_errors(&reply.json()).map(|error| error.to_string()).collect();
    (!wrong.is_empty()).then(|| format!("the body is not as declared: {wrong:?}"))
}

/// What is wrong with the headers: each that is always there is, and one that is declared anywhere is declared here.
fn fault_of_headers(declared: &Value, reply: &Reply) -> Option<String> {
    let headers = declared.as_object();
    let is_declared = |name: &str| {
        headers.is_some_and(|all| all.keys().any(|one| one.eq_ignore_ascii_case(name)))
    };
    let mut always = headers.into_iter().flatten().filter(|(_, header)| header["required"] == true);
    if let Some((name, _)) = always.find(|(name, _)| !reply.headers.contains_key(name.as_str())) {
        return Some(format!("the header {name} is missing"));
    }
    let undeclared = described_headers()
        .iter()
        .find(|name| reply.headers.contains_key(name.as_str()) && !is_declared(name));
    undeclared.map(|name| format!("the header {name} is not declared"))
}

/// The names of all headers that some answer declares, but that for caches, which every answer has.
fn described_headers() -> &'static BTreeSet<String> {
    static NAMES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let document = &routes::document().value;
        let operations = document["paths"].as_object().into_iter().flatten();
        let operations = operations.flat_map(|(_, item)| item.as_object().into_iter().flatten());
        let answers =
            operations.flat_map(|(_, operation)| operation["responses"].as_object()).flatten();
        let headers = answers.flat_map(|(_, answer)| resolved(answer)["headers"].as_object());
        let names = headers.flatten().map(|(name, _)| name.to_ascii_lowercase());
        names.filter(|name| name != "cache-control").collect()
    });
    &NAMES
}

/// A row of the API in the table of routes.
struct Row {
    method: Method,
    path: &'static str,
    takes_forms: bool,
}

/// The row of a request, if it is one of the API.
fn row(asked: &Asked) -> Option<&'static Row> {
    static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
        let described = routes::table().into_iter().filter(|route| route.operation.is_some());
        let row = |route: vestibule::server::http::route::Route| Row {
            method: route.method,
            path: route.path,
            takes_forms: route.access == Access::FormOrJson,
        };
        described.map(row).collect()
    });
    let method = match asked.method {
        Method::HEAD => &Method::GET,
        _ => &asked.method,
    };
    let rows = ROWS.iter().filter(|row| row.method == *method && is_path(row.path, &asked.path));
    // A path that is named wins over one with an id.
    rows.min_by_key(|row| row.path.matches('{').count())
}

/// Whether a path is one of a row.
fn is_path(ours: &str, theirs: &str) -> bool {
    let (mut ours, mut theirs) = (ours.split('/'), theirs.split('/'));
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return true,
            (Some(name), Some(_)) if name.starts_with('{') => {}
            (ours, theirs) if ours != theirs => return false,
            _ => {}
        }
    }
}

/// A part of the document, in place of a reference to it.
pub(crate) fn resolved(part: &Value) -> &Value {
    match part.get("$ref") {
        Some(place) => {
            let place = place.as_str().expect("text").trim_start_matches('#');
            routes::document().value.pointer(place).expect("a part of the document")
        }
        None => part,
    }
}

/// Checks values of a schema of the document, which have no members but those that it names.
pub(crate) fn validator(key: String, schema: &Value) -> Arc<Validator> {
    static MADE: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock();
    let make = || {
        // References begin at the root of the document.
        let components = &routes::document().value["components"]["schemas"];
        let open = components.as_object().expect("schemas").iter();
        let open: Map<_, _> = open.map(|(name, schema)| (name.clone(), inside(schema))).collect();
        let schema = json!({ "allOf": [closed(schema)], "components": { "schemas": open } });
        let options = jsonschema::options().with_draft(Draft::Draft202012);
        Arc::new(options.build(&schema).expect("a schema"))
    };
    made.entry(key).or_insert_with(make).clone()
}

/// A schema of a whole value: an object has no members but those that it names, in whichever of its parts.
fn closed(schema: &Value) -> Value {
    let mut closed = inside(schema);
    let names = ["$ref", "properties", "allOf", "oneOf", "anyOf"];
    if let Some(schema) = closed.as_object_mut()
        && names.iter().any(|name| schema.contains_key(*name))
    {
        schema.insert("unevaluatedProperties".into(), false.into());
    }
    closed
}

/// A schema that may be a part of another: the values in it are closed, and it is open itself.
fn inside(schema: &Value) -> Value {
    let mut inside = schema.clone();
    let Some(schema) = inside.as_object_mut() else { return inside };
    for (name, part) in schema {
        match name.as_str() {
            "properties" => {
                part.as_object_mut().into_iter().flatten().for_each(|(_, one)| *one = closed(one));
            }
            "items" | "additionalProperties" => *part = closed(part),
            "allOf" | "oneOf" | "anyOf" => {
                part.as_array_mut().into_iter().flatten().for_each(|one| *one = self::inside(one));
            }
            _ => {}
        }
    }
    inside
}
