//! Values as one line of JSON each, that no terminal and no reader of lines obeys.

use serde::Serialize;

use super::error::{Error, Result};

/// One line of JSON. Whatever a terminal or a reader of lines might obey is escaped, and JSON alone leaves some of it:
/// no user agent begins a line or colours a screen (S102).
///
/// # Errors
/// A value that is no JSON.
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
