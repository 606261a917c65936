//! One's own sessions: seen, ended, and proven again.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::auth::{self, RefreshForm};
use crate::{
    model::{PasswordForm, SessionId, SessionPage},
    server::{
        App,
        http::{
            body::{JsonBody, OptionalJson, query},
            cookies,
            last::Last,
            reply::ProblemDetails,
        },
        service::{ClientInfo, principal::Principal, session},
    },
};

/// Start of a page.
#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct SessionsQuery {
    /// `next_before` of the page before; none for the newest.
    before: Option<SessionId>,
}

/// `GET me/sessions?before=`: newest first.
pub async fn list(
    State(app): State<App>,
    principal: Principal,
    params: Result<Query<SessionsQuery>, QueryRejection>,
) -> Result<Json<SessionPage>, ProblemDetails> {
    let before = query(params)?.before;
    Ok(Json(session::of_principal(&app, &principal, before.as_ref()).await?))
}

/// `DELETE me/sessions/{id}`.
pub async fn end_one(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    headers: HeaderMap,
    Last(id): Last<SessionId>,
) -> Result<Response, ProblemDetails> {
    session::end_one(&app, &principal, &id, &client_info).await?;
    Ok(ended(&app, &headers, id == *principal.session()))
}

/// 204; the browser of a session that ended itself forgets it.
fn ended(app: &App, headers: &HeaderMap, own: bool) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    // The guard has seen that a cookie here is of the principal's session.
    if own && cookies::session(app, headers).is_some() {
        cookies::forget(app, headers, response.headers_mut());
    }
    response
}

/// Sessions that do not end.
#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Except {
    /// The session that goes on; absent, none does.
    #[param(inline)]
    except: Option<Current>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Current {
    Current,
}

/// `DELETE me/sessions?except=current`: all others; with this one's refresh token (the cookie, or `refresh_token` in
/// the body) new tokens for this one. Without `except`, all.
pub async fn end_mine(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    headers: HeaderMap,
    except: Result<Query<Except>, QueryRejection>,
    OptionalJson(form): OptionalJson<RefreshForm>,
) -> Result<Response, ProblemDetails> {
    match query(except)?.except {
        Some(Current::Current) => {
            let token = auth::presented(&app, &headers, &form)?;
            Ok(match session::end_others(&app, &principal, token, &client_info).await? {
                Some(renewed) => auth::renewed(&app, renewed),
                None => StatusCode::NO_CONTENT.into_response(),
            })
        }
        None => {
            session::end_all(&app, &principal, &client_info).await?;
            Ok(ended(&app, &headers, true))
        }
    }
}

/// `POST me/reauthenticate`: the password again, for what asks for a fresh proof.
pub async fn reauthenticate(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<PasswordForm>,
) -> Result<Response, ProblemDetails> {
    Ok(auth::renewed(&app, session::reauthenticate(&app, &principal, form, &client_info).await?))
}
