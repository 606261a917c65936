//! The dialogs of a page, the menu, and the buttons that open and close them.

use crate::browser::dom;

pub(super) fn wake() {
    dom::on("click", |clicked| {
        if clicked.target.closest("[data-close]").is_some()
            && let Some(dialog) = clicked.target.closest("dialog")
        {
            dialog.close();
        }
        if let Some(id) =
            clicked.target.closest("[data-open]").and_then(|button| button.attribute("data-open"))
        {
            open(&id);
        }
        if clicked.target.closest("#menu").is_none() {
            close_menu();
        }
    });
    dom::on("keydown", |key| {
        if key.is_key("Escape") && key.target.closest("#menu").is_some() && close_menu() {
            focus_menu();
        }
    });
}

/// Closes the menu; returns whether it was open.
fn close_menu() -> bool {
    let menu = dom::find("#menu[open]");
    if let Some(menu) = &menu {
        menu.set("open", None);
    }
    menu.is_some()
}

fn focus_menu() {
    if let Some(summary) = dom::find("#menu summary") {
        summary.focus();
    }
}

/// Opens the dialog before a form is sent, with its question, its explanation and the label of its
/// button. Returns whether the page has such a dialog.
pub(super) fn ask(question: &str, meaning: &str, button: &str) -> bool {
    let Some(dialog) = dom::by_id("ask") else { return false };
    for (id, words) in [("ask-question", question), ("ask-meaning", meaning), ("ask-go", button)] {
        if let Some(part) = dom::by_id(id) {
            part.say(words);
        }
    }
    dialog.open();
    true
}

/// Opens the dialog of an `id`, if the page has it.
pub(super) fn open(id: &str) -> bool {
    dom::by_id(id).map(|dialog| dialog.open()).is_some()
}

/// Closes a dialog.
pub(super) fn close(id: &str) {
    if let Some(dialog) = dom::by_id(id) {
        dialog.close();
    }
}
