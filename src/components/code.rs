use leptos::prelude::*;

/// Machine text under a caption.
#[component]
pub fn Code(
    /// What it is.
    caption: &'static str,
    /// The text, shown as it is.
    #[prop(into)]
    text: Signal<String>,
    /// More in the caption's line.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <figure class="code">
            <figcaption>{caption} {children.map(|children| view! { <span>{children()}</span> })}</figcaption>
            <pre>{move || text.get()}</pre>
        </figure>
    }
}
