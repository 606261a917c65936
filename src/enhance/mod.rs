//! What script adds to a page that works alone: checks before sending, answers in place, dialogs.
//!
//! It draws nothing, and it has no sentences: those are the page's, in its language. Elements are found by name when they are
//! needed, and told what to say; a page that an extension, a proxy or a translator has changed is as good as another.

mod choices;
mod dialogs;
mod forms;
mod keeper;
mod moments;
mod panel;
mod strength;
mod toast;
mod touched;

/// Wakes a page.
pub fn page() {
    keeper::wake();
    dialogs::wake();
    choices::wake();
    forms::wake();
    moments::wake();
    toast::wake();
}

/// Wakes the panel that calls the guarded API.
pub fn panel() {
    panel::wake();
}
