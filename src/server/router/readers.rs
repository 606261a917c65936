//! Refusals in their reader's representation: a page for a person, a problem for a program (RFC
//! 9457).

use axum::{
    body::HttpBody,
    extract::{FromRequestParts, Request},
    http::{HeaderName, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use server_fn::error::SERVER_FN_ERROR_HEADER;

use crate::{
    model::ErrorCode,
    pages::page::Page,
    server::{
        App,
        http::{reader, reply::ProblemDetails},
    },
};

/// The reader of an answer; for a person, with the parts of the request that a page needs.
pub(super) struct Reader(Option<Box<Parts>>);

async fn by_page(
    app: App,
    mut parts: Box<Parts>,
    problem: ProblemDetails,
    response: Response,
) -> Response {
    // The session is looked up only if that costs no more than a normal page: not on an overloaded
    // server, and not for another site.
    let page = match problem.code().status() {
        401 | 404 | 405 => Page::from_request_parts(&mut parts, &app).await,
        _ => Ok(Page::anonymous(app, &parts)),
    };
    match page {
        Ok(page) => in_place_of(&response, page.error(problem.error())),
        Err(instead) => instead,
    }
}

/// The representation to which an answer must be changed.
enum Rewrite {
    AsPage(Box<Parts>, ProblemDetails),
    AsProblem(ProblemDetails),
}

impl Reader {
    /// The reader of the answer to a request.
    pub(super) fn of(request: &Request) -> Self {
        Self(reader::is_person(request.headers()).then(|| Box::new(without_body(request))))
    }

    /// The answer for the reader: a refusal becomes a page for a person, and a problem for a program.
    pub(super) async fn answer(self, app: &App, response: Response) -> Response {
        match self.wants(&response) {
            // Boxed: such answers are few, and every open request would reserve room for them.
            Some(Rewrite::AsPage(parts, problem)) => {
                Box::pin(by_page(app.clone(), parts, problem, response)).await
            }
            Some(Rewrite::AsProblem(problem)) => in_place_of(&response, problem.into_response()),
            None => response,
        }
    }

    /// The answer to a refusal before any counting: its page reads no session, and costs as little
    /// as possible.
    pub(super) fn answer_anonymously(self, app: &App, response: Response) -> Response {
        match self.wants(&response) {
            Some(Rewrite::AsPage(mut parts, problem)) => {
                parts.headers.remove(header::ACCEPT_ENCODING);
                in_place_of(&response, Page::anonymous(app.clone(), &parts).error(problem.error()))
            }
            Some(Rewrite::AsProblem(problem)) => in_place_of(&response, problem.into_response()),
            None => response,
        }
    }

    /// The change of representation that an answer needs.
    fn wants(self, response: &Response) -> Option<Rewrite> {
        if !response.status().is_client_error() && !response.status().is_server_error() {
            return None;
        }
        let refused = response.extensions().get::<ProblemDetails>().cloned();
        let (is_page, is_silent) = (is_page(response), refused.is_none());
        let problem = refused.or_else(|| silent(response))?;
        match self.0 {
            Some(parts) => (!is_page).then_some(Rewrite::AsPage(parts, problem)),
            None => (is_page || is_silent).then_some(Rewrite::AsProblem(problem)),
        }
    }
}

/// The parts of a request that a page needs.
fn without_body(request: &Request) -> Parts {
    let mut parts = Request::new(()).into_parts().0;
    parts.method.clone_from(request.method());
    parts.uri.clone_from(request.uri());
    parts.headers.clone_from(request.headers());
    parts
}

fn is_page(response: &Response) -> bool {
    let media_type = response.headers().get(header::CONTENT_TYPE);
    media_type.is_some_and(|media_type| media_type.as_bytes().starts_with(b"text/html"))
}

/// The meaning of a refusal without a body, such as those of libraries.
fn silent(response: &Response) -> Option<ProblemDetails> {
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

/// An answer in place of another one, with all of its headers.
fn in_place_of(old: &Response, mut new: Response) -> Response {
    *new.status_mut() = old.status();
    let of_body = [
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        header::CONTENT_ENCODING,
        header::CONTENT_LANGUAGE,
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
