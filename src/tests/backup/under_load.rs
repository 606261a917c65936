//! What was acknowledged is kept: when the process is killed, and in a backup that is made meanwhile.

use std::sync::Arc;

use super::{
    ledger::{Ledger, assert_kept},
    *,
};

fn settings(place: &Place) -> Vec<(&'static str, &str)> {
    let mut settings = place.settings().to_vec();
    settings.extend([("VESTIBULE_LIMITS", "off"), ("VESTIBULE_HASHING_THREADS", "2")]);
    settings
}

async fn what_was_acknowledged_outlives_a_kill(backend: Backend) {
    let place = Place::empty(backend).await;
    let settings = settings(&place);
    let ledger = Arc::new(Ledger::default());
    for round in 1..=3 {
        let process = Process::start(place.path(), &settings).await;
        let acting = ledger.begin(&process.url, round);
        let before = ledger.count();
        until(|| ledger.count() >= before + 5).await;
        // SIGKILL, while all of them act.
        drop(process);
        ledger.end(acting).await;
        // What it left behind can be read and backed up as it is.
        for args in [&["audit", "verify"][..], &["user", "list"], &["backup", "-"]] {
            tokio::task::block_in_place(|| drop(place.run(args).fine()));
        }
    }
    let process = Process::start(place.path(), &settings).await;
    assert_kept(ledger.now(), &process.url, true).await;
    assert!(place.run(&["audit", "verify"]).fine().starts_with("sealed and whole: "));
}

async fn a_backup_under_load_has_all_that_was_acknowledged_before(backend: Backend) {
    let place = Place::empty(backend).await;
    let settings = settings(&place);
    let process = Process::start(place.path(), &settings).await;
    let ledger = Arc::new(Ledger::default());
    let acting = ledger.begin(&process.url, 1);
    until(|| ledger.count() >= 6).await;
    let mut before = ledger.now();
    let file = place.path().join("saved");
    let running = ledger.count();
    tokio::task::block_in_place(|| place.run(&["backup", file.to_str().expect("text")]).fine());
    until(|| ledger.count() > running + 2).await;
    ledger.end(acting).await;
    drop(process);
    // What was under way while the backup began may be in it.
    before.retain(|_, account| account.is_settled());

    let elsewhere = Place::new(backend, &place.path().join("data/secret.key")).await;
    elsewhere.restore(&file, "as-saved").fine();
    let mut settings = settings.clone();
    settings[0] = elsewhere.settings()[0];
    let process = Process::start(elsewhere.path(), &settings).await;
    assert_kept(before, &process.url, false).await;
    assert!(elsewhere.run(&["audit", "verify"]).fine().starts_with("sealed and whole: "));
}

on_both!(
    what_was_acknowledged_outlives_a_kill,
    a_backup_under_load_has_all_that_was_acknowledged_before
);
