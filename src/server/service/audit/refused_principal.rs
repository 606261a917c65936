//! Records of refused principals and session users.

use tracing::Instrument;

use super::{
    Kind, Outcome, Record,
    refusal::{limit, once},
};
use crate::{
    model::{SessionId, UserId},
    server::{
        App,
        db::of_same,
        error::Error,
        service::{ClientInfo, principal::Principal, session_user::SessionUser},
    },
};

/// Records a refusal by a limit of a signed-in user, once a minute for each session, and returns the error.
pub(in crate::server::service) async fn limited_again(
    app: &App,
    principal: &Principal,
    error: Error,
    client_info: &ClientInfo,
) -> Error {
    if limit(&error).is_some() {
        record_refusal(app, principal, Outcome::Limited, client_info).await;
    }
    error
}

/// Records that a valid access token was refused, once a minute for each session.
pub async fn record_refusal(
    app: &App,
    principal: &Principal,
    outcome: Outcome,
    client_info: &ClientInfo,
) {
    of_session(app, (principal.user(), principal.session()), outcome, client_info).await;
}

/// Records that a form with the session cookie was refused for its token, which was too old or not
/// ours; once a minute for each session.
pub async fn record_stale_form(app: &App, session_user: &SessionUser, client_info: &ClientInfo) {
    of_session(app, (session_user.user(), session_user.session()), Outcome::StaleForm, client_info)
        .await;
}

/// Records that a page was refused to a user who is signed in, once a minute for each session.
pub async fn note_refused_page(
    app: &App,
    session_user: &SessionUser,
    outcome: Outcome,
    client_info: &ClientInfo,
) {
    of_session(app, (session_user.user(), session_user.session()), outcome, client_info).await;
}

async fn of_session(
    app: &App,
    (user, session): (&UserId, &SessionId),
    outcome: Outcome,
    client_info: &ClientInfo,
) {
    let (user, session) = (user.to_string(), session.as_str());
    let record = Record::new(app, client_info).about("session", session);
    let name = format!("{session} {}", outcome.as_str());
    let recorded = app.background.spawn({
        let app = app.clone();
        // A client that disconnects drops the answer, not the event. The event shares the patience
        // of the request, which waits for it.
        of_same(async move { once(&app, name, record, (Kind::Access, outcome), Some(user)).await })
            .in_current_span()
    });
    if let Ok(Err(error)) = recorded.await {
        // The refusal itself stands.
        tracing::error!(%error, "a refusal was not recorded");
    }
}
