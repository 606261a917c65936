//! The parts of a page that script helps: each wraps what the server drew, and its view is that alone. Hydration passes over
//! an island's children without a look, so nothing that happens to them before can stop it.

use leptos::prelude::*;

use crate::enhance;

/// The whole page: its forms, its dialogs, its session.
#[island]
pub fn Live(children: Children) -> impl IntoView {
    enhance::page();
    children()
}

/// The panel that calls the guarded API.
#[island]
pub fn Panel(children: Children) -> impl IntoView {
    enhance::panel();
    children()
}
