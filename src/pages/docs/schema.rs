//! Types as the page shows them: a word for each, and its members.

use leptos::{prelude::*, tachys::view::any_view::AnyView};
use serde_json::Value;

use super::{list, members, prose, text};

/// A type of the document with its members, closed.
#[component]
pub(super) fn Type(
    /// Its name.
    name: &'static str,
    /// Its schema.
    schema: &'static Value,
) -> impl IntoView {
    view! {
        <details>
            <summary>
                <code>{name}</code>
            </summary>
            // Within: a browser opens what a link leads into.
            <div id=format!("type-{name}")>
                <p>{prose(&schema["description"])}</p>
                {body(schema)}
            </div>
        </details>
    }
}

/// The members of a schema, or its values.
fn body(schema: &'static Value) -> AnyView {
    let required = list(&schema["required"]);
    let parts = list(&schema["allOf"]).iter().chain(list(&schema["oneOf"]));
    let parts: Vec<_> = parts.map(part).collect();
    let members = members(&schema["properties"]).map(|(name, member)| {
        let is_required = required.iter().any(|required| required == name);
        view! {
            <dt>
                <code>{name}</code>
                " "
                {word(member)}
                {is_required.then_some(", required")}
            </dt>
            <dd>{prose(&member["description"])} {bounds(member)}</dd>
        }
    });
    let members: Vec<_> = members.collect();
    let is_plain = members.is_empty() && parts.is_empty();
    view! {
        {is_plain.then(|| view! { <p>{word(schema)} {bounds(schema)}</p> })}
        {parts}
        {(!members.is_empty()).then(|| view! { <dl>{members}</dl> })}
    }
    .into_any()
}

/// A part of a type that is made of several.
fn part(part: &'static Value) -> AnyView {
    match part.get("$ref") {
        Some(_) => view! { <p>{word(part)}</p> }.into_any(),
        None => view! {
            <p>{prose(&part["description"])}</p>
            {body(part)}
        }
        .into_any(),
    }
}

/// A word for a schema: its kind, or a link to its type.
pub(super) fn word(schema: &'static Value) -> AnyView {
    if let Some(reference) = schema.get("$ref") {
        let name = text(reference).rsplit('/').next().unwrap_or_default();
        return view! { <a href=format!("#type-{name}")>{name}</a> }.into_any();
    }
    if let Some(items) = schema.get("items") {
        return view! { "list of " {word(items)} }.into_any();
    }
    let alternatives = list(&schema["oneOf"]).iter().chain(list(&schema["anyOf"]));
    let alternatives: Vec<_> = alternatives
        .enumerate()
        .map(|(at, one)| view! { {(at > 0).then_some(" or ")} {word(one)} })
        .collect();
    if !alternatives.is_empty() {
        return alternatives.into_any();
    }
    let kinds: Vec<_> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).collect(),
        kind => vec![text(kind)],
    };
    kinds.join(" or ").into_any()
}

/// The limits of a value, in words.
pub(super) fn bounds(schema: &'static Value) -> String {
    let number = |name: &str| schema.get(name).map(Value::to_string);
    let mut words = Vec::new();
    match (number("minLength"), number("maxLength")) {
        (Some(min), Some(max)) => words.push(format!("{min} to {max} characters")),
        (None, Some(max)) => words.push(format!("at most {max} characters")),
        _ => {}
    }
    if !text(&schema["format"]).is_empty() {
        words.push(text(&schema["format"]).to_owned());
    }
    let values: Vec<_> = list(&schema["enum"]).iter().map(text).collect();
    if !values.is_empty() {
        words.push(values.join(", "));
    }
    if words.is_empty() { String::new() } else { format!(" ({})", words.join("; ")) }
}
