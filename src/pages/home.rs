//! `/`: what this is, and whether one is signed in.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

use super::page::Page;

/// `GET /`: a page for browsers, a welcome for programs (as the first article has it).
pub async fn page(page: Page, headers: HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if !accepts.is_some_and(|accept| accept.contains("text/html")) {
        let name = &page.app.brand.shown.name;
        return format!("Welcome to {name}! The API is at /api/v1.\n").into_response();
    }
    let own_name = page.app.brand.shown.own_name();
    let origin = page.app.config.issuer();
    let name = page.viewer.as_ref().map(|viewer| viewer.name().to_owned());
    page.render("Welcome", StatusCode::OK, || match name {
        Some(name) => signed_in(name).into_any(),
        None => match own_name {
            Some(name) => door(name.to_owned()).into_any(),
            None => stranger(&origin).into_any(),
        },
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

/// The door of a service with a name of its own.
fn door(name: String) -> impl IntoView {
    view! {
        <main id="main" class="portal wide" tabindex="-1">
            <div class="intro">
                <h1 dir="auto">{name}</h1>
                <Ways />
            </div>
        </main>
    }
}

/// The two ways in.
#[component]
fn Ways() -> impl IntoView {
    view! {
        <div class="actions">
            <a class="button" href="/register">
                "Create account"
            </a>
            <a class="button quiet" href="/login">
                "Sign in"
            </a>
        </div>
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
                <Ways />
            </div>
            <figure class="code">
                <figcaption>"Or from a terminal"</figcaption>
                <pre>{curl}</pre>
            </figure>
        </main>
    }
}
