use std::sync::Arc;

use leptos::prelude::*;

use crate::model::Brand;

/// What the footer says: what the service is made of, and where there is more to read.
#[component]
pub fn Foot(
    /// Whose service.
    brand: Arc<Brand>,
    /// The version of Vestibule, for those who may know it.
    version: Option<&'static str>,
) -> impl IntoView {
    let links = [("Help", &brand.support), ("Privacy", &brand.privacy), ("Terms", &brand.terms)];
    let links = links.map(|(word, address)| address.clone().map(|address| (word, address)));
    let links: Vec<_> = links.into_iter().flatten().collect();
    view! {
        {made_of(&brand, version).map(|words| view! { <p>{words}</p> })}
        {(!links.is_empty())
            .then(|| {
                let links = links.into_iter().map(|(word, address)| view! { <a href=address>{word}</a> });
                view! {
                    <nav class="links" aria-label="About this service">
                        {links.collect_view()}
                    </nav>
                }
            })}
    }
}

fn made_of(brand: &Brand, version: Option<&str>) -> Option<String> {
    let product = match version {
        Some(version) => format!("Vestibule {version}"),
        None => "Vestibule".to_owned(),
    };
    match brand.own_name() {
        Some(_) if brand.secured_by => Some(format!("Secured by {product}")),
        Some(_) => version.map(|_| product),
        None => Some(product),
    }
}
