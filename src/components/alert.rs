use leptos::prelude::*;

use super::{Glyph, Icon};

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// Something to take care of.
    Caution,
    /// Something is wrong.
    Bad,
}

/// Words that are meant to be seen, with what to do about them.
#[component]
pub fn Alert(
    /// What it is about.
    tone: Tone,
    /// Its heading.
    #[prop(optional)]
    heading: Option<String>,
    /// Its words.
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
