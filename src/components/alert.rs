use leptos::prelude::*;

use super::{Glyph, Icon};

/// The tone of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Information.
    Info,
    /// A caution.
    Caution,
    /// A fault.
    Bad,
}

/// A prominent message with advice.
#[component]
pub fn Alert(
    /// Tone.
    tone: Tone,
    /// Heading.
    #[prop(optional)]
    heading: Option<String>,
    /// Text.
    children: Children,
) -> impl IntoView {
    let (class, glyph) = match tone {
        Tone::Info => ("alert", Glyph::Info),
        Tone::Caution => ("alert caution", Glyph::Warning),
        Tone::Bad => ("alert bad", Glyph::Warning),
    };
    let role = (tone == Tone::Bad).then_some("alert");
    view! {
        <div class=class role=role>
            <Icon glyph />
            <div>{heading.map(|heading| view! { <h2>{heading}</h2> })} {children()}</div>
        </div>
    }
}
