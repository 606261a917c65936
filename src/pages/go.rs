//! `/go/{token}`: the links of mails. Looking spends nothing and writes nothing; the token goes into a cookie.

use axum::{http::HeaderValue, response::Response};

use super::page::Page;
use crate::{
    model::Form,
    server::{
        http::{last::Last, reply::ProblemDetails},
        service::mailed,
    },
};

/// Time for which the browser keeps the token, in seconds.
const KEPT: i64 = 600;
/// The page of links that are over.
const OVER: &str = "/go";

/// `GET /go/{token}`.
pub async fn page(page: Page, token: Result<Last<String>, ProblemDetails>) -> Response {
    let token = token.map(|Last(token)| token).unwrap_or_default();
    let mut response = match mailed::purpose_of(&page.app, &token).await {
        Ok(Some(purpose)) => {
            page.redirect_without_link(place(&page, purpose), Some((token.as_str(), KEPT)))
        }
        Ok(None) => page.redirect_without_link(OVER, None),
        Err(error) => page.error(&error.into_api()),
    };
    // Whatever reads mails for a search engine keeps the link to itself.
    response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("none"));
    response
}

/// The page on which a link of a purpose is used.
fn place(page: &Page, purpose: mailed::Linked) -> &'static str {
    match purpose {
        // The browser that waits for the address goes in.
        mailed::Linked::VerifyAddress if page.unconfirmed().is_some() => Form::ConfirmLink.path(),
        mailed::Linked::Reset => Form::Reset.path(),
        mailed::Linked::VerifyAddress => Form::VerifyLink.path(),
        mailed::Linked::UndoAddress => Form::Undo.path(),
        mailed::Linked::Secure => Form::Secure.path(),
        mailed::Linked::RefuseAddress => Form::Refuse.path(),
        mailed::Linked::Invite => Form::Invite.path(),
    }
}
