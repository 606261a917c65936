//! The server has no browser: what the clients of server functions name is there, and answers nothing.

use super::{Received, Verb};
use crate::model::{ApiError, ErrorCode};

/// Whether a text is JSON.
pub fn is_json(_text: &str) -> bool {
    false
}

/// Calls the API with the access token.
pub async fn call(_verb: Verb, _path: &str, _body: Option<String>) -> Result<Received, ApiError> {
    Err(ErrorCode::Internal.into())
}

/// Posts without an access token.
pub async fn post(_path: &str, _body: Option<&str>) -> Result<Received, ApiError> {
    Err(ErrorCode::Internal.into())
}
