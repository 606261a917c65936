//! `/account/ready`: the next steps after set-up.

use axum::response::Response;
use leptos::prelude::*;

use crate::{
    components::{Glyph, Icon},
    pages::page::SignedIn,
    server::{doctor, say},
};

/// `GET /account/ready`: the next steps of an administrator.
pub async fn page(SignedIn { page, .. }: SignedIn) -> Response {
    let is_named = page.app.brand.shown.own_name().is_some();
    let is_https = page.app.config.issuer().starts_with("https://");
    let steps = [
        (true, say::ready_admin(), say::ready_admin_hint()),
        (is_named, say::ready_name(), say::ready_name_hint()),
        (is_https, say::ready_https(), say::ready_https_hint()),
    ];
    // The findings of `vestibule doctor`, in English.
    let found = doctor::at_a_glance(&page.app).await;
    let heading = say::ready(page.service());
    let title = heading.clone();
    page.render(title, axum::http::StatusCode::OK, move || {
        let steps = steps.map(|(is_done, step, hint)| {
            let glyph = if is_done { Glyph::Check } else { Glyph::Chevron };
            let state = if is_done { say::ready_done() } else { say::ready_open() };
            view! {
                <li>
                    <span class=if is_done { "mark good" } else { "mark" }>
                        <Icon glyph />
                    </span>
                    <div>
                        <h2>
                            {step} " "
                            <span class=if is_done { "tag" } else { "tag warn" }>{state}</span>
                        </h2>
                        {(!is_done).then(|| view! { <p>{hint}</p> })}
                    </div>
                </li>
            }
        });
        let found = found.into_iter().map(|(what, how)| {
            view! {
                <li>
                    <span class="mark">
                        <Icon glyph=Glyph::Warning />
                    </span>
                    <div>
                        <h3>{what}</h3>
                        <p>{how}</p>
                    </div>
                </li>
            }
        });
        let found: Vec<_> = found.collect();
        view! {
            <main id="main" class="portal wide" tabindex="-1">
                <div class="intro">
                    <h1>{heading}</h1>
                    <p>{say::ready_lead()}</p>
                </div>
                <section class="card">
                    <ol class="rows">{steps.collect_view()}</ol>
                    {(!found.is_empty())
                        .then(|| {
                            view! {
                                <h2>{say::ready_found()}</h2>
                                <ul class="rows" lang="en" dir="ltr">
                                    {found}
                                </ul>
                            }
                        })}
                    <p class="hint">{say::ready_doctor()}</p>
                    <a class="button full" href="/account">
                        {say::ready_go()}
                    </a>
                </section>
            </main>
        }
        .into_any()
    })
}
