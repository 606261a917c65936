//! Static files: hashed names under `/pkg` never change, the others may.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::headers::{ETag, HeaderMapExt, IfNoneMatch};

use super::{coding::Coding, reply::ProblemDetails};
use crate::{
    model::ErrorCode,
    server::{
        App,
        site::{File, Variant},
    },
};

/// Route of the built files.
const BUILT: &str = "/pkg/*";
/// The other files.
const OTHERS: [&str; 5] =
    ["/favicon.ico", "/favicon.svg", "/apple-touch-icon.png", "/wordmark.svg", "/passkeys.js"];

/// The route of a file: its path, or that of all built files.
pub fn route(path: &str) -> Option<&'static str> {
    match path.strip_prefix("/pkg/") {
        Some(_) => Some(BUILT),
        None => OTHERS.into_iter().find(|file| *file == path),
    }
}

/// The file of a request's path, in the coding that the client prefers (RFC 9110, section 12.5.3).
pub fn answer(app: &App, request: &Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let allowed = [(header::ALLOW, HeaderValue::from_static("GET,HEAD"))];
        return (allowed, ProblemDetails::from(ErrorCode::MethodNotAllowed)).into_response();
    }
    let path = request.uri().path();
    let Some(file) = app.site.file(path) else {
        return ProblemDetails::from(ErrorCode::NotFound).into_response();
    };
    let lifetime = match route(path) == Some(BUILT) {
        true if app.site.is_hashed() => "public, max-age=31536000, immutable",
        true => "no-cache",
        // Pages and the script that they load are of one build.
        false if kind(path).starts_with("text/javascript") => "no-cache",
        false => "public, max-age=86400",
    };
    let mut sent = HeaderMap::new();
    sent.insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
    if !file.coded.is_empty() {
        sent.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    let (coding, variant) = choose(file, request.headers());
    let tag: Option<ETag> = variant.tag.parse().ok();
    let known = request.headers().typed_get::<IfNoneMatch>();
    let is_known =
        known.zip(tag.as_ref()).is_some_and(|(known, tag)| !known.precondition_passes(tag));
    if let Some(tag) = tag {
        sent.typed_insert(tag);
    }
    if is_known {
        return (StatusCode::NOT_MODIFIED, sent).into_response();
    }
    sent.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
    if let Some(coding) = coding {
        sent.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
    (sent, variant.bytes).into_response()
}

/// A file in the coding that the client prefers, if it has that one.
fn choose(mut file: File, headers: &HeaderMap) -> (Option<Coding>, Variant) {
    match Coding::of(headers).and_then(|coding| Some((coding, file.coded.remove(coding.name())?))) {
        Some((coding, variant)) => (Some(coding), variant),
        None => (None, file.plain),
    }
}

/// The media type of a file.
fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        _ => "application/octet-stream",
    }
}
