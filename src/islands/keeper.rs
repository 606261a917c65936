use leptos::prelude::*;

use crate::{
    browser::{self, Event},
    components::{Dialog, effect},
    model::Identity,
};

const BLOCKED: &str =
    "This browser blocks storage for this site. You stay signed in only while this tab is open.";
const OFFLINE: &str = "You are offline. What you type stays here until the connection is back.";
const BACK: &str = "You are signed in again.";

/// Keeps page, cookie, localStorage and other tabs in agreement, and says what a person should know.
#[island]
pub fn Keeper(identity: Option<Identity>, now: i64) -> impl IntoView {
    let blocked = RwSignal::new(false);
    let offline = RwSignal::new(false);
    let (over, back) = (RwSignal::new(false), RwSignal::new(false));
    effect(move || {
        blocked.set(browser::is_storage_blocked());
        offline.set(!browser::is_online());
        browser::keep(identity.clone(), now, move |event| match event {
            Event::Connection => offline.set(!browser::is_online()),
            Event::Over => {
                back.set(false);
                over.set(true);
            }
            Event::Back => {
                back.set(true);
                over.set(false);
            }
            // Away from whatever this page shows.
            Event::Left => browser::go("/"),
            Event::Other => browser::reload(),
        });
    });
    // Empty while there is nothing to say.
    let said = |so: RwSignal<bool>, words: &'static str| if so.get() { words } else { "" };
    view! {
        <div class="notices" role="status">
            <p class="notice" prop:textContent=move || said(blocked, BLOCKED)></p>
            <p class="notice" prop:textContent=move || said(offline, OFFLINE)></p>
            <p class="notice" prop:textContent=move || said(back, BACK)></p>
        </div>
        <Dialog id="over" title="Your session has ended" open=over>
            <p>
                "This page stays as it is, with everything you typed. Sign in again in a new tab, then come back here and go on."
            </p>
            <div class="actions">
                <a class="button" target="_blank" href=move || over.get().then(browser::sign_in_path)>
                    "Sign in in a new tab"
                </a>
                <button class="button quiet" type="button" on:click=move |_| over.set(false)>
                    "Not now"
                </button>
            </div>
        </Dialog>
    }
}
