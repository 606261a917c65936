use std::sync::Arc;

use leptos::prelude::*;

use crate::{model::Brand, server::say};

/// The footer: the software of the service, and links.
#[component]
pub fn Foot(
    /// The brand.
    brand: Arc<Brand>,
    /// Version of Vestibule, for administrators.
    version: Option<&'static str>,
) -> impl IntoView {
    let links = [
        (say::help(), &brand.support),
        (say::privacy(), &brand.privacy),
        (say::terms(), &brand.terms),
    ];
    let links: Vec<_> =
        links.into_iter().filter_map(|(word, address)| Some((word, address.clone()?))).collect();
    view! {
        {made_of(&brand, version).map(|words| view! { <p>{words}</p> })}
        {(!links.is_empty())
            .then(|| {
                let links = links.into_iter().map(|(word, address)| view! { <a href=address>{word}</a> });
                view! {
                    <nav class="links" aria-label=say::about()>
                        {links.collect_view()}
                    </nav>
                }
            })}
    }
}

/// The line about the software; the version is for administrators.
fn made_of(brand: &Brand, version: Option<&str>) -> Option<String> {
    let version = version.map(say::version);
    match brand.own_name() {
        Some(_) if brand.secured_by => Some(say::secured_by()),
        _ => None,
    }
    .into_iter()
    .chain(version)
    .reduce(|one, other| format!("{one} · {other}"))
}
