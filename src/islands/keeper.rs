use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser::{self, Event},
    model::Identity,
};

/// Keeps page, cookie, localStorage and other tabs in agreement, and says what a person should know.
#[island]
pub fn Keeper(identity: Option<Identity>, now: i64) -> impl IntoView {
    let blocked = RwSignal::new(false);
    let offline = RwSignal::new(false);
    Effect::new(move || {
        browser::arrive(identity.clone(), now);
        blocked.set(browser::is_storage_blocked());
        offline.set(!browser::is_online());
        let mine = identity.clone();
        browser::listen(move |event| match event {
            Event::Token => follow(mine.as_ref()),
            Event::Connection => offline.set(!browser::is_online()),
        });
        spawn_local(async {
            if !browser::reconcile().await {
                browser::reload();
            }
        });
    });
    view! {
        <div class="notices" role="status">
            {move || {
                blocked
                    .get()
                    .then(|| {
                        view! {
                            <p class="notice">
                                "This browser blocks storage for this site. You stay signed in only while this tab is open."
                            </p>
                        }
                    })
            }}
            {move || {
                offline
                    .get()
                    .then(|| {
                        view! {
                            <p class="notice">
                                "You are offline. What you type stays here until the connection is back."
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// Another tab changed the token: if that means somebody else is here, or nobody, the page starts over.
fn follow(identity: Option<&Identity>) {
    let token = browser::stored_token();
    let session = token.and_then(|token| Some(browser::decode(&token)?.session));
    let shown = identity.map(|identity| identity.sid.to_string());
    if session != shown {
        // Signed out elsewhere: away from whatever this page shows.
        if session.is_none() { browser::go("/") } else { browser::reload() }
    }
}
