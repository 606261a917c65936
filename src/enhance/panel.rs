//! The panel "Call the guarded API": the token is masked until the user reveals it.

use std::cell::{Cell, RefCell};

use super::{
    said::{pend, sentence},
    toast,
};
use crate::{
    actions,
    browser::{
        self, Received, Verb,
        dom::{self, Node},
    },
    model::ApiError,
};

/// The route that the panel calls.
const ROUTE: &str = "/api/v1/me";
/// The mask of the token: extensions, screenshots and recordings see the whole page.
const MASKED: &str = "••••••••";

thread_local! {
    static IS_PENDING: Cell<bool> = const { Cell::new(false) };
    /// Whether the user has revealed the token.
    static IS_SHOWN: Cell<bool> = const { Cell::new(false) };
    /// The token that the page displays.
    static SHOWN: RefCell<Option<String>> = const { RefCell::new(None) };
}

pub(super) fn wake() {
    dom::on("click", |clicked| {
        let button = clicked.target.closest("#panel [data-act]");
        let Some((button, act)) =
            button.and_then(|button| Some((button.clone(), button.attribute("data-act")?)))
        else {
            return;
        };
        match &*act {
            "send" => ask(button, false),
            "call" => ask(button, true),
            "show" => {
                let is_shown = !IS_SHOWN.get();
                IS_SHOWN.set(is_shown);
                button.set("aria-pressed", Some(if is_shown { "true" } else { "false" }));
                write(browser::stored_token().as_deref());
            }
            "token" => copy(false),
            _ => copy(true),
        }
    });
    browser::spawn(async {
        // This stores the token, and it is read from there.
        drop(browser::access_token().await);
        show_token();
    });
    browser::every_second(show_token);
}

fn say(id: &str, words: &str) {
    if let Some(place) = dom::by_id(id) {
        place.say(words);
    }
}

/// A text of the panel in the language of the page, by name.
fn words(name: &str) -> String {
    let words = dom::by_id("panel-words").and_then(|all| all.attribute(&format!("data-{name}")));
    words.unwrap_or_default()
}

fn hide(id: &str, is_hidden: bool) {
    if let Some(place) = dom::by_id(id) {
        place.hide(is_hidden);
    }
}

/// Displays the stored token, and its remaining lifetime.
fn show_token() {
    let stored = browser::stored_token();
    let decoded = stored.as_deref().and_then(browser::decode);
    if SHOWN.replace(stored.clone()) != stored {
        hide("panel-token", decoded.is_none());
        write(stored.as_deref());
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

/// Writes the request; the token is masked until the user reveals it.
fn write(token: Option<&str>) {
    let token = match token {
        Some(token) if IS_SHOWN.get() => token,
        Some(_) => MASKED,
        None => "…",
    };
    say("panel-request", &format!("GET {ROUTE}\nAuthorization: Bearer {token}"));
}

fn ask(button: Node, is_server_function: bool) {
    if IS_PENDING.replace(true) {
        return;
    }
    pend(&button, true);
    browser::spawn(async move {
        let outcome = match is_server_function {
            true => call().await,
            false => request().await,
        };
        IS_PENDING.set(false);
        pend(&button, false);
        answer(outcome);
    });
}

/// Calls the server function; returns its answer without a status line.
async fn call() -> Result<(String, String), ApiError> {
    let who = actions::whoami().await?;
    Ok((String::new(), browser::to_json(&who).unwrap_or_default()))
}

/// Calls the route; returns status and time, and the answer.
async fn request() -> Result<(String, String), ApiError> {
    let Received { status, body, milliseconds } = browser::call(Verb::Get, ROUTE, None).await?;
    Ok((format!("{status} · {milliseconds} ms"), body))
}

fn answer(outcome: Result<(String, String), ApiError>) {
    match outcome {
        Ok((note, body)) => {
            say("panel-status", "");
            say("panel-body-note", &note);
            say("panel-body", &browser::pretty(&body));
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
