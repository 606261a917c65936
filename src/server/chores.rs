//! What a server does beside answering: follow the feed, seal the audit log, keep things in order.

use std::time::Duration;

use tokio::{sync::watch, task::JoinSet, time::timeout};

use super::{
    App,
    listen::tls::Certificate,
    service::{audit, keys, limits, revocation},
};

/// How often other processes' revocations are looked for: half the second within which they count.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);
/// How long one look may take.
const HEAR_WITHIN: Duration = Duration::from_secs(5);
/// How often new audit events are chained.
const SEAL_EVERY: Duration = Duration::from_secs(1);
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
        let (one, two, three) = (app.clone(), app.clone(), app.clone());
        tasks.spawn(every(FOLLOW_EVERY, stopped.clone(), async move || follow(&one).await));
        tasks.spawn(every(SEAL_EVERY, stopped.clone(), async move || {
            told("cannot seal audit events", audit::seal(&two).await);
        }));
        tasks.spawn(every(TEND_EVERY, stopped.clone(), async move || tend(&three).await));
        if let Some(certificate) = certificate {
            tasks.spawn(every(LOOK_EVERY, stopped, async move || {
                let read = certificate.refresh().await;
                if matches!(read, Ok(true)) {
                    tracing::info!("the certificate was read again");
                }
                told("cannot read the certificate, the old one stays", read);
            }));
        }
        Self { stop, tasks }
    }

    /// Lets each end what it has begun.
    pub(super) async fn end(self) {
        self.stop.send_replace(true);
        self.tasks.join_all().await;
    }
}

async fn every(pause: Duration, mut stopped: watch::Receiver<bool>, mut chore: impl AsyncFnMut()) {
    loop {
        chore().await;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopped.wait_for(|stopped| *stopped) => return,
        }
    }
}

async fn follow(app: &App) {
    match timeout(HEAR_WITHIN, revocation::follow(app)).await {
        Ok(followed) => told("cannot read revocations", followed),
        Err(_) => tracing::error!("reading revocations takes too long"),
    }
}

async fn tend(app: &App) {
    told("cannot read revocations again", revocation::read_again(app).await);
    told("cannot prune revocations", revocation::prune(app).await);
    app.limits.sweep(app.clock.now_ms());
    told("cannot prune attempts", limits::prune(app).await);
    told("cannot tend the signing keys", keys::tend(app).await);
    told("cannot delete old audit events", audit::retain(app).await);
}

/// A chore that failed is told, and tried again when its time comes.
fn told<T, E: std::fmt::Display>(what: &str, outcome: Result<T, E>) {
    if let Err(error) = outcome {
        tracing::error!(%error, "{what}");
    }
}
