//! The endpoints of the provider for programs: forms in, JSON out, with the errors of OAuth (RFC 6749 section 5.2).
//!
//! Scripts of every origin may call those of [`CROSS_ORIGIN`]: they never look at cookies.

mod documents;
mod reply;

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde_json::json;

pub use documents::metadata;

use super::{body, client_info, guard::bearer_token};
use crate::server::{
    App,
    service::{
        ClientInfo,
        oauth::{self, BadParams, OAuthError, Params, Pushed, TokenRefusal},
    },
};
use reply::{no_content, refused_token, told};

/// The paths that scripts of every origin may call.
pub const CROSS_ORIGIN: [&str; 7] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/.well-known/jwks.json",
    "/oauth/token",
    "/oauth/userinfo",
    "/oauth/par",
    "/oauth/revoke",
];

/// Lets the script of any page read an answer that depends on no cookie.
pub fn open(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("etag, retry-after, www-authenticate"),
    );
}

/// `OPTIONS` of these paths: what scripts of other origins may send.
pub async fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    open(&mut response);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("authorization, content-type"),
    );
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}

/// A form of a client: its parameters, and what its header `Authorization` says.
struct Sent {
    params: Params,
    authorization: Option<String>,
    client_info: ClientInfo,
}

/// Reads a form of a client.
///
/// # Errors
/// `invalid_request`.
async fn sent(app: &App, request: Request) -> Result<Sent, OAuthError> {
    use OAuthError::InvalidRequest;
    let (parts, body) = request.into_parts();
    let bytes = read(body).await?;
    let authorization = authorization(&parts.headers)?;
    if !body::is_form(&parts.headers) {
        return Err(InvalidRequest("Send a form: application/x-www-form-urlencoded."));
    }
    if in_query(&parts) {
        return Err(InvalidRequest("Credentials and tokens never stand in a query."));
    }
    let params = Params::parse(&bytes).map_err(|bad| match bad {
        BadParams::TooLong => InvalidRequest("The body is too large, or has too many parameters."),
        BadParams::NotUtf8 => InvalidRequest("The body is not in UTF-8."),
    })?;
    Ok(Sent { params, authorization, client_info: client_info::of(app, &parts) })
}

/// Reads a body.
async fn read(body: Body) -> Result<Bytes, OAuthError> {
    body::read(body).await.map_err(|problem| match problem.code().status() {
        503 => OAuthError::TemporarilyUnavailable(5),
        413 => OAuthError::TooLarge,
        _ => OAuthError::InvalidRequest("The body did not arrive."),
    })
}

/// The one header `Authorization`, if there is one.
fn authorization(headers: &HeaderMap) -> Result<Option<String>, OAuthError> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    match (lines.next(), lines.next()) {
        (None, _) => Ok(None),
        (Some(line), None) => match line.to_str() {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(_) => Err(OAuthError::InvalidClient { by_header: true }),
        },
        (Some(_), Some(_)) => {
            Err(OAuthError::InvalidRequest("The header Authorization stands twice."))
        }
    }
}

/// Whether the query has what it must never have (RFC 9700 section 4.3.2).
fn in_query(parts: &Parts) -> bool {
    let query = parts.uri.query().unwrap_or_default();
    let secrets = ["client_secret", "code", "refresh_token", "access_token", "token"];
    url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| secrets.contains(&&*name))
}

/// `POST /oauth/token`.
pub async fn token(State(app): State<App>, request: Request) -> Response {
    let answered = async {
        let Sent { params, authorization, client_info } = sent(&app, request).await?;
        oauth::token(&app, authorization.as_deref(), &params, &client_info).await
    };
    let mut response = told(answered.await.map(|answer| json!(answer)));
    open(&mut response);
    response
}

/// `POST /oauth/par` (RFC 9126).
pub async fn push(State(app): State<App>, request: Request) -> Response {
    let answered = async {
        let Sent { params, authorization, client_info } = sent(&app, request).await?;
        oauth::push(&app, authorization.as_deref(), &params, &client_info).await
    };
    let stored = answered.await.map(|Pushed { request_uri, expires_in }| {
        json!({ "request_uri": request_uri, "expires_in": expires_in })
    });
    let is_stored = stored.is_ok();
    let mut response = told(stored);
    if is_stored {
        *response.status_mut() = StatusCode::CREATED;
    }
    open(&mut response);
    response
}

/// `POST /oauth/revoke` (RFC 7009).
pub async fn revoke(State(app): State<App>, request: Request) -> Response {
    let answered = async {
        let Sent { params, authorization, client_info } = sent(&app, request).await?;
        oauth::revoke(&app, authorization.as_deref(), &params, &client_info).await
    };
    let mut response = no_content(answered.await);
    open(&mut response);
    response
}

/// `POST /oauth/introspect` (RFC 7662); for servers, so no script of another origin reads it.
pub async fn introspect(State(app): State<App>, request: Request) -> Response {
    let answered = async {
        let Sent { params, authorization, client_info } = sent(&app, request).await?;
        oauth::introspect(&app, authorization.as_deref(), &params, &client_info).await
    };
    told(answered.await)
}

/// `GET /oauth/userinfo`, with the token in its header.
pub async fn userinfo(State(app): State<App>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    answer_userinfo(&app, &parts, None).await
}

/// `POST /oauth/userinfo`, with the token in its header or in its form, and not in both (RFC 6750 section 2).
pub async fn post_userinfo(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut in_form = None;
    if body::is_form(&parts.headers) {
        let params = match read(body).await {
            Ok(bytes) => Params::parse(&bytes).ok(),
            Err(error) => return told(Err(error)),
        };
        let Some(params) = params.filter(|params| !params.are_repeated()) else {
            return told(Err(OAuthError::InvalidRequest("The form cannot be read.")));
        };
        in_form = params.one("access_token").map(str::to_owned);
    }
    answer_userinfo(&app, &parts, in_form).await
}

async fn answer_userinfo(app: &App, parts: &Parts, in_form: Option<String>) -> Response {
    let in_header = authorization(&parts.headers);
    let token = match (in_header, in_form) {
        _ if in_query(parts) => Err(OAuthError::InvalidRequest("A token never stands in a query.")),
        (Ok(Some(_)), Some(_)) => Err(OAuthError::InvalidRequest("There are two tokens.")),
        (Ok(Some(line)), None) => Ok(bearer_token(&line).map(str::to_owned)),
        (Ok(None), in_form) => Ok(in_form),
        (Err(OAuthError::InvalidClient { .. }), _) => Ok(None),
        (Err(error), _) => Err(error),
    };
    let has_header = parts.headers.contains_key(header::AUTHORIZATION);
    let mut response = match token {
        Err(error) => told(Err(error)),
        Ok(None) => refused_token(has_header.then_some(TokenRefusal::InvalidToken)),
        Ok(Some(token)) => match oauth::userinfo(app, &token).await {
            Ok(claims) => told(Ok(claims.into())),
            Err(refusal) => refused_token(Some(refusal)),
        },
    };
    open(&mut response);
    response
}
