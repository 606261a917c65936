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

/// How long the same refusal is not recorded again, in milliseconds.
const QUIET_MS: u64 = 60_000;
/// How many refusals are remembered at least, once there are so many.
const REMEMBERED: usize = 4096;
/// How many are recorded of all that strangers cause, and of all that people cause who are signed in.
const RATE: Rate = Rate { burst: 600, every_ms: 500 };

/// Recent refusals, so that a repeated cheap request writes one row a minute and not one each time.
#[derive(Default)]
pub struct Refusals {
    /// Of somebody who is not signed in.
    strangers: Mutex<Recent>,
    /// Of people who are: no stranger silences these.
    people: Mutex<Recent>,
}

/// Refusals in two generations, by name, with the time when each came (Unix milliseconds): a full one becomes the
/// older, and what was the older is forgotten.
#[derive(Default)]
struct Recent {
    newer: HashMap<String, i64>,
    older: HashMap<String, i64>,
    /// Of the bucket that all of them have together, Unix milliseconds.
    arrival_ms: Option<i64>,
    /// How many were left out since the last time that was asked.
    omitted: u64,
}

impl Recent {
    /// Whether one of this name is to be recorded now.
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

    /// How many were left out since the last time, and whose.
    fn take_omitted(&self) -> [(&'static str, u64); 2] {
        [("strangers", &self.strangers), ("people", &self.people)].map(|(whose, recent)| {
            let mut recent = recent.lock();
            (whose, std::mem::take(&mut recent.omitted))
        })
    }
}

/// Records how many refusals were too many to be recorded each: once a minute.
///
/// # Errors
/// The database.
pub(in crate::server::service) async fn tell_omitted(app: &App) -> Result<()> {
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

/// The limit or block that refused, if one did.
pub(super) fn limit(error: &Error) -> Option<ErrorCode> {
    match error {
        Error::Api(refused) if refused.code.status() == 429 => Some(refused.code),
        _ => None,
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

    /// How many of these are recorded.
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
        // A clock that was set back keeps nobody silent until that time has come.
        assert_eq!(news(&refusals, 0..100, 0), 100);
        assert_eq!(refusals.take_omitted(), [("strangers", 0), ("people", 0)]);
    }
}
