//! The guard in front of every route, server functions included.

use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{access::Access, body, cookies, origin, reply::Problem, visitor};
use crate::{
    model::ErrorCode,
    server::{
        App,
        service::{
            Visitor,
            audit::{self, Outcome},
            caller::{self, Caller},
            roles::Permission,
            viewer,
        },
    },
};

/// Lets a request through if its access allows, with the [`Caller`] in its extensions.
pub async fn layer(app: App, access: Access, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let admitted = admit(&app, access, &parts.headers, || visitor::of(&app, &parts)).await;
    match admitted {
        Ok(caller) => {
            if let Some(caller) = caller {
                parts.extensions.insert(caller);
            }
            next.run(Request::from_parts(parts, body)).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// Judges a request by its headers alone. Who visits is asked only for what is recorded.
pub async fn admit(
    app: &App,
    access: Access,
    headers: &HeaderMap,
    visitor: impl Fn() -> Visitor,
) -> Result<Option<Caller>, Problem> {
    match access {
        Access::Public | Access::Page => Ok(None),
        Access::FormOrJson if !body::is_form(headers) => Ok(None),
        // What no browser has sent is more likely JSON without its content type than a form. It is refused either way.
        Access::FormOrJson if origin::is_program(headers) => Err(body::not_json(headers)),
        Access::Form | Access::FormOrJson => Ok(origin::check(app, headers).map(|()| None)?),
        Access::Bearer => bearer(app, headers, &visitor).await.map(Some),
        Access::Permission(permission) => {
            let caller = bearer(app, headers, &visitor).await?;
            match caller.require(permission) {
                Ok(()) => Ok(Some(caller)),
                Err(_) => Err(insufficient_scope(app, &caller, permission, &visitor()).await),
            }
        }
    }
}

/// Refuses for want of a permission, and records it.
pub async fn insufficient_scope(
    app: &App,
    caller: &Caller,
    permission: Permission,
    visitor: &Visitor,
) -> Problem {
    audit::note_refusal(app, caller, Outcome::InsufficientScope, visitor).await;
    Problem::insufficient_scope(permission.as_str())
}

/// Who calls: from one `Authorization: Bearer` header and nothing else (S46).
pub async fn bearer(
    app: &App,
    headers: &HeaderMap,
    visitor: impl Fn() -> Visitor,
) -> Result<Caller, Problem> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let token = match (lines.next(), lines.next()) {
        (None, _) => return Err(ErrorCode::MissingToken.into()),
        (Some(line), None) => line.to_str().ok().and_then(bearer_token),
        (Some(_), Some(_)) => None,
    };
    let caller = caller::verify(app, token.ok_or(ErrorCode::InvalidToken)?)?;
    // A browser signed in as somebody else in another tab: neither identity may win silently.
    let cookie = cookies::session(app, headers).and_then(|cookie| viewer::session_of(app, cookie));
    let other = cookie.filter(|session| session != caller.session());
    // A cookie of an ended session is ignored; it was only not cleared yet.
    if let Some(other) = other
        && viewer::is_alive(app, &other).await?
    {
        audit::note_refusal(app, &caller, Outcome::SessionMismatch, &visitor()).await;
        return Err(ErrorCode::SessionMismatch.into());
    }
    Ok(caller)
}

/// The token of a header line; the scheme's name is case-insensitive (RFC 9110 section 11.1).
pub fn bearer_token(line: &str) -> Option<&str> {
    let (scheme, token) = line.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        // Absent only if the table gives a handler that wants a caller an access that makes none.
        parts.extensions.get::<Caller>().cloned().ok_or(ErrorCode::MissingToken.into())
    }
}
