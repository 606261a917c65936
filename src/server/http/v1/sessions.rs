//! One's own sessions: seen, ended, and proven again.

use axum::{
    Json,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    model::{ErrorCode, PasswordForm, Reauthenticated, SessionId, SessionPage},
    server::{
        App,
        http::{
            body::{JsonBody, query},
            cookies,
            reply::{CLEAR_SITE_DATA, Problem},
        },
        service::{
            Visitor,
            caller::Caller,
            session::{self, Scope},
        },
    },
};

/// Where a page begins.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// The last id of the page before.
    before: Option<SessionId>,
}

/// `GET me/sessions?before=`: newest first.
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    paging: Result<Query<Paging>, QueryRejection>,
) -> Result<Json<SessionPage>, Problem> {
    let before = query(paging)?.before;
    Ok(Json(session::of_caller(&app, &caller, before.as_ref()).await?))
}

/// `DELETE me/sessions/{id}`.
pub async fn end_one(
    State(app): State<App>,
    caller: Caller,
    visitor: Visitor,
    id: Result<Path<SessionId>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(|_| ErrorCode::NotFound)?;
    session::end_one(&app, &caller, &id, &visitor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which of them not to end.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Except {
    /// `current`, or absent for none.
    except: Option<Current>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Current {
    Current,
}

/// `DELETE me/sessions?except=current`: all others; without `except`, all.
pub async fn end_mine(
    State(app): State<App>,
    caller: Caller,
    visitor: Visitor,
    headers: HeaderMap,
    except: Result<Query<Except>, QueryRejection>,
) -> Result<Response, Problem> {
    let scope = match query(except)?.except {
        Some(Current::Current) => Scope::Others,
        None => Scope::All,
    };
    session::end_mine(&app, &caller, scope, &visitor).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    // The guard has seen that a cookie here is of the caller's session.
    if scope == Scope::All && cookies::session(&app, &headers).is_some() {
        let sent = response.headers_mut();
        sent.insert(header::SET_COOKIE, cookies::clear_session(&app));
        sent.insert(CLEAR_SITE_DATA.0, CLEAR_SITE_DATA.1);
    }
    Ok(response)
}

/// `POST me/reauthenticate`: the password again, for what asks for a fresh proof.
pub async fn reauthenticate(
    State(app): State<App>,
    caller: Caller,
    visitor: Visitor,
    JsonBody(form): JsonBody<PasswordForm>,
) -> Result<Json<Reauthenticated>, Problem> {
    Ok(Json(session::reauthenticate(&app, &caller, form, &visitor).await?))
}
