//! Background jobs of a server: follow the feed, seal the audit log, rotate keys, delete expired rows.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::{FutureExt, TryFutureExt, future::BoxFuture};
use tokio::{sync::watch, task::JoinSet, time::timeout};

use super::{
    App,
    error::Result,
    listen::tls::Certificate,
    service::{audit, flows, follow, keys, limits, prune, session},
};

/// How often other processes' changes are looked for: half the second within which they count.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);
/// How long one look may take.
const HEAR_WITHIN: Duration = Duration::from_secs(5);
/// How long reading the keys or the blocks may take: with a look and a pause less than until the guard is blind.
const RELOAD_WITHIN: Duration = Duration::from_secs(2);
/// How often new audit events are chained.
const SEAL_EVERY: Duration = Duration::from_secs(1);
/// After how long it is tried again where that failed.
const SEAL_AGAIN: Duration = Duration::from_secs(10);
/// How often feed, counts, keys and log are put in order.
const TEND_EVERY: Duration = Duration::from_secs(60);
/// How often the certificate's files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// After how long a job is begun again that panicked.
const AFTER_PANIC: Duration = Duration::from_millis(500);

/// A job of once a minute.
type Job = for<'a> fn(&'a App) -> BoxFuture<'a, Result<()>>;

/// The jobs of once a minute, each a task of its own, and the text in the log where one fails. They begin one
/// after the other, so that not all of them are due at once.
const JOBS: [(&str, Job); 7] = [
    ("cannot tend the signing keys", |app| keys::tend(app).boxed()),
    ("cannot prune the feed", |app| prune::feed(app).boxed()),
    ("cannot prune sessions", |app| prune::sessions(app).boxed()),
    ("cannot prune attempts", |app| attempts(app).boxed()),
    ("cannot sweep flows", |app| flows::sweep(app).boxed()),
    ("cannot delete old audit events", |app| audit::retain(app).map_ok(drop).boxed()),
    // All of it has been read at the start.
    ("cannot read the feed again", |app| follow::again(app).boxed()),
];

/// The tasks that are under way.
pub(super) struct Chores {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Chores {
    /// Begins all of them.
    pub(super) fn start(app: &App, certificate: Option<Certificate>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let (one, two, three, four) = (app.clone(), app.clone(), app.clone(), app.clone());
        let now = Duration::ZERO;
        tasks.spawn(every(stopped.clone(), now, async move || follow(&one).await));
        tasks.spawn(every(stopped.clone(), now, async move || seal(&two).await));
        tasks.spawn(every(stopped.clone(), now, async move || promises(&four).await));
        for ((what, job), place) in JOBS.into_iter().zip(0..) {
            let app = app.clone();
            let first = TEND_EVERY / JOBS.len() as u32 * place;
            tasks.spawn(every(stopped.clone(), first, async move || {
                told(what, job(&app).await);
                TEND_EVERY
            }));
        }
        let mut place = String::new();
        tasks.spawn(every(stopped.clone(), now, async move || {
            let looked = prune::unused_sessions(&three, &place).await;
            told("cannot prune unused sessions", looked.map(|next| place = next));
            TEND_EVERY
        }));
        if let Some(certificate) = certificate {
            tasks.spawn(every(stopped, now, async move || look_at(&certificate).await));
        }
        Self { stop, tasks }
    }

    /// Lets each end what it has begun.
    pub(super) async fn end(self) {
        self.stop.send_replace(true);
        self.tasks.join_all().await;
    }
}

/// Does a chore again and again, after a first pause and then after the pause that it asks for. One that
/// panics is begun again.
async fn every(
    mut stopped: watch::Receiver<bool>,
    mut pause: Duration,
    mut chore: impl AsyncFnMut() -> Duration,
) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopped.wait_for(|stopped| *stopped) => return,
        }
        let done = AssertUnwindSafe(chore()).catch_unwind().await;
        pause = done.unwrap_or_else(|_| {
            tracing::error!("a job panicked");
            AFTER_PANIC
        });
    }
}

async fn follow(app: &App) -> Duration {
    within(HEAR_WITHIN, "cannot read the feed", follow::revocations(app)).await;
    within(RELOAD_WITHIN, "cannot read the signing keys", follow::keys(app)).await;
    within(RELOAD_WITHIN, "cannot read the blocks", follow::blocks(app)).await;
    within(RELOAD_WITHIN, "cannot compare the instance secret", follow::secret(app)).await;
    within(RELOAD_WITHIN, "cannot forget counts", follow::unlocks(app)).await;
    FOLLOW_EVERY
}

async fn within(time: Duration, what: &str, work: impl Future<Output = Result<()>>) {
    match timeout(time, work).await {
        Ok(done) => told(what, done),
        Err(_) => tracing::error!("{what}: it takes too long"),
    }
}

async fn promises(app: &App) -> Duration {
    told("cannot write sign-outs that were promised", session::keep_promises(app).await);
    FOLLOW_EVERY
}

async fn seal(app: &App) -> Duration {
    let sealed = audit::seal(app).await;
    let pause = if sealed.is_ok() { SEAL_EVERY } else { SEAL_AGAIN };
    told("cannot seal audit events", sealed);
    pause
}

async fn attempts(app: &App) -> Result<()> {
    app.limits.counts.sweep(app.clock.now_ms());
    limits::prune(app).await
}

async fn look_at(certificate: &Certificate) -> Duration {
    let read = certificate.refresh().await;
    if matches!(read, Ok(true)) {
        tracing::info!("the certificate was read again");
    }
    told("cannot read the certificate, the old one stays", read);
    LOOK_EVERY
}

/// Logs a failed job. It runs again at its next time.
fn told<T, E: std::fmt::Display>(what: &str, outcome: std::result::Result<T, E>) {
    if let Err(error) = outcome {
        tracing::error!(%error, "{what}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_job_that_panics_is_begun_again() {
        let (stop, stopped) = watch::channel(false);
        let mut turns = 0;
        let job = every(stopped, Duration::ZERO, async || {
            turns += 1;
            assert!(turns > 1, "the first turn panics");
            stop.send_replace(true);
            FOLLOW_EVERY
        });
        timeout(HEAR_WITHIN, job).await.expect("it was begun again, and stopped");
        assert_eq!(turns, 2);
    }
}
