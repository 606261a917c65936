//! Server twins of the browser functions that clients of server functions name; they return
//! nothing.

use serde::{Serialize, de::DeserializeOwned};

use super::{Received, Verb};
use crate::model::{ApiError, ErrorCode};

/// Whether a text is JSON.
pub fn is_json(_text: &str) -> bool {
    false
}

/// Reads a value from JSON.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// Writes a value as JSON.
pub fn to_json<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_string(value).ok()
}

/// Calls the API with the access token.
///
/// # Errors
/// None: it is never called on the server.
pub async fn call(_verb: Verb, _path: &str, _body: Option<String>) -> Result<Received, ApiError> {
    Err(ErrorCode::Internal.into())
}

/// Posts without an access token.
///
/// # Errors
/// None: it is never called on the server.
pub async fn post(_path: &str, _body: Option<&str>) -> Result<Received, ApiError> {
    Err(ErrorCode::Internal.into())
}
