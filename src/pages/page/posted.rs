//! A form that was posted to a page.

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Request},
    response::Response,
};

use super::Page;
use crate::{
    model::ErrorCode,
    server::{
        App,
        http::{body, visitor},
        service::Visitor,
    },
};

/// A form that was posted to a page, and the page to show it again.
pub struct Posted<T> {
    /// The page.
    pub page: Page,
    /// What was filled in.
    pub form: T,
    /// From where.
    pub visitor: Visitor,
}

/// Reads a form; that a page of ours posted it, the guard has seen. A refusal is a page too.
pub async fn posted<T: serde::de::DeserializeOwned>(
    app: App,
    request: Request,
) -> Result<Posted<T>, Response> {
    let (mut parts, body) = request.into_parts();
    let page = Page::from_request_parts(&mut parts, &app).await?;
    let refuse = |code: ErrorCode| page.error(&code.into());
    if !body::is_form(&parts.headers) {
        return Err(refuse(ErrorCode::UnsupportedMediaType));
    }
    let bytes = body::read(body).await.map_err(|problem| page.error(problem.error()))?;
    let visitor = visitor::of(&page.app, &parts);
    body::check_form(&bytes).map_err(refuse)?;
    let request = Request::from_parts(parts, Body::from(bytes));
    match axum::Form::<T>::from_request(request, &()).await {
        Ok(axum::Form(form)) => Ok(Posted { page, form, visitor }),
        Err(_) => Err(refuse(ErrorCode::InvalidInput)),
    }
}
