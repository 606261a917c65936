//! Refusals in their reader's terms: a page for a person, a problem for a program (RFC 9457), whoever refused.

use axum::{
    body::HttpBody,
    extract::FromRequestParts,
    http::{HeaderName, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use server_fn::error::SERVER_FN_ERROR_HEADER;

use crate::{
    model::ErrorCode,
    pages::page::Page,
    server::{App, http::reply::Problem},
};

/// The answer as it is, or what it refuses told to a person, where one asked, or to a program.
pub(super) async fn fit(app: &App, person: Option<Parts>, response: Response) -> Response {
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return response;
    }
    let told = response.extensions().get::<Problem>().cloned();
    let (is_page, is_silent) = (is_page(&response), told.is_none());
    let Some(problem) = told.or_else(|| silent(&response)) else {
        return response;
    };
    match person {
        Some(parts) if !is_page => match shown(app, parts, &problem).await {
            Ok(page) => in_place_of(&response, page),
            Err(instead) => instead,
        },
        None if is_page || is_silent => in_place_of(&response, problem.into_response()),
        _ => response,
    }
}

fn is_page(response: &Response) -> bool {
    let media_type = response.headers().get(header::CONTENT_TYPE);
    media_type.is_some_and(|media_type| media_type.as_bytes().starts_with(b"text/html"))
}

/// What a refusal means that has no words: those of the libraries, which serve files for one.
fn silent(response: &Response) -> Option<Problem> {
    let code = match response.status() {
        _ if !response.body().is_end_stream() => return None,
        StatusCode::BAD_REQUEST => ErrorCode::MalformedBody,
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::INTERNAL_SERVER_ERROR => ErrorCode::Internal,
        _ => return None,
    };
    Some(code.into())
}

/// The page of a refusal. Who is looking is asked where that costs no more than a page that is there: not of a server that
/// has too much to do, nor for another site.
async fn shown(app: &App, mut parts: Parts, problem: &Problem) -> Result<Response, Response> {
    let page = match problem.code().status() {
        401 | 404 | 405 => Page::from_request_parts(&mut parts, app).await?,
        _ => Page::anonymous(app.clone(), &parts),
    };
    Ok(page.error(problem.error()))
}

/// An answer in place of another one, with all that this said beside its body.
fn in_place_of(old: &Response, mut new: Response) -> Response {
    *new.status_mut() = old.status();
    let of_body = [
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        header::CONTENT_ENCODING,
        header::CONTENT_SECURITY_POLICY,
        HeaderName::from_static(SERVER_FN_ERROR_HEADER),
    ];
    for name in old.headers().keys().filter(|name| !of_body.contains(name)) {
        if !matches!(*name, header::SET_COOKIE | header::VARY) {
            new.headers_mut().remove(name);
        }
        for value in old.headers().get_all(name) {
            new.headers_mut().append(name, value.clone());
        }
    }
    new
}
