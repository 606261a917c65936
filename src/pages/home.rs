//! `/`: what this is, and whether one is signed in.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

use super::page::Page;
use crate::server::site::Wake;

/// `GET /`: a page for browsers, a welcome for programs (as the first article has it).
pub async fn page(page: Page, headers: HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if !accepts.is_some_and(|accept| accept.contains("text/html")) {
        return "Welcome to Vestibule! The API is at /api/v1.\n".into_response();
    }
    let origin = page.app.config.issuer();
    let name = page.viewer.as_ref().map(|viewer| viewer.name().to_owned());
    page.render_waking(Wake::WhenIdle, "Welcome", StatusCode::OK, || match name {
        Some(name) => signed_in(name).into_any(),
        None => stranger(&origin).into_any(),
    })
}

fn signed_in(name: String) -> impl IntoView {
    view! {
        <main id="main" class="portal wide" tabindex="-1">
            <div class="intro">
                <h1>"Signed in as " {name}</h1>
                <p>
                    "Your session is open in this browser." <br />
                    "Its access token calls the API for a few minutes at a time."
                </p>
                <div class="actions">
                    <a class="button" href="/account">
                        "Open your account"
                    </a>
                </div>
            </div>
        </main>
    }
}

fn stranger(origin: &str) -> impl IntoView {
    let curl = format!(
        "curl {origin}/api/v1/login --json '{{\n  \"identifier\": \"ada\",\n  \"password\": \"…\"\n}}'"
    );
    view! {
        <main id="main" class="portal wide" tabindex="-1">
            <div class="intro">
                <h1>"The front door for your app"</h1>
                <p>
                    "Accounts, browser sign-in and guarded APIs in one binary." <br />
                    "It runs on your own machine and keeps its data there."
                </p>
                <div class="actions">
                    <a class="button" href="/register">
                        "Create account"
                    </a>
                    <a class="button quiet" href="/login">
                        "Sign in"
                    </a>
                </div>
            </div>
            <figure class="code">
                <figcaption>"Or from a terminal"</figcaption>
                <pre>{curl}</pre>
            </figure>
        </main>
    }
}
