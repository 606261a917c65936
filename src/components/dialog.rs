use leptos::{html, prelude::*};

use super::effect::effect;

/// A native modal dialog: the browser keeps focus inside, closes it on Esc and gives focus back.
///
/// The element with `autofocus` has focus first: let it be the one that does no harm.
#[component]
pub fn Dialog<C: RenderHtml + 'static>(
    /// Its `id`.
    id: &'static str,
    /// Its heading.
    title: &'static str,
    /// Whether it is open; closing it says so here.
    open: RwSignal<bool>,
    /// What is in it.
    children: TypedChildren<C>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        let wanted = open.get();
        if let Some(dialog) = dialog.get().filter(|dialog| dialog.open() != wanted) {
            match wanted {
                true => drop(dialog.show_modal()),
                false => dialog.close(),
            }
        }
    });
    // The event comes a little after the fact: by then it may be open again.
    let closed = move |_| {
        if dialog.get_untracked().is_some_and(|dialog| !dialog.open()) {
            open.set(false);
        }
    };
    let heading = format!("{id}-title");
    let labelled = heading.clone();
    view! {
        <dialog
            class="card dialog"
            id=id
            aria-labelledby=labelled
            node_ref=dialog
            on:close=closed
        >
            <h2 id=heading>{title}</h2>
            {children.into_inner()()}
        </dialog>
    }
}
