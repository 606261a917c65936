use leptos::prelude::*;

/// An icon of 20 by 20 beside text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// A person.
    User,
    /// A shield.
    Shield,
    /// A computer.
    Laptop,
    /// A telephone.
    Phone,
    /// A clock.
    Clock,
    /// A program.
    Code,
    /// An eye.
    Eye,
    /// A key.
    Key,
    /// An arrow onwards.
    Chevron,
    /// A check mark.
    Check,
    /// An information sign.
    Info,
    /// A warning sign.
    Warning,
    /// A person who leaves.
    Leave,
    /// A file that comes down.
    Download,
    /// A language.
    Globe,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Self::User => "M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3.5 17a6.5 6.5 0 0 1 13 0",
            Self::Shield => {
                "M10 2.5 16.5 5v5c0 4-2.8 6.4-6.5 7.5C6.3 16.4 3.5 14 3.5 10V5zM7.5 10l1.8 1.8 3.5-3.6"
            }
            Self::Laptop => "M4 13.5V5.5a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v8M2 16h16",
            Self::Phone => {
                "M6.5 2.5h7a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1M9 15h2"
            }
            Self::Clock => "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15M10 6v4l2.5 2",
            Self::Code => "M7 5.5 2.5 10 7 14.5M13 5.5 17.5 10 13 14.5",
            Self::Eye => {
                "M2 10s3-5.5 8-5.5 8 5.5 8 5.5-3 5.5-8 5.5S2 10 2 10M10 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5"
            }
            Self::Key => {
                "M13 11a4 4 0 1 0-3.8-2.8L3 14.4V17h2.6v-2h2v-2h2l1.2-1.2A4 4 0 0 0 13 11M13.5 6.5h.01"
            }
            Self::Chevron => "M8 5l5 5-5 5",
            Self::Check => "M4 10.5 8 14.5 16 6",
            Self::Info => "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15M10 9.5v4M10 6.5h.01",
            Self::Warning => "M10 3 18 16.5H2zM10 8v4M10 14.2h.01",
            Self::Leave => "M11.5 3.5h-6v13h6M8.5 10h9M14.5 7l3 3-3 3",
            Self::Download => "M10 3v9.5M6 8.5l4 4 4-4M3.5 16.5h13",
            Self::Globe => {
                "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15M2.5 10h15M10 2.5c4 4.5 4 10.5 0 15M10 2.5c-4 4.5-4 10.5 0 15"
            }
        }
    }
}

/// Draws the icon in the colour of the text around it; it is hidden from assistive technology.
#[component]
pub fn Icon(
    /// The icon.
    glyph: Glyph,
) -> impl IntoView {
    let class = if glyph == Glyph::Chevron { "icon turns" } else { "icon" };
    view! {
        <svg class=class width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
            <path d=glyph.path() />
        </svg>
    }
}
