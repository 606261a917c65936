//! Messages about a form that was refused, or that is being sent.

use crate::{
    browser::{
        self,
        dom::{self, Node},
    },
    model::{ApiError, ErrorCode},
};

/// The time at which a form can be sent again.
pub(super) fn when(seconds: u32) -> String {
    browser::fill_in(&dom::words("when"), "{}", &browser::in_words(seconds))
}

/// Writes into the title whether a visible form was refused.
pub(super) fn title() {
    let refused = dom::find(
        "form:not(dialog:not([open]) *) > .summary:not([hidden]), form:not(dialog:not([open]) *) [aria-invalid]",
    );
    browser::set_title(&dom::words(if refused.is_some() { "refused" } else { "title" }));
}

/// The message of an error. The page has those of errors that occur in the browser.
pub(super) fn sentence(error: &ApiError) -> String {
    match (error.message.is_empty(), error.code) {
        (false, _) => error.message.clone(),
        (true, ErrorCode::NetworkFailure) => dom::words("network"),
        (true, _) => dom::words("internal"),
    }
}

/// Shows the beginning or the end of a request on its button.
pub(super) fn pend(button: &Node, is_pending: bool) {
    let on = is_pending.then_some("true");
    button.set("aria-busy", on);
    button.set("aria-disabled", on);
    // The label and the longer name of the button are kept until the end.
    let (from, to) = match is_pending {
        true => ("aria-label", "data-label"),
        false => ("data-label", "aria-label"),
    };
    if let Some(label) = button.attribute(from) {
        button.set(to, Some(&label));
        button.set(from, None);
    }
    if is_pending {
        button.set("data-idle", Some(&button.text()));
    }
    let says = button.attribute(if is_pending { "data-busy" } else { "data-idle" });
    button.say(&says.unwrap_or_default());
}
