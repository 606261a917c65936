//! JSON by the browser's own `JSON`. Serde describes the types; the browser's parser and printer
//! exist already, while those of `serde_json` are a fifth of the module.

use js_sys::JSON;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

use super::{reader::Value, writer::Text};

/// Reads a value from JSON.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(Value(parse(text)?)).ok()
}

/// Writes a value as JSON.
pub fn to_json<T: Serialize>(value: &T) -> Option<String> {
    let mut text = String::new();
    value.serialize(Text(&mut text)).ok()?;
    Some(text)
}

/// Whether a text is JSON.
pub fn is_json(text: &str) -> bool {
    parse(text).is_some()
}

/// JSON text with lines and indents for display; other text as it is.
pub fn pretty(text: &str) -> String {
    parse(text).and_then(|value| indented(&value)).unwrap_or_else(|| text.to_owned())
}

pub(super) fn parse(text: &str) -> Option<JsValue> {
    JSON::parse(text).ok()
}

pub(super) fn indented(value: &JsValue) -> Option<String> {
    let indent = JsValue::from_f64(2.0);
    JSON::stringify_with_replacer_and_space(value, &JsValue::NULL, &indent).ok()?.as_string()
}
