//! The parameters of an endpoint: in its path, its query and its headers.

use serde_json::{Value, json};

use super::operation::{Header, Operation};

/// The parameters of the endpoint at a path.
pub(super) fn all(path: &str, operation: &Operation) -> Vec<Value> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let query = operation.query.map(|query| query()).unwrap_or_default();
    let query = query.iter().map(|parameter| json!(parameter));
    names.map(in_path).chain(query).chain(operation.headers.iter().map(header)).collect()
}

/// A parameter of a path: all of them are ids.
fn in_path(name: &str) -> Value {
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": "A UUID in lower case.",
        "schema": { "type": "string", "format": "uuid" },
        "example": "019b7654-9c00-7c3e-a5b0-0d6c3c1f7a11",
    })
}

fn header(header: &Header) -> Value {
    json!({
        "name": header.name,
        "in": "header",
        "required": header.is_required,
        "description": header.meaning,
        "schema": { "type": "string" },
        "example": header.example,
    })
}
