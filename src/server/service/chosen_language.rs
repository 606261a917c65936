//! The language setting of an account.

use serde_json::{Map, Value};

use crate::{model::Field, server::say::Language};

/// The language in a stored profile (a JSON object of texts), if it has messages.
pub(super) fn of_profile(stored: &str) -> Option<Language> {
    let profile: Map<String, Value> = serde_json::from_str(stored).ok()?;
    Language::of_code(profile.get(Field::Language.name())?.as_str()?)
}
