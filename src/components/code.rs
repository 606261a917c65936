use leptos::prelude::*;

/// Machine text under a caption.
#[component]
pub fn Code<N: IntoView + 'static>(
    /// What it is.
    caption: &'static str,
    /// The text, shown as it is.
    #[prop(into)]
    text: Signal<String>,
    /// More in the caption's line.
    note: N,
) -> impl IntoView {
    view! {
        <figure class="code">
            <figcaption>{caption} <span>{note}</span></figcaption>
            <pre>{move || text.get()}</pre>
        </figure>
    }
}
