//! Events of other tabs, the connection and the user. A receiver never writes, so nothing echoes.

use std::cell::Cell;

use wasm_bindgen_futures::spawn_local;
use web_sys::{PageTransitionEvent, StorageEvent};

use super::{
    api, page, refresh, session,
    storage::{BURIED, KEY},
};
use crate::{
    browser::{Event, Verb},
    model::Identity,
};

/// Interval of the checks for a session that ended elsewhere, in seconds.
const ASK_EVERY: f64 = 10.0;

thread_local! {
    /// Time of the last check, in Unix seconds; the page itself was one.
    static ASKED: Cell<f64> = const { Cell::new(0.0) };
}

/// Keeps page, cookie, localStorage and other tabs in agreement for the lifetime of the page.
pub fn keep(identity: Option<Identity>, server_now: i64, on_event: impl Fn(Event) + 'static) {
    ASKED.set(page::now_s());
    session::arrive(identity, server_now, Box::new(on_event));
    page::on("storage", |event: StorageEvent| {
        // No key means that the whole storage was cleared.
        if event.key().is_none_or(|key| key == KEY) {
            token_changed(event.old_value().as_deref(), event.new_value().as_deref());
        }
    });
    page::on("pageshow", |event: PageTransitionEvent| {
        // Back from the back-forward cache: the page may be of a user who has signed out.
        if event.persisted() {
            session::follow();
            refresh::reconcile_afresh();
        }
    });
    for name in ["online", "offline"] {
        page::on(name, |_: web_sys::Event| {
            session::notify(Event::Connection);
            if page::is_online() {
                refresh::reconcile_afresh();
            }
        });
    }
    page::on("visibilitychange", |_: web_sys::Event| {
        if page::is_visible() {
            refresh::reconcile_afresh();
            ask_again();
        }
    });
    refresh::reconcile();
}

/// Checks whether the session was ended elsewhere, which the token does not show.
fn ask_again() {
    let now_s = page::now_s();
    if session::is_somebodys() && now_s - ASKED.replace(now_s) > ASK_EVERY {
        spawn_local(async { drop(api::call(Verb::Get, "/api/v1/token", None).await) });
    }
}

/// Handles a change of the token by another tab.
fn token_changed(old: Option<&str>, new: Option<&str>) {
    match (old, new) {
        // Another tab reports the end of a session: check this page's.
        (_, Some(BURIED)) => refresh::reconcile(),
        (Some(BURIED), None) => {}
        _ => session::follow(),
    }
}
