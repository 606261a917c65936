//! Health of the service.
//!
//! A task of its own asks the database at most once in `FRESH_MS`, however often readiness is
//! asked, and readiness waits for it no longer than `PATIENCE`.

use std::time::Duration;

use futures::{FutureExt, future::BoxFuture};
use parking_lot::Mutex;
use tokio::{sync::Notify, time::timeout};

use crate::server::{
    App,
    db::{DbResult, instance, of_probe},
    error::Result,
};

/// Time for which an answer of the database is valid, in milliseconds.
const FRESH_MS: i64 = 3_000;
/// Time without an answer after which the database counts as unavailable, in milliseconds.
const SILENT_MS: i64 = 10_000;
/// Time that readiness waits for an answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// A check and its result.
pub struct Check {
    /// Name of the check.
    pub name: &'static str,
    /// Result of the check.
    pub state: State,
}

/// The result of a check. Reasons contain no addresses and no data, because anybody may read them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// All is well.
    Fine,
    /// A fault that the service tolerates.
    Warning(String),
    /// A fault that makes the process unusable.
    Fault(String),
}

/// The results of the last database probes.
#[derive(Default)]
pub struct Health {
    read: Probe,
    write: Probe,
}

/// A probe of the database that one task performs for all requests.
#[derive(Default)]
struct Probe {
    seen: Mutex<Seen>,
    ended: Notify,
}

/// The state of a probe, with times of `Clock::steady_ms`.
#[derive(Default)]
struct Seen {
    /// Start of the running probe.
    asked_ms: Option<i64>,
    answered_ms: Option<i64>,
    is_failing: bool,
}

/// A kind of probe.
struct Question {
    of: fn(&Health) -> &Probe,
    ask: fn(App) -> BoxFuture<'static, DbResult<()>>,
    name: &'static str,
    /// Sentence for a failed probe.
    fault: &'static str,
}

/// The probe that reads.
static READ: Question = Question {
    of: |health| &health.read,
    ask: |app| {
        async move { instance::get(&app.db, instance::SECRET_CHECK).await.map(drop) }.boxed()
    },
    name: "database",
    fault: "it cannot be read; the log says why",
};

/// The probe that writes and commits. On a full disk SQLite fails no earlier.
static WRITE: Question = Question {
    of: |health| &health.write,
    ask: |app| {
        let name = format!("probe {}", app.clock.new_id());
        async move {
            let write = app
                .db
                .write(move |tx| async move { instance::try_writing(tx, &name).await }.boxed());
            write.await
        }
        .boxed()
    },
    name: "writing",
    fault: "nothing can be written; the log says why",
};

/// All checks of readiness.
pub async fn ready(app: &App) -> Vec<Check> {
    let (read, write) = tokio::join!(asked(app, &READ), asked(app, &WRITE));
    let jobs = app.jobs.all().into_iter().map(|job| {
        let late = job.late_for(&app.clock).map(|without| {
            let why = format!("no success for {} s; the log says why", without.as_secs());
            if job.spec.is_vital { State::Fault(why) } else { State::Warning(why) }
        });
        Check { name: job.spec.name, state: late.unwrap_or(State::Fine) }
    });
    let blind = app.tokens.revoked.is_blind(app.clock.now_ms()).then(|| {
        State::Fault("revocations of other processes were not read for ten seconds".into())
    });
    let revocations = Check { name: "revocations", state: blind.unwrap_or(State::Fine) };
    let paused = app
        .mail
        .pause()
        .map(|_| State::Warning("no mail is taken, so all wait; the log says why".into()));
    let sender = Check { name: "mail-sender", state: paused.unwrap_or(State::Fine) };
    [read, write, revocations].into_iter().chain(jobs).chain([sender]).collect()
}

/// Checks whether the database answers, with the cause for the operator.
///
/// # Errors
/// Fails if the database fails.
pub async fn database(app: &App) -> Result<()> {
    Ok((READ.ask)(app.clone()).await?)
}

async fn asked(app: &App, question: &'static Question) -> Check {
    let probe = (question.of)(&app.health);
    let ended = probe.ended.notified();
    if probe.begin(app.clock.steady_ms()) {
        app.background.spawn(ask(app.clone(), question));
    }
    if probe.is_waiting(app.clock.steady_ms()) {
        drop(timeout(PATIENCE, ended).await);
    }
    Check { name: question.name, state: probe.state(app.clock.steady_ms(), question.fault) }
}

async fn ask(app: App, question: &'static Question) {
    let answer = of_probe((question.ask)(app.clone())).await;
    let (name, probe) = (question.name, (question.of)(&app.health));
    let was_failing = probe.end(app.clock.steady_ms(), answer.is_err());
    match answer {
        Err(error) if !was_failing => tracing::error!(check = name, %error, "not ready"),
        Ok(()) if was_failing => tracing::info!(check = name, "it works again"),
        _ => {}
    }
}

impl Probe {
    /// Whether the probe is due.
    fn begin(&self, now_ms: i64) -> bool {
        let mut seen = self.seen.lock();
        let is_due = seen.asked_ms.is_none() && !seen.is_fresh(now_ms);
        if is_due {
            seen.asked_ms = Some(now_ms);
        }
        is_due
    }

    /// Whether only an old answer is known.
    fn is_waiting(&self, now_ms: i64) -> bool {
        let seen = self.seen.lock();
        seen.asked_ms.is_some() && !seen.is_fresh(now_ms)
    }

    /// Records an answer; returns whether the previous one was an error.
    fn end(&self, now_ms: i64, is_failing: bool) -> bool {
        let mut seen = self.seen.lock();
        seen.asked_ms = None;
        seen.answered_ms = Some(now_ms);
        let was_failing = std::mem::replace(&mut seen.is_failing, is_failing);
        drop(seen);
        self.ended.notify_waiters();
        was_failing
    }

    /// The last answer, or the lack of one for too long.
    fn state(&self, now_ms: i64, fault: &str) -> State {
        let seen = self.seen.lock();
        let silent_ms = seen.asked_ms.map_or(0, |asked_ms| now_ms - asked_ms);
        if silent_ms > SILENT_MS {
            State::Fault(format!("no answer for {} s", silent_ms / 1000))
        } else if seen.is_failing {
            State::Fault(fault.into())
        } else {
            State::Fine
        }
    }
}

impl Seen {
    fn is_fresh(&self, now_ms: i64) -> bool {
        self.answered_ms.is_some_and(|answered_ms| now_ms - answered_ms < FRESH_MS)
    }
}
