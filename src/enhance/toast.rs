//! What is said in passing.

use crate::browser::dom;

/// Says something in passing.
pub(super) fn say(words: &str) {
    if let Some(toast) = dom::by_id("toast") {
        toast.say(words);
    }
}
