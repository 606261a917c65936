use leptos::prelude::*;

/// Machine text under a caption.
#[component]
pub fn Code(
    /// What it is.
    #[prop(into)]
    caption: String,
    /// The `id` of the text, where script writes it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The text, shown as it is.
    #[prop(optional)]
    text: String,
    /// More in the caption's line.
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
