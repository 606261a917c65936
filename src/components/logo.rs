use std::sync::Arc;

use leptos::{either::EitherOf3, prelude::*};

use crate::model::Brand;

/// The logo in the header. The link around it has its name.
#[component]
pub fn Logo(
    /// The brand.
    brand: Arc<Brand>,
    /// `light` or `dark`, if the reader chose one.
    theme: Option<&'static str>,
) -> impl IntoView {
    match (&brand.logo, brand.own_name()) {
        (Some(logo), _) => {
            let light = logo.light.clone();
            let dark = logo.dark.clone();
            let (shown, other) = match theme {
                Some("dark") => (dark.unwrap_or(light), None),
                Some(_) => (light, None),
                None => (light, dark),
            };
            EitherOf3::A(view! {
                <picture>
                    {other
                        .map(|dark| {
                            view! { <source media="(prefers-color-scheme: dark)" srcset=dark /> }
                        })}
                    <img class="logo-own" src=shown alt="" />
                </picture>
            })
        }
        (None, Some(name)) => EitherOf3::B(view! {
            <svg class="emblem" width="26" height="28" viewBox="0 0 28 32" aria-hidden="true">
                <path class="arch" d=ARCH />
            </svg>
            <span class="name" dir="auto">
                {name.to_owned()}
            </span>
        }),
        (None, None) => EitherOf3::C(view! { <Wordmark /> }),
    }
}

/// An arch with its door ajar.
const ARCH: &str = "M3 29V14a11 11 0 0 1 22 0v15h-4.5V14.2a6.5 6.5 0 0 0-13 0V29zM9.5 29V14.2A4.5 4.5 0 0 1 14 9.7V29z";

/// The arch and the word Vestibule.
#[component]
fn Wordmark() -> impl IntoView {
    view! {
        <svg class="logo" width="136" height="28" viewBox="0 0 156 32" aria-hidden="true">
            <path class="arch" d=ARCH />
            <path
                class="word"
                d="M36 8l6.5 17L49 8M53.2 19h11.5A5.8 5.8 0 1 0 63 23.2M76.8 15.2c-.6-1.3-1.8-2-3.5-2-2 0-3.5 1-3.5 2.8 0 4 7.4 2 7.4 6 0 1.9-1.6 3-3.7 3-2 0-3.5-.8-4.1-2.3M84 9v12.5a3.5 3.5 0 0 0 3.5 3.5h1M81 13.2h7.5M94 13.2V25M100 6.5V25M100 19a5.9 5.9 0 1 1 0 .1M117.5 13.2v6.3a5.5 5.5 0 0 0 11 0v-6.3M128.5 19.5V25M135 6.5V25M140.5 19H152A5.8 5.8 0 1 0 150.3 23.2"
            />
            <circle class="dot" cx="94" cy="8.2" r="1.7" />
        </svg>
    }
}
