use leptos::prelude::*;

/// Machine text under a caption.
#[component]
pub fn Code(
    /// Caption.
    #[prop(into)]
    caption: String,
    /// The `id` of the text, where script writes it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The text, shown as it is.
    #[prop(optional)]
    text: String,
    /// Further text in the line of the caption.
    #[prop(optional)]
    note: String,
) -> impl IntoView {
    view! {
        <figure class="code">
            <figcaption>{caption} <span id=id.map(|id| format!("{id}-note"))>{note}</span></figcaption>
            <pre id=id>{text}</pre>
        </figure>
    }
}
