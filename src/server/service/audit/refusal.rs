use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use tracing::Instrument;

use super::{Actor, Kind, Outcome, Record};
use crate::{
    model::ErrorCode,
    server::{
        App,
        error::{Error, Result},
        service::{Visitor, caller::Caller},
    },
};

/// How long the same refusal is not told again, in milliseconds.
const QUIET_MS: i64 = 60_000;
/// How many are remembered at most; beyond that none is told.
const REMEMBERED: usize = 4096;

/// Which refusals were told a moment ago: what costs its sender next to nothing must not cost us a row.
#[derive(Default)]
pub struct Refusals(Mutex<HashMap<String, i64>>);

impl Refusals {
    /// Whether one of this name is to be told now.
    pub(super) fn is_news(&self, name: String, now_ms: i64) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() >= REMEMBERED {
            told.retain(|_, at_ms| *at_ms + QUIET_MS > now_ms);
        }
        let is_old = told.get(&name).is_some_and(|at_ms| *at_ms + QUIET_MS > now_ms);
        if is_old || told.len() >= REMEMBERED {
            return false;
        }
        told.insert(name, now_ms);
        true
    }
}

/// Records what was not looked at because of a limit or a block: once a minute for each source. It
/// cost its sender nothing, and whose account it was about is not known. Answers the error.
pub(in crate::server::service) async fn limited(
    app: &App,
    kind: Kind,
    error: Error,
    visitor: &Visitor,
) -> Error {
    let Some(refused) = limit(&error) else {
        return error;
    };
    let name = format!("{} {refused:?} {}", kind.as_str(), visitor.source());
    let record = Record::new(app, visitor);
    match once(app, name, record, (kind, Outcome::Limited), None).await {
        Ok(()) => error,
        Err(failed) => failed,
    }
}

/// The same of somebody who is signed in: once a minute for each session.
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

/// The limit or block that refused, if one did.
fn limit(error: &Error) -> Option<ErrorCode> {
    match error {
        Error::Api(refused) if refused.code.status() == 429 => Some(refused.code),
        _ => None,
    }
}

/// Records that a good token did not open what it was shown to: once a minute for each session.
pub async fn note(app: &App, caller: &Caller, outcome: Outcome, visitor: &Visitor) {
    let (user, session) = (caller.user().to_string(), caller.session().as_str());
    let record = Record::new(app, visitor).about("session", session);
    let name = format!("{session} {}", outcome.as_str());
    let recorded = app.background.spawn({
        let app = app.clone();
        // A client that hangs up takes the answer with it, not the event.
        async move { once(&app, name, record, (Kind::Access, outcome), Some(user)).await }
            .in_current_span()
    });
    if let Ok(Err(error)) = recorded.await {
        // The refusal stands all the same.
        tracing::error!(%error, "a refusal was not recorded");
    }
}

/// Records a refusal that belongs to no change, unless one of this name was recorded a moment ago.
pub(in crate::server::service) async fn once(
    app: &App,
    name: String,
    record: Record,
    event: (Kind, Outcome),
    person: Option<String>,
) -> Result<()> {
    if !app.audit.refusals.is_news(name, app.clock.now_ms()) {
        return Ok(());
    }
    let person = person.as_deref();
    let actor = person.map_or(Actor::Unknown, Actor::Person);
    record.write_alone(app, event, actor, person).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_told_once_and_takes_no_more_memory() {
        let refusals = Refusals::default();
        let news = |from: usize, to: usize, at_ms: i64| {
            (from..to).filter(|n| refusals.is_news(n.to_string(), at_ms)).count()
        };
        assert_eq!(news(0, 10_000, 0), REMEMBERED);
        assert_eq!(news(0, 10_000, QUIET_MS - 1), 0);
        assert_eq!(news(0, 100, QUIET_MS), 100);
        assert_eq!(refusals.0.lock().expect("no panic").len(), 100);
    }
}
