//! "Call the guarded API": the token itself is copied, never shown.

use std::cell::{Cell, RefCell};

use super::{toast, touched::sentence};
use crate::{
    actions,
    browser::{self, Received, Verb, dom},
    model::ApiError,
};

/// The route that the panel calls.
const ROUTE: &str = "/api/v1/me";
/// Stands for the token: extensions, screenshots and recordings of the page see whatever is in it.
const MASKED: &str = "••••••••";

thread_local! {
    static IS_PENDING: Cell<bool> = const { Cell::new(false) };
    /// The token that is taken apart on the page.
    static SHOWN: RefCell<Option<String>> = const { RefCell::new(None) };
}

pub(super) fn wake() {
    dom::on("click", |clicked| {
        let button = clicked.target.closest("#panel [data-act]");
        match button.and_then(|button| button.attribute("data-act")).as_deref() {
            Some("send") => ask(false),
            Some("call") => ask(true),
            Some("token") => copy(false),
            Some("curl") => copy(true),
            _ => {}
        }
    });
    browser::spawn(async {
        // Stored, and found there.
        drop(browser::access_token().await);
        look();
    });
    browser::every_second(look);
}

fn say(id: &str, words: &str) {
    if let Some(place) = dom::by_id(id) {
        place.say(words);
    }
}

/// What the panel says of something, in the language of the page.
fn words(name: &str) -> String {
    let words = dom::by_id("panel-words").and_then(|all| all.attribute(&format!("data-{name}")));
    words.unwrap_or_default()
}

fn hide(id: &str, is_hidden: bool) {
    if let Some(place) = dom::by_id(id) {
        place.hide(is_hidden);
    }
}

/// Takes the stored token apart, and says how long it lives.
fn look() {
    let stored = browser::stored_token();
    let decoded = stored.as_deref().and_then(browser::decode);
    if SHOWN.replace(stored.clone()) != stored {
        hide("panel-token", decoded.is_none());
        let token = if stored.is_some() { MASKED } else { "…" };
        say("panel-request", &format!("GET {ROUTE}\nAuthorization: Bearer {token}"));
        if let Some(token) = &decoded {
            say("panel-header", &token.header);
            say("panel-claims", &token.claims);
        }
    }
    let Some(token) = decoded else { return };
    let life = token.expires_at - token.issued_at;
    let left = browser::seconds_left(token.expires_at).max(0);
    say(
        "left",
        &match left {
            0 => words("expired"),
            left => {
                let minutes = browser::fill_in(&words("left"), "{m}", &(left / 60).to_string());
                browser::fill_in(&minutes, "{s}", &(left % 60).to_string())
            }
        },
    );
    if let Some(meter) = dom::by_id("panel-life") {
        for (name, value) in [("max", life), ("low", life / 10), ("optimum", life), ("value", left)]
        {
            meter.set(name, Some(&value.to_string()));
        }
    }
}

fn ask(is_server_function: bool) {
    if IS_PENDING.replace(true) {
        return;
    }
    browser::spawn(async move {
        let outcome = match is_server_function {
            true => actions::whoami().await.map(|who| Received {
                status: 200,
                body: browser::to_json(&who).unwrap_or_default(),
                milliseconds: 0,
            }),
            false => browser::call(Verb::Get, ROUTE, None).await,
        };
        IS_PENDING.set(false);
        answer(outcome);
    });
}

fn answer(outcome: Result<Received, ApiError>) {
    match outcome {
        Ok(received) => {
            let took = match received.milliseconds {
                0 => String::new(),
                took => format!(" · {took} ms"),
            };
            say("panel-status", "");
            say("panel-body-note", &format!("{}{took}", received.status));
            say("panel-body", &browser::pretty(&received.body));
            hide("panel-answer", false);
        }
        Err(error) => {
            hide("panel-answer", true);
            say("panel-status", &sentence(&error));
        }
    }
}

fn copy(as_curl: bool) {
    let Some(token) = browser::stored_token() else {
        return toast::say(&words("nobody"));
    };
    let text = match as_curl {
        true => {
            format!("curl {}{ROUTE} -H 'Authorization: Bearer {token}'", browser::origin())
        }
        false => token,
    };
    browser::spawn(async move {
        let is_copied = browser::copy(&text).await;
        toast::say(&words(if is_copied { "copied" } else { "refused" }));
    });
}
