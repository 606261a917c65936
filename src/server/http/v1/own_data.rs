//! The data about oneself.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::addresses::NoFields;
use crate::server::{
    App,
    http::{body::OptionalJson, description::Example, reply::ProblemDetails},
    service::{ClientInfo, own_data, principal::Principal},
};

pub use crate::server::service::own_data::OwnData;

/// `POST me/data`: the document, as a file.
pub async fn make(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    OptionalJson(NoFields {}): OptionalJson<NoFields>,
) -> Result<Response, ProblemDetails> {
    Ok(file(own_data::of_principal(&app, &principal, &client_info).await?))
}

/// The answer with the document, which a browser saves.
pub fn file(document: Vec<u8>) -> Response {
    let mut response = document.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"account-data.json\""),
    );
    response
}

impl Example for OwnData {
    fn example() -> Value {
        json!({
            "schema": "vestibule.data/1",
            "made_at": "2026-01-01T00:00:00Z",
            "service": "https://login.example.org",
            "sections": { "roles": {
                "rows": [{ "role": "admin", "granted_at": "2026-01-01T00:00:00Z" }],
                "left_out": { "user_id": "It is the id of this account in every row." },
                "is_cut": false,
            } },
            "left_out": { "signing_keys": "It is about the instance, and about no person." },
        })
    }
}
