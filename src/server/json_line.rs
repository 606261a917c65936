//! Values as one line of JSON each, safe for terminals and line readers.

use serde::Serialize;

use super::error::{Error, Result};

/// One line of JSON with all control characters escaped, more than JSON itself requires: a user
/// agent can neither begin a line nor colour a screen (S102).
///
/// # Errors
/// Fails if the value cannot be written as JSON.
pub fn of(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string(value);
    let text = text.map_err(|error| Error::Internal(error.to_string()))?;
    let is_obeyed = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let escape = |c: char| match is_obeyed(c) {
        true => format!("\\u{:04x}", u32::from(c)),
        false => c.to_string(),
    };
    Ok(match text.contains(is_obeyed) {
        true => text.chars().map(escape).collect(),
        false => text,
    })
}
