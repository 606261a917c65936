//! The end of a journey: the browser goes back to the client.
//!
//! Browsers compare `form-action` with each redirect that answers a form, and Chromium blocks those to other origins. So after a form of
//! ours the answer is a page that goes on by itself, and has a link; the policy stays strict (decision 204).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use leptos::prelude::*;

use crate::{
    components::with_name,
    pages::page::Page,
    server::{
        say,
        service::oauth::{Decided, ResponseMode, host, origin},
    },
};

/// Sends the browser back to a client with an answer; `is_first` if nothing of ours stands between the client's page and this answer.
pub(super) fn go(page: &Page, name: &str, decided: &Decided, is_first: bool) -> Response {
    match (decided.back.mode, origin(&decided.back.redirect_uri)) {
        (ResponseMode::FormPost, Some(origin)) => form(page, name, decided, origin),
        (_, Some(_)) if is_first => {
            let mut response = Page::redirect(&decided.address());
            let no_referrer = HeaderValue::from_static("no-referrer");
            response.headers_mut().insert(header::REFERRER_POLICY, no_referrer);
            response
        }
        (_, origin) => leave(page, name, &decided.address(), origin.is_some()),
    }
}

/// A page that goes on to an address of another origin by itself, if it may, and has a link to it.
pub(super) fn leave(page: &Page, name: &str, address: &str, goes_by_itself: bool) -> Response {
    let place = host(address);
    let heading = with_name(&say::onward_heading("{}"), name).into_any();
    let (link, lead) = match goes_by_itself {
        true => (say::onward_link(), say::onward_lead()),
        // A browser opens a program of one's own only at a click.
        false => (say::onward_open(), say::onward_open_lead()),
    };
    let (to, again) = (address.to_owned(), address.to_owned());
    let mut response = page.render_alone(say::onward_title(), StatusCode::OK, || {
        view! {
            <main id="main" class="portal wide closed" tabindex="-1">
                <div class="intro">
                    <h1>{heading}</h1>
                    <p>{lead}</p>
                    {place.map(|place| view! { <p><bdi translate="no">{place}</bdi></p> })}
                    <div class="buttons">
                        <a class="button" href=to rel="noreferrer">
                            {link}
                        </a>
                    </div>
                </div>
            </main>
        }
        .into_any()
    });
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // The same as a meta element in the head (HTML, "Refresh"); the address is ASCII without spaces.
    if goes_by_itself && let Ok(refresh) = HeaderValue::from_str(&format!("0; url={again}")) {
        headers.insert(header::REFRESH, refresh);
    }
    response
}

/// A page with a form that the person posts to the client (OAuth 2.0 Form Post Response Mode).
fn form(page: &Page, name: &str, decided: &Decided, origin: String) -> Response {
    let mut page = page.clone();
    page.leads_to = vec![origin];
    let heading = with_name(&say::onward_heading("{}"), name).into_any();
    let place = host(&decided.back.redirect_uri);
    let action = decided.back.redirect_uri.clone();
    let params = decided.params.clone();
    let mut response = page.render_alone(say::onward_title(), StatusCode::OK, || {
        let inputs = params
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
        view! {
            <main id="main" class="portal wide closed" tabindex="-1">
                <div class="intro">
                    <h1>{heading}</h1>
                    <p>{say::onward_post_lead()}</p>
                    {place.map(|place| view! { <p><bdi translate="no">{place}</bdi></p> })}
                    <form method="post" action=action class="buttons">
                        {inputs.collect_view()}
                        <button class="button" type="submit">
                            {say::onward_link()}
                        </button>
                    </form>
                </div>
            </main>
        }
        .into_any()
    });
    let no_referrer = HeaderValue::from_static("no-referrer");
    response.headers_mut().insert(header::REFERRER_POLICY, no_referrer);
    response
}
