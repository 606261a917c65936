//! Refusals of callers: of people who are signed in.

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
        service::{Visitor, caller::Caller, viewer::Viewer},
    },
};

/// Records a refusal by a limit of a signed-in user, once a minute for each session, and returns the error.
pub(in crate::server::service) async fn limited_again(
    app: &App,
    caller: &Caller,
    error: Error,
    visitor: &Visitor,
) -> Error {
    if limit(&error).is_some() {
        note(app, caller, Outcome::Limited, visitor).await;
    }
    error
}

/// Records that a valid access token was refused, once a minute for each session.
pub async fn note(app: &App, caller: &Caller, outcome: Outcome, visitor: &Visitor) {
    of_session(app, (caller.user(), caller.session()), outcome, visitor).await;
}

/// Records that a form with the session cookie was refused for its token, once a minute for each session: it is too old, or not
/// ours.
pub async fn note_stale_form(app: &App, viewer: &Viewer, visitor: &Visitor) {
    of_session(app, (viewer.user(), viewer.session()), Outcome::StaleForm, visitor).await;
}

async fn of_session(
    app: &App,
    (user, session): (&UserId, &SessionId),
    outcome: Outcome,
    visitor: &Visitor,
) {
    let (user, session) = (user.to_string(), session.as_str());
    let record = Record::new(app, visitor).about("session", session);
    let name = format!("{session} {}", outcome.as_str());
    let recorded = app.background.spawn({
        let app = app.clone();
        // A client that hangs up takes the answer with it, not the event.
        // It has the patience of the request, which waits for it.
        of_same(async move { once(&app, name, record, (Kind::Access, outcome), Some(user)).await })
            .in_current_span()
    });
    if let Ok(Err(error)) = recorded.await {
        // The refusal stands all the same.
        tracing::error!(%error, "a refusal was not recorded");
    }
}
