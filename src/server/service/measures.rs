//! Values of this process for a scrape of the metrics.

use std::time::Duration;

use crate::server::{
    App,
    db::Connections,
    log,
    metrics::{JobNow, Now},
};

/// The current values.
pub fn now(app: &App) -> Now {
    let (hashing, load) = (&app.passwords.hashing, &app.load);
    let now_ms = app.clock.now_ms();
    let (mails, oldest) = app.mail.waiting();
    let oldest = oldest.map_or(0, |at| (now_ms / 1000 - at).max(0));
    let Connections { used, idle, waiting } = app.db.connections();
    let jobs = app.jobs.all().into_iter().map(|job| {
        let last = job.last();
        JobNow {
            name: job.spec.name,
            success_ms: last.success_ms,
            took: last.took,
            every: job.spec.every,
            turns: (last.successes, last.failures),
        }
    });
    Now {
        blocks: app.limits.blocks.in_force(app.clock.now_s()),
        hashing: (hashing.waiting(), hashing.reserved(), hashing.refused()),
        feed_age: app.tokens.revoked.age_ms(now_ms).map(Duration::from_millis),
        jobs: jobs.collect(),
        connections: (used, idle),
        waiting,
        open: (load.requests.used(), load.bytes.used()),
        log_lost: log::lost(),
        mails: (mails, Duration::from_secs(oldest.unsigned_abs())),
        mails_paused: app.mail.pause().is_some(),
    }
}
