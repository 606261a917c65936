//! What a server does beside answering: follow the feed, seal the audit log, keep things in order.

use std::time::Duration;

use tokio::{sync::watch, task::JoinSet, time::timeout};

use super::{
    App,
    listen::tls::Certificate,
    service::{audit, keys, limits, revocation, session},
};

/// How often other processes' revocations are looked for: half the second within which they count.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);
/// How long one look may take.
const HEAR_WITHIN: Duration = Duration::from_secs(5);
/// How often new audit events are chained.
const SEAL_EVERY: Duration = Duration::from_secs(1);
/// After how long it is tried again where that failed.
const SEAL_AGAIN: Duration = Duration::from_secs(10);
/// How often feed, counts, keys and log are put in order.
const TEND_EVERY: Duration = Duration::from_secs(60);
/// How often the certificate's files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(10);

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
        tasks.spawn(every(stopped.clone(), async move || follow(&one).await));
        tasks.spawn(every(stopped.clone(), async move || seal(&two).await));
        tasks.spawn(every(stopped.clone(), async move || tend(&three).await));
        tasks.spawn(every(stopped.clone(), async move || promises(&four).await));
        if let Some(certificate) = certificate {
            tasks.spawn(every(stopped, async move || look_at(&certificate).await));
        }
        Self { stop, tasks }
    }

    /// Lets each end what it has begun.
    pub(super) async fn end(self) {
        self.stop.send_replace(true);
        self.tasks.join_all().await;
    }
}

/// Does a chore again and again, after the pause that it asks for.
async fn every(mut stopped: watch::Receiver<bool>, mut chore: impl AsyncFnMut() -> Duration) {
    loop {
        let pause = chore().await;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopped.wait_for(|stopped| *stopped) => return,
        }
    }
}

async fn follow(app: &App) -> Duration {
    match timeout(HEAR_WITHIN, revocation::follow(app)).await {
        Ok(followed) => told("cannot read revocations", followed),
        Err(_) => tracing::error!("reading revocations takes too long"),
    }
    FOLLOW_EVERY
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

async fn tend(app: &App) -> Duration {
    told("cannot read revocations again", revocation::read_again(app).await);
    told("cannot prune revocations", revocation::prune(app).await);
    app.limits.counts.sweep(app.clock.now_ms());
    told("cannot prune attempts", limits::prune(app).await);
    told("cannot tend the signing keys", keys::tend(app).await);
    told("cannot delete old audit events", audit::retain(app).await);
    TEND_EVERY
}

async fn look_at(certificate: &Certificate) -> Duration {
    let read = certificate.refresh().await;
    if matches!(read, Ok(true)) {
        tracing::info!("the certificate was read again");
    }
    told("cannot read the certificate, the old one stays", read);
    LOOK_EVERY
}

/// A chore that failed is told, and tried again when its time comes.
fn told<T, E: std::fmt::Display>(what: &str, outcome: Result<T, E>) {
    if let Err(error) = outcome {
        tracing::error!(%error, "{what}");
    }
}
