//! `/`: the start page. A signed-in user is redirected to the account.

use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

use super::page::Page;
use crate::{
    model::Form,
    server::{http::reader, say, site::Wake},
};

/// `GET /`: a page for browsers, a welcome for programs (as in the first article).
pub async fn page(page: Page, headers: HeaderMap) -> Response {
    if !reader::is_person(&headers) {
        return (say::welcome(page.service()) + "\n").into_response();
    }
    if page.session_user.is_some() {
        return Page::redirect("/account");
    }
    // On a developer's own machine the page says that this is a development server.
    let issuer = page.app.config.issuer();
    let is_local = page.app.config.is_loopback() && page.app.brand.shown.own_name().is_none();
    let service = page.service().to_owned();
    let registers = page.app.config.registration_open;
    page.render_waking(Wake::WhenIdle, say::start_title(), StatusCode::OK, || match is_local {
        true => product(&issuer, registers).into_any(),
        false => start(service, registers).into_any(),
    })
}

#[component]
fn Ways(
    /// Whether anybody makes an account.
    registers: bool,
) -> impl IntoView {
    let register = registers.then(|| {
        view! {
            <a class="button quiet" href=Form::Register.path()>
                {say::button(Form::Register)}
            </a>
        }
    });
    view! {
        <div class="buttons">
            <a class="button" href="/login">
                {say::button(Form::Login)}
            </a>
            {register}
        </div>
    }
}

fn start(service: String, registers: bool) -> impl IntoView {
    view! {
        <main id="main" class="portal wide" tabindex="-1">
            <div class="intro">
                <h1>
                    <bdi translate="no">{service}</bdi>
                </h1>
                <p>{say::start_lead()}</p>
                <Ways registers />
            </div>
        </main>
    }
}

fn product(issuer: &str, registers: bool) -> impl IntoView {
    let curl = format!(
        "curl {issuer}/api/v1/login --json '{{\n  \"identifier\": \"ada\",\n  \"password\": \"…\"\n}}'"
    );
    view! {
        <main id="main" class="portal wide" tabindex="-1">
            <div class="intro">
                <h1>{say::product_heading()}</h1>
                <p>{say::product_lead()}</p>
                <Ways registers />
            </div>
            <figure class="code">
                <figcaption>{say::product_terminal()}</figcaption>
                <pre>{curl}</pre>
            </figure>
        </main>
    }
}
