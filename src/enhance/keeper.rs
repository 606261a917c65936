//! Keeps page, cookie, localStorage and other tabs in agreement, and shows notices.

use super::{dialogs, forms, toast};
use crate::{
    browser::{self, Event, dom},
    model::Identity,
};

pub(super) fn wake() {
    let Some(notices) = dom::by_id("notices") else { return };
    let attribute = |name: &str| notices.attribute(name);
    let number = |name: &str| attribute(name).and_then(|text| text.parse::<i64>().ok());
    let identity = || {
        Some(Identity {
            sub: attribute("data-sub")?.parse().ok()?,
            sid: attribute("data-sid")?.parse().ok()?,
            epoch: number("data-epoch")?,
        })
    };
    let identity = identity();
    notice("notice-storage", identity.is_some() && browser::is_storage_blocked());
    notice("notice-offline", !browser::is_online());
    browser::keep(identity, number("data-now").unwrap_or_default(), |event| match event {
        Event::Connection => notice("notice-offline", !browser::is_online()),
        // A user who signs out need not sign in again for it.
        Event::Over if forms::is_leaving() => {}
        Event::Over => {
            notice("notice-over", true);
            if let Some(link) = dom::by_id("over-link") {
                link.set("href", Some(&browser::sign_in_path()));
            }
            dialogs::open("over");
        }
        Event::Back => {
            notice("notice-over", false);
            dialogs::close("over");
            forms::back();
            toast::say(&dom::words("back"));
        }
        // If an answer clears the storage, the browser reports it before the answer and its
        // cookies, which navigate.
        Event::Left if forms::is_leaving() => {}
        // Away from the content of this page.
        Event::Left => browser::go("/login?reason=elsewhere"),
        Event::Other => browser::reload(),
    });
}

/// Shows or hides a notice of the page.
fn notice(id: &str, is_true: bool) {
    if let Some(notice) = dom::by_id(id) {
        notice.hide(!is_true);
    }
}
