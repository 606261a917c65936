use std::collections::HashMap;

use parking_lot::Mutex;

use super::{Actor, Kind, Outcome, Record};
use crate::{
    model::ErrorCode,
    server::{
        App,
        error::{Error, Result},
        service::{ClientInfo, limits::Rate},
    },
};

/// Time in which a repeated refusal is not recorded, in milliseconds.
const QUIET_MS: u64 = 60_000;
/// Minimum number of remembered refusals, once there are so many.
const REMEMBERED: usize = 4096;
/// The rate of recorded refusals of all strangers together, and of all signed-in users together.
const RATE: Rate = Rate { burst: 600, every_ms: 500 };

/// Recent refusals, so that a repeated cheap request writes one row a minute and not one each time.
#[derive(Default)]
pub struct Refusals {
    /// Refusals of requests without a session.
    strangers: Mutex<Recent>,
    /// Refusals of signed-in users, separate so that strangers cannot silence them.
    people: Mutex<Recent>,
}

/// Refusals in two generations, by name, with their times (Unix milliseconds). A full generation
/// becomes the older one, and the previous older one is dropped.
#[derive(Default)]
struct Recent {
    newer: HashMap<String, i64>,
    older: HashMap<String, i64>,
    /// Arrival time of the common bucket, in Unix milliseconds.
    arrival_ms: Option<i64>,
    /// Number of unrecorded refusals since the last call of `take_omitted`.
    omitted: u64,
}

impl Recent {
    /// Whether a refusal of this name is to be recorded now.
    fn is_news(&mut self, name: String, now_ms: i64) -> bool {
        let came_ms = self.newer.get(&name).or_else(|| self.older.get(&name));
        if came_ms.is_some_and(|came_ms| came_ms.abs_diff(now_ms) < QUIET_MS) {
            return false;
        }
        if self.newer.len() >= REMEMBERED {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(name, now_ms);
        let within = RATE.take(self.arrival_ms, now_ms);
        match within {
            Ok(arrival_ms) => self.arrival_ms = Some(arrival_ms),
            Err(_) => self.omitted += 1,
        }
        within.is_ok()
    }
}

impl Refusals {
    fn is_news(&self, name: String, is_person: bool, now_ms: i64) -> bool {
        let recent = if is_person { &self.people } else { &self.strangers };
        recent.lock().is_news(name, now_ms)
    }

    /// The numbers of unrecorded refusals since the last call, by group.
    fn take_omitted(&self) -> [(&'static str, u64); 2] {
        [("strangers", &self.strangers), ("people", &self.people)].map(|(whose, recent)| {
            let mut recent = recent.lock();
            (whose, std::mem::take(&mut recent.omitted))
        })
    }
}

/// Records the number of refusals that were not recorded one by one; runs once a minute.
///
/// # Errors
/// Fails if the database fails.
pub(in crate::server::service) async fn record_omitted(app: &App) -> Result<()> {
    for (whose, count) in app.audit.refusals.take_omitted() {
        if count > 0 {
            let record = Record::new(app, &ClientInfo::default());
            let record = record.about("whose", whose).about("count", count);
            let event = (Kind::RefusalsOmit, Outcome::Success);
            record.write_alone(app, event, Actor::System, None).await?;
        }
    }
    Ok(())
}

/// Records a refusal by a limit or a block, once a minute for each IPv4 address or IPv6 /48, and returns the error.
///
/// The account is not known, because limits are applied before the lookup.
pub(in crate::server::service) async fn limited(
    app: &App,
    kind: Kind,
    error: Error,
    client_info: &ClientInfo,
) -> Error {
    let Some(refused) = limit(&error) else {
        return error;
    };
    let source = client_info.source();
    let from = source.customer().map_or_else(|| source.to_string(), |network| network.to_string());
    let name = format!("{} {refused:?} {from}", kind.as_str());
    let record = Record::new(app, client_info);
    match once(app, name, record, (kind, Outcome::Limited), None).await {
        Ok(()) => error,
        Err(failed) => failed,
    }
}

/// The limit or block behind an error, if there is one.
pub(super) fn limit(error: &Error) -> Option<ErrorCode> {
    match error {
        Error::Api(refused) if refused.code.status() == 429 => Some(refused.code),
        _ => None,
    }
}

/// Records a refusal that belongs to no change, unless one of this name was recorded recently.
pub(in crate::server::service) async fn once(
    app: &App,
    name: String,
    record: Record,
    event: (Kind, Outcome),
    person: Option<String>,
) -> Result<()> {
    let person = person.as_deref();
    if !app.audit.refusals.is_news(name, person.is_some(), app.clock.now_ms()) {
        return Ok(());
    }
    let actor = person.map_or(Actor::Unknown, Actor::Person);
    record.write_alone(app, event, actor, person).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of recorded refusals among these.
    fn news(refusals: &Refusals, names: std::ops::Range<usize>, now_ms: i64) -> usize {
        names.filter(|n| refusals.is_news(n.to_string(), false, now_ms)).count()
    }

    #[test]
    fn a_flood_is_recorded_at_a_rate_and_takes_no_more_memory() {
        let refusals = Refusals::default();
        let burst = RATE.burst as usize;
        assert_eq!(news(&refusals, 0..100_000, 0), burst);
        assert_eq!(refusals.take_omitted(), [("strangers", 100_000 - burst as u64), ("people", 0)]);
        let recent = refusals.strangers.lock();
        assert!(recent.newer.len() <= REMEMBERED && recent.older.len() <= REMEMBERED);
    }

    #[test]
    fn a_flood_silences_nobody_for_long() {
        let refusals = Refusals::default();
        assert!(refusals.is_news("first".into(), false, 0));
        news(&refusals, 0..100_000, 0);
        assert!(refusals.is_news("somebody".into(), true, 0), "people who are signed in");
        assert!(!refusals.is_news("another".into(), false, 499));
        assert!(refusals.is_news("yet another".into(), false, 500));
        assert_eq!(refusals.take_omitted()[0].1, 100_001 - RATE.burst as u64 + 1);
    }

    #[test]
    fn each_is_recorded_once_a_minute() {
        let refusals = Refusals::default();
        assert_eq!(news(&refusals, 0..100, 0), 100);
        assert_eq!(news(&refusals, 0..100, QUIET_MS as i64 - 1), 0);
        assert_eq!(news(&refusals, 0..100, QUIET_MS as i64), 100);
        // A clock that was set back does not silence refusals until its old time.
        assert_eq!(news(&refusals, 0..100, 0), 100);
        assert_eq!(refusals.take_omitted(), [("strangers", 0), ("people", 0)]);
    }
}
