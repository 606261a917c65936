//! `/account/security-history`: what happened to one's account, in plain words.

use axum::{http::StatusCode, response::Response};
use leptos::prelude::*;

use super::{
    head::Head,
    moment::Moment,
    page::{Page, SignedIn},
};
use crate::{
    model::{HistoryEntry, HistoryPage},
    server::service::audit,
};

const PATH: &str = "/account/security-history";

/// `GET /account/security-history?before=`: strangers go to sign in, before anything is rendered.
pub async fn page(SignedIn { page, viewer }: SignedIn) -> Response {
    let before = page.query("before");
    match audit::of_viewer(&page.app, &viewer, before.as_deref()).await {
        Ok(history) => {
            let now = page.app.clock.now();
            page.render("Security history", StatusCode::OK, || {
                content(history, before.is_some(), now).into_any()
            })
        }
        Err(error) => page.error(&error.into_api()),
    }
}

fn content(page: HistoryPage, is_later: bool, now: i64) -> impl IntoView {
    let HistoryPage { events, next_before } = page;
    let rows = events.into_iter().map(|entry| view! { <Row entry now /> }).collect_view();
    let older = next_before.map(|before| format!("{PATH}?before={}", Page::encode(&before)));
    view! {
        <main id="main" class="page slim" tabindex="-1">
            <Head
                heading="Security history"
                lead="What happened to your account, the newest first. If something was not you, end the sessions that you do not know."
                links=view! { <PageLink name="Your sessions" href="/account/sessions".to_owned() /> }
            />
            <section class="card" aria-label="History">
                <ul class="rows">{rows}</ul>
                <div class="actions">
                    {is_later.then(|| view! { <PageLink name="Newest" href=PATH.to_owned() /> })}
                    {older.map(|href| view! { <PageLink name="Older" href /> })}
                </div>
            </section>
        </main>
    }
}

/// The way to another page.
#[component]
fn PageLink(name: &'static str, href: String) -> impl IntoView {
    view! {
        <a class="button quiet" href=href>
            {name}
        </a>
    }
}

/// Something that happened.
#[component]
fn Row(entry: HistoryEntry, now: i64) -> impl IntoView {
    let HistoryEntry { at, what, refused, client_ip, .. } = entry;
    let place = client_ip.map(|address| format!(" from {address}"));
    view! {
        <li>
            <div>
                <h2>{what} {refused.then(|| view! { " " <span class="tag warn">"Refused"</span> })}</h2>
                <p>
                    <Moment at now />
                    {place}
                </p>
            </div>
        </li>
    }
}
