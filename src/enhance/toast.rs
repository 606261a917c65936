//! Short-lived messages.

use std::cell::Cell;

use crate::browser::{self, dom};

/// Time for which a message stays, in seconds.
const STAYS: f64 = 10.0;

thread_local! {
    /// End of the current message, by this machine's clock.
    static GOES: Cell<Option<f64>> = const { Cell::new(None) };
}

/// Removes the message that the page was drawn with as well. A live region tells what changes in it: it is written once more.
pub(super) fn wake() {
    if let Some(toast) = dom::by_id("toast") {
        let words = toast.text();
        toast.say("");
        // A tab that nobody looks at has no next frame, until somebody does.
        browser::settled(move || {
            if toast.text().is_empty() {
                say(&words);
            }
        });
    }
    GOES.set(Some(browser::now_s() + STAYS));
    browser::every_second(|| {
        if GOES.get().is_some_and(|goes| goes < browser::now_s()) {
            write("");
            GOES.set(None);
        }
    });
}

/// Shows a short-lived message.
pub(super) fn say(words: &str) {
    write(words);
    GOES.set(Some(browser::now_s() + STAYS));
}

fn write(words: &str) {
    if let Some(toast) = dom::by_id("toast") {
        toast.say(words);
    }
}
