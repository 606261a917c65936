//! An endpoint as the page shows it.

use leptos::{prelude::*, tachys::view::any_view::AnyView};
use serde_json::Value;

use super::{
    list, members, prose,
    schema::{bounds, word},
    text,
};
use crate::components::Code;

/// One endpoint: closed, its method, path and summary.
#[component]
pub(super) fn Endpoint(
    /// Its path.
    path: &'static str,
    /// Its method in lower case.
    method: &'static str,
    /// Its description.
    operation: &'static Value,
    /// The whole document.
    document: &'static Value,
) -> impl IntoView {
    let parameters = list(&operation["parameters"]).iter().map(|parameter| {
        view! {
            <dt>
                <code>{text(&parameter["name"])}</code>
                " "
                {text(&parameter["in"])}
                ", "
                {word(&parameter["schema"])}
            </dt>
            <dd>{prose(&parameter["description"])} {bounds(&parameter["schema"])}</dd>
        }
    });
    let parameters: Vec<_> = parameters.collect();
    let request = operation.get("requestBody").map(|body| {
        let content = &body["content"]["application/json"];
        let optional = (body["required"] == false).then_some(", optional");
        view! {
            <h4>"Request"</h4>
            <p>"JSON: " {word(&content["schema"])} {optional}</p>
            {example("Example of a request", content)}
        }
    });
    let answers = members(&operation["responses"]).map(|(status, answer)| {
        let answer = match answer.get("$ref") {
            Some(reference) => document.pointer(text(reference).trim_start_matches('#')),
            None => Some(answer),
        };
        answer.map(|answer| view! { <Answer status answer /> })
    });
    let answers: Vec<_> = answers.collect();
    view! {
        <details id=text(&operation["operationId"])>
            <summary>
                <b>{method.to_ascii_uppercase()}</b>
                " "
                <code>{path}</code>
                " "
                <span>{text(&operation["summary"])}</span>
            </summary>
            <p>{prose(&operation["description"])}</p>
            <p>{credentials(&operation["security"])}</p>
            {(!parameters.is_empty())
                .then(|| {
                    view! {
                        <h4>"Parameters"</h4>
                        <dl>{parameters}</dl>
                    }
                })}
            {request}
            <h4>"Answers"</h4>
            <dl>{answers}</dl>
        </details>
    }
}

/// The answers with a status.
#[component]
fn Answer(status: &'static str, answer: &'static Value) -> impl IntoView {
    let content = members(&answer["content"]).map(|(media_type, content)| {
        let codes = members(&content["examples"]).map(|(code, _)| {
            view! {
                <a href=format!("#error-{code}")>
                    <code>{code}</code>
                </a>
                " "
            }
        });
        let codes: Vec<_> = codes.collect();
        match codes.is_empty() {
            true => view! {
                {media_type}
                ": "
                {word(&content["schema"])}
                {example("Example of an answer", content)}
            }
            .into_any(),
            false => codes.into_any(),
        }
    });
    let content: Vec<_> = content.collect();
    let is_error = answer["content"].get("application/problem+json").is_some();
    let meaning = (!is_error).then(|| prose(&answer["description"]));
    let headers: Vec<_> = members(&answer["headers"]).map(|(name, _)| name).collect();
    let headers = (!headers.is_empty()).then(|| format!("Headers: {}.", headers.join(", ")));
    view! {
        <dt>{status}</dt>
        <dd>{meaning} " " {content} " " {headers}</dd>
    }
}

fn example(caption: &'static str, content: &'static Value) -> Option<AnyView> {
    let example = content.get("example").filter(|example| !example.is_string())?;
    Some(view! { <Code caption text=format!("{example:#}") /> }.into_any())
}

/// The credentials that an endpoint takes, in words.
fn credentials(security: &'static Value) -> String {
    let of = |requirement: &Value| match (requirement.get("bearer"), requirement.get("session")) {
        (Some(scopes), _) => match scopes[0].as_str() {
            Some(scope) => format!("access token with {scope}"),
            None => "access token".to_owned(),
        },
        (_, Some(_)) => "session cookie".to_owned(),
        _ => "none".to_owned(),
    };
    let words: Vec<_> = list(security).iter().map(of).collect();
    match words.is_empty() {
        true => "Credentials: none.".to_owned(),
        false => format!("Credentials: {}.", words.join(", or ")),
    }
}
