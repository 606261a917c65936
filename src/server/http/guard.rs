//! The guard in front of every route, server functions included.

use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse, Response},
};

use super::{access::Access, body, client_info, cookies, origin, reply::ProblemDetails};
use crate::{
    model::{ErrorCode, SessionId},
    server::{
        App,
        service::{
            ClientInfo,
            audit::{self, Outcome},
            principal::{self, Principal},
            roles::Permission,
            session_user,
        },
    },
};

/// Lets a request through that satisfies its access rule, with the [`Principal`] in its extensions.
///
/// # Errors
/// The refusal.
pub async fn let_through(app: &App, access: Access, request: Request) -> Result<Request, Response> {
    let (mut parts, body) = request.into_parts();
    let admitted = admit(app, access, &parts.headers, || client_info::of(app, &parts)).await;
    if let Some(principal) = admitted.map_err(IntoResponse::into_response)? {
        parts.extensions.insert(principal);
    }
    Ok(Request::from_parts(parts, body))
}

/// Checks a request by its headers alone. The client is determined only for records.
///
/// # Errors
/// The refusal by the access rule: `missing_token`, `invalid_token`, `forbidden`, `cross_origin`.
pub async fn admit(
    app: &App,
    access: Access,
    headers: &HeaderMap,
    client_info: impl Fn() -> ClientInfo,
) -> Result<Option<Principal>, ProblemDetails> {
    match access {
        Access::Public | Access::Page => Ok(None),
        // The guard of pages judges these: its refusal is a redirect or a page.
        Access::SignedIn | Access::PageFor(_) => Err(ErrorCode::Internal.into()),
        Access::FormOrJson if !body::is_form(headers) => Ok(None),
        // A request without browser headers is more likely JSON without its content type than a
        // form. It is refused either way.
        Access::FormOrJson if origin::is_program(headers) => Err(body::not_json(headers)),
        Access::Form | Access::FormOrJson => Ok(origin::check(app, headers).map(|()| None)?),
        Access::Bearer => bearer(app, headers, &client_info).await.map(Some),
        Access::Permission(permission) => {
            let principal = bearer(app, headers, &client_info).await?;
            match principal.require(permission) {
                Ok(()) => Ok(Some(principal)),
                Err(_) => {
                    let client_info = client_info();
                    // Boxed, as below: it writes to the database, and every open request would reserve room for that.
                    let refused = insufficient_scope(app, &principal, permission, &client_info);
                    Err(Box::pin(refused).await)
                }
            }
        }
    }
}

/// Refuses a request that lacks a permission, and records it.
pub async fn insufficient_scope(
    app: &App,
    principal: &Principal,
    permission: Permission,
    client_info: &ClientInfo,
) -> ProblemDetails {
    audit::record_refusal(app, principal, Outcome::InsufficientScope, client_info).await;
    ProblemDetails::insufficient_scope(permission.as_str())
}

/// The principal of one `Authorization: Bearer` header and nothing else (S46).
///
/// # Errors
/// `missing_token`, `invalid_token`, `session_mismatch`; 503 while the feed cannot be read.
pub async fn bearer(
    app: &App,
    headers: &HeaderMap,
    client_info: impl Fn() -> ClientInfo,
) -> Result<Principal, ProblemDetails> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let token = match (lines.next(), lines.next()) {
        (None, _) => return Err(ErrorCode::MissingToken.into()),
        (Some(line), None) => line.to_str().ok().and_then(bearer_token),
        (Some(_), Some(_)) => None,
    };
    let principal = principal::verify(app, token.ok_or(ErrorCode::InvalidToken)?)?;
    // The browser is signed in as another user in another tab: neither identity may win silently.
    let cookie =
        cookies::session(app, headers).and_then(|cookie| session_user::session_of(app, cookie));
    let other = cookie.filter(|session| session != principal.session());
    match other {
        Some(other) => Box::pin(mismatch(app, principal, &other, client_info)).await,
        None => Ok(principal),
    }
}

/// The principal of a token beside the cookie of another session, which is ignored if it has ended: it was only not
/// cleared yet.
async fn mismatch(
    app: &App,
    principal: Principal,
    other: &SessionId,
    client_info: impl Fn() -> ClientInfo,
) -> Result<Principal, ProblemDetails> {
    if !session_user::is_alive(app, other).await? {
        return Ok(principal);
    }
    audit::record_refusal(app, &principal, Outcome::SessionMismatch, &client_info()).await;
    Err(ErrorCode::SessionMismatch.into())
}

/// The token of a header line; the scheme's name is case-insensitive (RFC 9110 section 11.1).
pub fn bearer_token(line: &str) -> Option<&str> {
    let (scheme, token) = line.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = ProblemDetails;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ProblemDetails> {
        // Absent only if a handler requires a principal and the table gives its route an access
        // without one.
        parts.extensions.get::<Principal>().cloned().ok_or(ErrorCode::MissingToken.into())
    }
}
