//! Background jobs of a server: follow the feed, seal the audit log, rotate keys, delete expired rows.
//!
//! Each is a task of its own, with its own error and time limit. None waits for another.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt, TryFutureExt, future::BoxFuture};
use parking_lot::Mutex;
use tokio::{sync::watch, task::JoinSet, time::timeout};

use super::{
    App,
    clock::Stopwatch,
    error::{Error, Result},
    listen::tls::Certificate,
    log,
    service::{
        address, audit, flows, follow, invitations,
        job_status::{JobSpec, JobStatus},
        keys, leaving, limits, mail, oauth, of_job, passkeys, prune, session, trusted,
    },
};

/// Interval of the feed reader: half of the second within which changes take effect.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);
/// Time limit of one read of the feed.
const FOLLOW_WITHIN: Duration = Duration::from_secs(5);
/// Time limit to reset the counts of unlocked accounts.
const UNLOCK_WITHIN: Duration = Duration::from_secs(20);
/// Interval of the sealer of audit events.
const SEAL_EVERY: Duration = Duration::from_secs(1);
/// Pause of the sealer after a failure.
const SEAL_AGAIN: Duration = Duration::from_secs(10);
/// Interval of the maintenance of feed, counts, keys and log.
const MAINTAIN_EVERY: Duration = Duration::from_secs(60);
/// Time limit of the maintenance. Deletions stop before it and continue in the next run.
const MAINTAIN_WITHIN: Duration = Duration::from_secs(120);
/// Interval of the sender of mails.
const MAIL_EVERY: Duration = Duration::from_secs(1);
/// Time limit of the sender: that in which it begins to send, and that of one mail.
const MAIL_WITHIN: Duration = Duration::from_secs(170);
/// Interval of the check of the certificate's files.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// Time limit of that check.
const LOOK_WITHIN: Duration = Duration::from_secs(10);

/// The work of one run of a job.
pub type Turn = Box<dyn Fn(App) -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// A job.
pub struct Job {
    /// Name and schedule.
    pub spec: JobSpec,
    /// Delay of the first run, so that not all minutely jobs are due at once.
    pub first: Duration,
    /// A future that starts a run before its time.
    pub wake: Option<Wake>,
    /// The work.
    pub turn: Turn,
}

/// Waits for an event that makes a job due before its time.
pub type Wake = fn(&App) -> BoxFuture<'_, ()>;

/// A job that starts at once and, after a failure, runs again at its usual time.
fn job<T: Future<Output = Result<()>> + Send + 'static>(
    name: &'static str,
    (every, within): (Duration, Duration),
    turn: impl Fn(App) -> T + Send + Sync + 'static,
) -> Job {
    let spec = JobSpec { name, every, again: every, within, is_vital: true };
    Job { spec, first: Duration::ZERO, wake: None, turn: Box::new(move |app| turn(app).boxed()) }
}

/// All jobs of a server.
pub fn table(certificate: Option<Certificate>) -> Vec<Job> {
    let follow = (FOLLOW_EVERY, FOLLOW_WITHIN);
    let maintain = (MAINTAIN_EVERY, MAINTAIN_WITHIN);
    let mut jobs =
        vec![
            job("feed", follow, |app| async move { follow::revocations(&app).await }),
            job("key-ring", follow, |app| async move { follow::keys(&app).await }),
            job("clients", follow, |app| async move { follow::clients(&app).await }),
            job("blocks", follow, |app| async move { follow::blocks(&app).await }),
            job("secret", follow, |app| async move { follow::secret(&app).await }),
            job("unlocks", (FOLLOW_EVERY, UNLOCK_WITHIN), |app| async move {
                follow::unlocks(&app).await
            }),
            job("sign-outs", maintain, |app| async move { session::keep_promises(&app).await }),
            job("audit-seal", (SEAL_EVERY, MAINTAIN_WITHIN), |app| async move {
                audit::seal(&app).map_ok(drop).await
            }),
            job("key-rotation", maintain, |app| async move { keys::maintain(&app).await }),
            job("feed-prune", maintain, |app| async move { prune::feed(&app).await }),
            job("session-prune", maintain, |app| async move { prune::sessions(&app).await }),
            job("attempt-prune", maintain, |app| async move { limits::prune(&app).await }),
            job("trust-prune", maintain, |app| async move { trusted::sweep(&app).await }),
            job("challenge-prune", maintain, |app| async move { passkeys::sweep(&app).await }),
            job("flow-prune", maintain, |app| async move { flows::sweep(&app).await }),
            job("invitation-prune", maintain, |app| async move { invitations::sweep(&app).await }),
            job("authorization-prune", maintain, |app| async move { oauth::sweep(&app).await }),
            job("address-prune", maintain, |app| async move { address::sweep(&app).await }),
            job("erasure", maintain, |app| async move { leaving::tend(&app).await }),
            job("mail", (MAIL_EVERY, MAIL_WITHIN), |app| async move { mail::send(&app).await }),
            job("mail-prune", maintain, |app| async move { mail::sweep(&app).await }),
            job("audit-retention", maintain, |app| async move {
                audit::retain(&app).map_ok(drop).await
            }),
            // The start has read all of it.
            job("feed-again", maintain, |app| async move { follow::again(&app).await }),
            unused_sessions(maintain),
        ];
    jobs.extend(certificate.map(read_certificate));
    for job in &mut jobs {
        let spec = &mut job.spec;
        match spec.name {
            "key-ring" => job.wake = Some(keys_due),
            "clients" => job.wake = Some(clients_due),
            "blocks" => job.wake = Some(blocks_due),
            "sign-outs" => (spec.every, spec.again) = (FOLLOW_EVERY, FOLLOW_EVERY),
            "audit-seal" => spec.again = SEAL_AGAIN,
            _ => {}
        }
        // Without these a process would soon admit revoked tokens, or refuse all. The others can
        // wait for the operator: a table that cannot be cleaned, or an event that does not verify,
        // must not take all processes out of service.
        spec.is_vital = matches!(
            spec.name,
            "feed" | "key-ring" | "clients" | "blocks" | "secret" | "sign-outs" | "key-rotation"
        );
    }
    let tending = |job: &&mut Job| job.spec.every == MAINTAIN_EVERY;
    let count = jobs.iter_mut().filter(tending).count() as u32;
    for (job, place) in jobs.iter_mut().filter(tending).zip(0..) {
        job.first = MAINTAIN_EVERY / count * place;
    }
    jobs
}

fn keys_due(app: &App) -> BoxFuture<'_, ()> {
    app.follower.keys_due().boxed()
}

fn clients_due(app: &App) -> BoxFuture<'_, ()> {
    app.follower.clients_due().boxed()
}

fn blocks_due(app: &App) -> BoxFuture<'_, ()> {
    app.follower.blocks_due().boxed()
}

fn unused_sessions(times: (Duration, Duration)) -> Job {
    let place = Arc::new(Mutex::new(String::new()));
    job("unused-session-prune", times, move |app| {
        let place = place.clone();
        async move {
            let from = place.lock().clone();
            *place.lock() = prune::unused_sessions(&app, &from).await?;
            Ok(())
        }
    })
}

fn read_certificate(certificate: Certificate) -> Job {
    job("certificate", (LOOK_EVERY, LOOK_WITHIN), move |_| {
        let certificate = certificate.clone();
        async move {
            match certificate.refresh().await {
                Ok(true) => tracing::info!("the certificate was read again"),
                Ok(false) => {}
                Err(error) => {
                    return Err(Error::Internal(format!(
                        "cannot read the certificate, the old one stays: {error}"
                    )));
                }
            }
            Ok(())
        }
    })
}

/// The running tasks of jobs.
pub struct BackgroundJobs {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl BackgroundJobs {
    /// Starts these jobs.
    pub fn start(app: &App, jobs: Vec<Job>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for job in jobs {
            let turns = app.jobs.begin(job.spec, &app.clock);
            tasks.spawn(run(app.clone(), job, turns, stopped.clone()));
        }
        Self { stop, tasks }
    }

    /// Waits until each job has finished its current run.
    pub async fn end(self) {
        self.stop.send_replace(true);
        self.tasks.join_all().await;
    }
}

/// Runs a job repeatedly. A run that fails, panics or takes too long is followed by another one.
async fn run(app: App, job: Job, turns: Arc<JobStatus>, mut stopped: watch::Receiver<bool>) {
    let mut pause = job.first;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = due(&job, &app) => {}
            _ = stopped.wait_for(|stopped| *stopped) => return,
        }
        let watch = Stopwatch::start();
        let failure = turn(&app, &job).await;
        let took = watch.elapsed();
        pause = match failure {
            None => {
                turns.succeeded(&app.clock, took);
                job.spec.every
            }
            Some(error) => {
                turns.failed(&app.clock, took, error);
                job.spec.again
            }
        };
    }
}

async fn due(job: &Job, app: &App) {
    match job.wake {
        Some(wake) => wake(app).await,
        None => std::future::pending().await,
    }
}

/// Runs a job once; returns the error if it failed.
async fn turn(app: &App, job: &Job) -> Option<String> {
    let within = job.spec.within;
    let turn = AssertUnwindSafe(async { (job.turn)(app.clone()).await }).catch_unwind();
    match timeout(within, of_job(within, turn)).await {
        Ok(Ok(Ok(()))) => None,
        Ok(Ok(Err(error))) => Some(error.to_string()),
        Ok(Err(panic)) => Some(format!("it panicked: {}", log::said(&*panic))),
        Err(_) => Some(format!("it did not end within {} s", within.as_secs())),
    }
}
