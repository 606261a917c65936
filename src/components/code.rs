use leptos::prelude::*;

/// Machine text under a caption.
#[component]
pub fn Code<T: IntoView + 'static, N: IntoView + 'static>(
    /// What it is.
    caption: &'static str,
    /// The text, shown as it is.
    text: T,
    /// More in the caption's line.
    note: N,
) -> impl IntoView {
    view! {
        <figure class="code">
            <figcaption>{caption} <span>{note}</span></figcaption>
            <pre>{text}</pre>
        </figure>
    }
}
