//! Background jobs: each is begun again after an error, a panic and a hang, and readiness says which is late (S112).

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures::FutureExt;
use tokio::sync::watch;
use vestibule::server::{
    App,
    error::Error,
    jobs::{BackgroundJobs, Job, table},
    service::job_status::JobSpec,
};

use super::support::*;

/// A turn is cut after so long in these tests.
const WITHIN_TURN: Duration = Duration::from_secs(2);

/// A job whose first turn panics, whose second fails, and whose third never ends.
fn troubled(mut job: Job) -> Job {
    let (turn, nth) = (job.turn, AtomicU32::new(0));
    job.turn = Box::new(move |app| match nth.fetch_add(1, Ordering::Relaxed) {
        0 => async { panic!("planted") }.boxed(),
        1 => async { Err(Error::Internal("planted".into())) }.boxed(),
        2 => pending().boxed(),
        _ => turn(app),
    });
    job.first = Duration::ZERO;
    job.spec = JobSpec {
        every: Duration::from_millis(10),
        again: Duration::from_millis(10),
        within: WITHIN_TURN,
        ..job.spec
    };
    job
}

/// A job that waits for a gate in each turn.
fn gated(name: &'static str, is_vital: bool, gate: &watch::Receiver<bool>) -> Job {
    let gate = gate.clone();
    let short = Duration::from_millis(10);
    Job {
        spec: JobSpec { name, every: short, again: short, within: TEST_WITHIN, is_vital },
        first: Duration::ZERO,
        wake: None,
        turn: Box::new(move |_: App| {
            let mut gate = gate.clone();
            async move {
                gate.wait_for(|open| *open).await.expect("a gate");
                Ok(())
            }
            .boxed()
        }),
    }
}

both! {
    async fn each_job_is_begun_again_after_a_panic_an_error_and_a_hang(server: Server) {
        let jobs: Vec<Job> = table(None).into_iter().map(troubled).collect();
        let count = jobs.len();
        assert!(count >= 14, "all of them");
        let background = BackgroundJobs::start(&server.app, jobs);
        let all = || server.app.jobs.all();
        until(|| all().iter().all(|job| job.last().successes > 0)).await;
        assert_eq!(all().len(), count);
        for job in all() {
            let (name, last) = (job.spec.name, job.last());
            assert!(last.failures >= 3, "{name}: {last:?}");
            assert!(last.success_ms.is_some() && last.error.is_none(), "{name}: {last:?}");
        }
        background.end().await;
    }

    /// None waits for another, whichever hangs.
    async fn a_job_that_hangs_holds_up_no_other(server: Server) {
        let names: Vec<_> = table(None).iter().map(|job| job.spec.name).collect();
        for hanging in names {
            let (app, _) = server.again().await;
            let mut jobs = table(None);
            for job in &mut jobs {
                job.first = Duration::ZERO;
                if job.spec.name == hanging {
                    job.turn = Box::new(|_| pending().boxed());
                }
            }
            let background = BackgroundJobs::start(&app, jobs);
            let others = || app.jobs.all().into_iter().filter(|job| job.spec.name != hanging);
            until(|| others().all(|job| job.last().successes > 0)).await;
            // Not ended in order, for which it would wait.
            drop(background);
            app.db.close().await;
        }
    }

    async fn readiness_says_which_job_is_late(server: Server) {
        let (open, gate) = watch::channel(false);
        let jobs = vec![gated("stuck", true, &gate), gated("left-out", false, &gate)];
        let late_after = jobs[0].spec.late_after();
        let background = BackgroundJobs::start(&server.app, jobs);
        let begun = server.send(get("/readyz")).await.expect(200).text;
        assert!(begun.contains("ok stuck\n") && begun.contains("ok left-out\n"), "{begun}");
        server.app.clock.advance(late_after.as_secs() as i64 + 1);
        let late = server.send(get("/readyz")).await.expect(503).text;
        assert!(late.contains("FAULT stuck: no success for"), "{late}");
        assert!(late.contains("warn left-out: no success for"), "{late}");
        assert!(late.contains("ok database\nok writing\nok revocations\n"), "{late}");
        open.send_replace(true);
        until(|| server.app.jobs.all().iter().all(|job| job.last().successes > 0)).await;
        let again = server.send(get("/readyz")).await.expect(200).text;
        assert!(again.contains("ok stuck\n") && again.contains("ok left-out\n"), "{again}");
        background.end().await;
    }
}

/// The error of a job is kept for those who ask.
#[tokio::test]
async fn a_job_that_panics_is_counted_and_says_why() {
    let server = Server::new(Backend::Sqlite).await;
    let turns = Arc::new(AtomicU32::new(0));
    let (open, gate) = watch::channel(false);
    let mut job = gated("panicking", true, &gate);
    let seen = turns.clone();
    job.turn = Box::new(move |_| {
        seen.fetch_add(1, Ordering::Relaxed);
        async { panic!("planted") }.boxed()
    });
    let background = BackgroundJobs::start(&server.app, vec![job]);
    until(|| turns.load(Ordering::Relaxed) > 3).await;
    let last = server.app.jobs.all()[0].last();
    assert!(last.failures >= 3 && last.successes == 0);
    assert_eq!(last.error.as_deref(), Some("it panicked: planted"));
    drop(open);
    background.end().await;
}
