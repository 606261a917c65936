//! `/docs`: the API for developers, from the same document as `/openapi.json`. In English, as the document is.

mod endpoint;
mod schema;

use std::sync::OnceLock;

use axum::{http::StatusCode, response::Response};
use leptos::{
    prelude::*,
    tachys::{html::InertElement, view::any_view::AnyView},
};
use serde_json::Value;

use self::{
    endpoint::{Endpoint, EndpointProps},
    schema::{Type, TypeProps},
};
use super::page::Page;
use crate::{
    model::ErrorCode,
    server::{
        http::description::{Document, name},
        site::Wake,
    },
};

/// The title of the window.
const TITLE: &str = "API";

/// The methods of OpenAPI that the API has, in the order of the page.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// `GET /docs`. The content is drawn once: it is the same for everybody.
pub fn page(page: Page, document: &'static Document) -> Response {
    static DRAWN: OnceLock<String> = OnceLock::new();
    page.render_waking(Wake::Never, TITLE, StatusCode::OK, || {
        let drawn = DRAWN.get_or_init(|| content(&document.value).to_html());
        InertElement::new(drawn.as_str()).into_any()
    })
}

fn content(document: &'static Value) -> AnyView {
    let tags = list(&document["tags"]).iter().map(|tag| text(&tag["name"]));
    let parts = tags.enumerate().map(|(at, tag)| {
        let endpoints =
            endpoints(document).filter(move |endpoint| text(&endpoint.2["tags"][0]) == tag);
        let endpoints = endpoints.map(|(path, method, operation)| {
            Endpoint(EndpointProps { path, method, operation, document })
        });
        view! {
            <section aria-labelledby=format!("part-{at}")>
                <h2 id=format!("part-{at}")>{tag}</h2>
                {endpoints.collect_view()}
            </section>
        }
    });
    let parts: Vec<_> = parts.collect();
    let types = members(&document["components"]["schemas"])
        .map(|(name, schema)| Type(TypeProps { name, schema }));
    let types: Vec<_> = types.collect();
    view! {
            <main id="main" class="docs" tabindex="-1" lang="en" dir="ltr">
                <h1>{TITLE}</h1>
                <p>{prose(&document["info"]["description"])}</p>
                <p>
                    "The same for programs: " <a href="/openapi.json">"openapi.json"</a>
                    " (OpenAPI 3.1). The API has version " {text(&document["info"]["version"])} "."
                </p>
                {parts} <section aria-labelledby="types">
                    <h2 id="types">"Types"</h2>
                    {types}
                </section> <section aria-labelledby="errors">
                    <h2 id="errors">"Errors"</h2>
                    <dl>{errors()}</dl>
                </section>
            </main>
    }
    .into_any()
}

/// Every endpoint: its path, its method and its description.
fn endpoints(
    document: &'static Value,
) -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    members(&document["paths"]).flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| Some((path, method, item.get(method)?)))
    })
}

fn errors() -> impl IntoView {
    let sent = ErrorCode::ALL.iter().filter(|code| **code != ErrorCode::NetworkFailure);
    let errors = sent.map(|code| {
        let name = name(*code);
        let id = format!("error-{name}");
        view! {
            <dt id=id>
                <code>{name}</code>
                " "
                {code.status()}
            </dt>
            <dd>{marked(code.meaning())} " " {marked(code.advice())}</dd>
        }
    });
    errors.collect_view()
}

/// The text of a value as prose.
fn prose(value: &'static Value) -> AnyView {
    marked(text(value))
}

/// Prose whose code is in backticks.
fn marked(text: &'static str) -> AnyView {
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => part.into_any(),
        _ => view! { <code>{part}</code> }.into_any(),
    });
    parts.collect::<Vec<_>>().into_any()
}

/// The text of a value.
fn text(value: &'static Value) -> &'static str {
    value.as_str().unwrap_or_default()
}

/// The values of a list.
fn list(value: &'static Value) -> &'static [Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The members of an object.
fn members(value: &'static Value) -> impl Iterator<Item = (&'static str, &'static Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}
