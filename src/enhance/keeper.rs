//! Keeps page, cookie, localStorage and other tabs in agreement, and says what a person should know.

use crate::{
    browser::{self, Event, dom},
    model::Identity,
};

const BLOCKED: &str =
    "This browser blocks storage for this site. You stay signed in only while this tab is open.";
const OFFLINE: &str = "You are offline. What you type stays here until the connection is back.";
const BACK: &str = "You are signed in again.";

pub(super) fn wake() {
    let Some(notices) = dom::by_id("notices") else { return };
    let told = |name: &str| notices.attribute(name);
    let number = |name: &str| told(name).and_then(|text| text.parse::<i64>().ok());
    let identity = || {
        Some(Identity {
            sub: told("data-sub")?.parse().ok()?,
            sid: told("data-sid")?.parse().ok()?,
            epoch: number("data-epoch")?,
        })
    };
    say("notice-storage", if browser::is_storage_blocked() { BLOCKED } else { "" });
    say_line();
    browser::keep(identity(), number("data-now").unwrap_or_default(), |event| match event {
        Event::Connection => say_line(),
        Event::Over => {
            say("notice-back", "");
            if let Some(link) = dom::by_id("over-link") {
                link.set("href", Some(&browser::sign_in_path()));
            }
            if let Some(dialog) = dom::by_id("over") {
                dialog.open();
            }
        }
        Event::Back => {
            say("notice-back", BACK);
            if let Some(dialog) = dom::by_id("over") {
                dialog.close();
            }
        }
        // Away from whatever this page shows.
        Event::Left => browser::go("/"),
        Event::Other => browser::reload(),
    });
}

fn say_line() {
    say("notice-offline", if browser::is_online() { "" } else { OFFLINE });
}

fn say(id: &str, words: &str) {
    if let Some(notice) = dom::by_id(id) {
        notice.say(words);
    }
}

/// Says something in passing.
pub(super) fn toast(words: &str) {
    say("toast", words);
}
