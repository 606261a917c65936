//! Islands, the parts of a page that script enhances: each wraps server-drawn content without a
//! view of its own. Hydration skips an island's children, so no change of them before can stop it.

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
