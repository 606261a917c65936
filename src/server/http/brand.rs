//! Information about the service itself: name, files and contact.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{last::Last, reply::ProblemDetails};
use crate::{
    model::{Brand, ErrorCode},
    server::{App, dates, service::passkeys},
};

/// Cache time of answers that change with the settings.
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// Cache time of files whose name contains a hash of their content.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Policy of a picture that is opened by itself: it is displayed, and nothing in it runs or loads.
const PICTURE_ONLY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// Validity of `security.txt`, in days from each answer.
const SECURITY_DAYS: i64 = 180;

/// Rules for robots: pages that are not for the public.
const ROBOTS: &str = "User-agent: *\nDisallow: /account\nDisallow: /action/\nDisallow: /api/\nDisallow: /dev/\nDisallow: /go/\nDisallow: /setup\n";

/// The service as its operator presents it.
#[derive(Serialize, ToSchema)]
pub struct Service {
    /// The name.
    name: String,
    /// The address where users get help.
    #[serde(skip_serializing_if = "Option::is_none")]
    support: Option<String>,
    /// The address of the terms of use.
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<String>,
    /// The address of the privacy policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    privacy: Option<String>,
}

/// `GET /api/v1`: the service whose API this is.
pub async fn index(State(app): State<App>) -> Json<Service> {
    let Brand { name, support, terms, privacy, .. } = (*app.brand.shown).clone();
    Json(Service { name, support, terms, privacy })
}

/// `GET /brand/{file}`: a logo, or the stylesheet with the accent.
pub async fn file(State(app): State<App>, Last(name): Last<String>) -> Response {
    let is_asked = |path: &str| path.strip_prefix("/brand/") == Some(&*name);
    let Some(file) = app.brand.files.iter().find(|file| is_asked(&file.path)) else {
        return ProblemDetails::from(ErrorCode::NotFound).into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(file.kind)),
        (header::CACHE_CONTROL, FOR_EVER),
        (header::CONTENT_SECURITY_POLICY, PICTURE_ONLY),
    ];
    (headers, file.bytes.clone()).into_response()
}

/// `GET /site.webmanifest` (W3C, Web Application Manifest).
pub async fn manifest(State(app): State<App>) -> Response {
    let brand = &app.brand;
    let manifest = json!({
        "id": "/account",
        "name": brand.shown.name,
        "start_url": "/account",
        "scope": "/",
        "display": "browser",
        "background_color": brand.shown.theme.light,
        "theme_color": brand.theme,
        "icons": [
            { "src": "/favicon.svg", "sizes": "any", "type": "image/svg+xml" },
            { "src": "/apple-touch-icon.png", "sizes": "180x180", "type": "image/png" },
        ],
    });
    daily("application/manifest+json", manifest.to_string())
}

/// `GET /robots.txt` (RFC 9309).
pub async fn robots() -> Response {
    daily("text/plain; charset=utf-8", ROBOTS.into())
}

/// The origins whose pages may use passkeys of the service (WebAuthn level 3 section 5.11).
#[derive(Serialize)]
struct RelatedOrigins<'o> {
    origins: &'o [String],
}

/// `GET /.well-known/webauthn`; nothing where there are no passkeys.
pub async fn webauthn(State(app): State<App>) -> Response {
    match passkeys::related_origins(&app.config) {
        Some(origins) => {
            ([(header::CACHE_CONTROL, A_DAY)], Json(RelatedOrigins { origins })).into_response()
        }
        None => ProblemDetails::from(ErrorCode::NotFound).into_response(),
    }
}

/// `GET /.well-known/security.txt` (RFC 9116), if there is a contact.
pub async fn security(State(app): State<App>) -> Response {
    let security = app.config.brand.security.as_ref().map(ToString::to_string);
    let Some(contact) = security.or_else(|| app.brand.shown.support.clone()) else {
        return ProblemDetails::from(ErrorCode::NotFound).into_response();
    };
    let today = app.clock.now_s() / 86_400 * 86_400;
    let expires = dates::rfc3339(today + SECURITY_DAYS * 86_400);
    let place = format!("{}/.well-known/security.txt", app.config.issuer());
    daily(
        "text/plain; charset=utf-8",
        format!("Contact: {contact}\nExpires: {expires}\nCanonical: {place}\n"),
    )
}

fn daily(kind: &'static str, text: String) -> Response {
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, A_DAY)];
    (headers, text).into_response()
}
