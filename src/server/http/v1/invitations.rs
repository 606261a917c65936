//! Invitations.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::server::{
    App,
    http::{
        body::{JsonBody, query},
        description::Example,
        last::Last,
        reply::ProblemDetails,
    },
    service::{
        ClientInfo,
        agent::Agent,
        invitations::{self, NewInvitation},
        principal::Principal,
    },
};

pub use crate::server::service::invitations::{InvitationPage, InvitationView};

/// A new invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationForm {
    /// The address to which the link goes.
    #[schema(max_length = 254)]
    email: String,
    /// Roles by name; `user` may be omitted.
    #[serde(default)]
    roles: Vec<String>,
    /// Lifetime of the link in seconds; a week without it.
    #[serde(default)]
    #[schema(minimum = 3_600, maximum = 2_592_000)]
    expires_in: Option<i64>,
}

/// Start and length of a page.
#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct InvitationsQuery {
    /// `next_before` of the page before; none for the first page.
    pub before: Option<String>,
    /// The most invitations of the page; a number outside of 1 to 100 means the nearest of these.
    pub limit: Option<i64>,
}

/// `POST invitations`.
pub async fn make(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<InvitationForm>,
) -> Result<Response, ProblemDetails> {
    let InvitationForm { email, roles, expires_in } = form;
    let new = NewInvitation { address: email, roles, life: expires_in, is_handed_on: false };
    let made = invitations::make(&app, Agent::Admin(&principal, &client_info), new).await?;
    Ok((StatusCode::CREATED, Json(made.view)).into_response())
}

/// `GET invitations?before=&limit=`.
pub async fn list(
    State(app): State<App>,
    principal: Principal,
    params: Result<Query<InvitationsQuery>, QueryRejection>,
) -> Result<Json<InvitationPage>, ProblemDetails> {
    let InvitationsQuery { before, limit } = query(params)?;
    Ok(Json(invitations::list(&app, &principal, before.as_deref(), limit).await?))
}

/// `DELETE invitations/{id}`.
pub async fn revoke(
    State(app): State<App>,
    Last(id): Last<String>,
    principal: Principal,
    client_info: ClientInfo,
) -> Result<StatusCode, ProblemDetails> {
    invitations::revoke(&app, Agent::Admin(&principal, &client_info), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn invitation() -> Value {
    json!({
        "id": "019b7654-9c00-7c3e-a5b0-0d6c3c1f7a14",
        "address": "ada@example.org",
        "roles": ["admin"],
        "state": "open",
        "invited_by": "019b7654-9c00-7c3e-a5b0-0d6c3c1f7a11",
        "created_at": 1_767_225_600,
        "expires_at": 1_767_830_400,
    })
}

impl Example for InvitationForm {
    fn example() -> Value {
        json!({ "email": "ada@example.org", "roles": ["admin"], "expires_in": 604_800 })
    }
}

impl Example for InvitationView {
    fn example() -> Value {
        invitation()
    }
}

impl Example for InvitationPage {
    fn example() -> Value {
        json!({ "invitations": [invitation()] })
    }
}
