//! Server functions over HTTP, guarded like routes, with errors in their own encoding.

use axum::{
    Extension, Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use leptos::prelude::provide_context;
use serde_json::Value;
use server_fn::error::SERVER_FN_ERROR_HEADER;

use super::{access::Access, body, client_info, guard, origin, reply::ProblemDetails};
use crate::{
    model::{ApiError, ErrorCode, Field, Problem},
    server::{App, say, service::principal::Principal},
};

/// Runs a server function, guarded by the access of its row.
pub async fn run(
    State(app): State<App>,
    Extension(access): Extension<Access>,
    request: Request,
) -> Response {
    guarded(app, access, request).await.unwrap_or_else(|problem| refusal(&problem))
}

async fn guarded(app: App, access: Access, request: Request) -> Result<Response, ProblemDetails> {
    let (mut parts, body) = request.into_parts();
    // Checked before the body is read.
    origin::check(&app, &parts.headers)?;
    if accepts_html(&parts.headers) || !body::is_json(&parts.headers) {
        return Err(ErrorCode::UnsupportedMediaType.into());
    }
    // Leptos redirects a post that accepts HTML to its Referer, so both headers are replaced.
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    parts.headers.remove(header::REFERER);
    let principal: Option<Principal> =
        guard::admit(&app, access, &parts.headers, || client_info::of(&app, &parts)).await?;
    let bytes = body::read(body).await?;
    // No argument is a list, but serde would read one as an object by the order of its values.
    if has_list(&body::json::<Value>(&bytes)?) {
        return Err(ApiError::field(Field::Body, Problem::Invalid).into());
    }
    if let Some(principal) = principal {
        parts.extensions.insert(principal);
    }
    let context = {
        let app = app.clone();
        move || provide_context(app.clone())
    };
    let request = Request::from_parts(parts, Body::from(bytes));
    let mut response =
        leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    // Our server functions never redirect.
    response.headers_mut().remove(header::LOCATION);
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return Ok(response);
    }
    // Leptos answers 500 to every error; the code has a better status.
    let (parts, body) = response.into_parts();
    let bytes = body::read(body).await?;
    let error = serde_json::from_slice(&bytes).unwrap_or(ApiError::new(ErrorCode::Internal));
    let mut answer = refusal(&ProblemDetails::from(error));
    answer.headers_mut().extend(
        parts.headers.get(header::SET_COOKIE).map(|cookie| (header::SET_COOKIE, cookie.clone())),
    );
    Ok(answer)
}

/// Whether the `Accept` header names HTML. Compares bytes, because a value that is not valid text counts too.
fn accepts_html(headers: &HeaderMap) -> bool {
    let html = b"text/html";
    let names = |line: &HeaderValue| {
        line.as_bytes().windows(html.len()).any(|part| part.eq_ignore_ascii_case(html))
    };
    headers.get_all(header::ACCEPT).iter().any(names)
}

fn has_list(value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        Value::Object(members) => members.values().any(has_list),
        _ => false,
    }
}

/// A refusal in the encoding of server functions.
fn refusal(problem: &ProblemDetails) -> Response {
    let mut response =
        problem.with_headers(Json(say::with_sentences(problem.error().clone())).into_response());
    response.headers_mut().insert(SERVER_FN_ERROR_HEADER, HeaderValue::from_static("action"));
    response
}
