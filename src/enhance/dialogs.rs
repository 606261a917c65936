//! The dialogs of a page, and the buttons that close them.

use crate::browser::dom;

pub(super) fn wake() {
    dom::on("click", |clicked| {
        if clicked.target.closest("[data-close]").is_some()
            && let Some(dialog) = clicked.target.closest("dialog")
        {
            dialog.close();
        }
    });
}

/// Asks before a form is sent: with its question, by a button with its words.
pub(super) fn ask(question: &str, button: &str) {
    let Some(dialog) = dom::by_id("ask") else { return };
    for (id, words) in [("ask-question", question), ("ask-go", button), ("ask-error", "")] {
        if let Some(part) = dom::by_id(id) {
            part.say(words);
        }
    }
    dialog.open();
}

/// Opens the dialog of this `id`, if the page has it.
pub(super) fn open(id: &str) -> bool {
    dom::by_id(id).map(|dialog| dialog.open()).is_some()
}

/// Closes it.
pub(super) fn close(id: &str) {
    if let Some(dialog) = dom::by_id(id) {
        dialog.close();
    }
}
