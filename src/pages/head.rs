//! The head of the pages behind one's account.

use leptos::prelude::*;

/// A heading that focus can go to, a line about it, and the ways on.
#[component]
pub(super) fn Head<L: IntoView + 'static>(
    /// The heading.
    heading: &'static str,
    /// The line under it.
    lead: &'static str,
    /// More links, before the one back.
    links: L,
) -> impl IntoView {
    view! {
        <div class="head">
            <div>
                <h1 tabindex="-1">{heading}</h1>
                <p>{lead}</p>
            </div>
            <div class="actions">
                {links} <a class="button quiet" href="/account">
                    "Back to your account"
                </a>
            </div>
        </div>
    }
}
