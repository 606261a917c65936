//! Refusals of callers: of people who are signed in.

use tracing::Instrument;

use super::{
    Kind, Outcome, Record,
    refusal::{limit, once},
};
use crate::server::{
    App,
    db::of_same,
    error::Error,
    service::{Visitor, caller::Caller},
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
    let (user, session) = (caller.user().to_string(), caller.session().as_str());
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
