//! Progressive enhancement of pages that work alone: checks before sending, answers in place,
//! dialogs.
//!
//! It draws nothing and contains no sentences: those are in the page, in its language. Elements are
//! found by name on demand, so a page that an extension, a proxy or a translator has changed still
//! works.

mod choices;
mod codes;
mod dialogs;
mod forms;
mod keeper;
mod moments;
mod panel;
mod said;
mod strength;
mod toast;
mod touched;

/// Enhances a page.
pub fn page() {
    keeper::wake();
    dialogs::wake();
    choices::wake();
    codes::wake();
    forms::wake();
    moments::wake();
    toast::wake();
}

/// Enhances the panel that calls the guarded API.
pub fn panel() {
    panel::wake();
}
