//! What is said in passing.

use std::cell::Cell;

use crate::browser::{self, dom};

/// For how long it stays, in seconds.
const STAYS: f64 = 10.0;

thread_local! {
    /// When it goes, by this machine's clock.
    static GOES: Cell<Option<f64>> = const { Cell::new(None) };
}

/// What the page was drawn with goes as well. A live region tells what changes in it: it is written once more.
pub(super) fn wake() {
    if let Some(toast) = dom::by_id("toast") {
        let words = toast.text();
        toast.say("");
        browser::settled(move || {
            if toast.text().is_empty() {
                toast.say(&words);
            }
        });
    }
    GOES.set(Some(browser::now() + STAYS));
    browser::every_second(|| {
        if GOES.get().is_some_and(|goes| goes < browser::now()) {
            write("");
            GOES.set(None);
        }
    });
}

/// Says something in passing.
pub(super) fn say(words: &str) {
    write(words);
    GOES.set(Some(browser::now() + STAYS));
}

fn write(words: &str) {
    if let Some(toast) = dom::by_id("toast") {
        toast.say(words);
    }
}
