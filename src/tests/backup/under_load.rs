//! What was acknowledged is kept: when the process is killed, and in a backup that is made meanwhile.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use parking_lot::Mutex;
use reqwest::Client;
use serde_json::{Value, json};

use super::*;

/// How many clients act at once.
const CLIENTS: usize = 6;

/// What a server has acknowledged.
#[derive(Default)]
struct Ledger {
    /// Accounts, and the refresh token of a session that was left open.
    accounts: Mutex<Vec<(String, String)>>,
    /// Refresh tokens of sessions that were signed out of.
    ended: Mutex<Vec<String>>,
    count: AtomicUsize,
    stop: AtomicBool,
}

async fn ask(client: &Client, url: &str, path: &str, body: Value) -> Option<Value> {
    let answer = client.post(format!("{url}{path}")).json(&body).send().await.ok()?;
    let is_fine = answer.status().is_success();
    let text = answer.text().await.ok()?;
    is_fine.then(|| serde_json::from_str(&text).unwrap_or_default())
}

/// Registers, signs in twice and signs out of one of both, again and again, until the server is gone.
async fn act(url: String, number: usize, ledger: Arc<Ledger>) {
    let client = Client::new();
    for n in 0.. {
        if ledger.stop.load(Ordering::Relaxed) {
            return;
        }
        let name = format!("user{number}x{n}");
        let form = json!({ "username": name, "password": PASSWORD, "session": "token" });
        let acted = async {
            let account = json!({ "username": name, "password": PASSWORD });
            ask(&client, &url, "/api/v1/register", account).await?;
            let kept = ask(&client, &url, "/api/v1/login", form.clone()).await?;
            let token = |login: &Value| login["refresh_token"].as_str().map(str::to_owned);
            ledger.accounts.lock().push((name.clone(), token(&kept)?));
            let left = ask(&client, &url, "/api/v1/login", form.clone()).await?;
            let access = left["access_token"].as_str()?;
            let out = client
                .post(format!("{url}/api/v1/logout"))
                .bearer_auth(access)
                .send()
                .await
                .ok()?;
            if out.status() == 204 {
                ledger.ended.lock().push(token(&left)?);
            }
            ledger.count.fetch_add(1, Ordering::Relaxed);
            Some(())
        };
        if acted.await.is_none() {
            return;
        }
    }
}

fn begin(url: &str, round: usize, ledger: &Arc<Ledger>) -> Vec<tokio::task::JoinHandle<()>> {
    let client = |n| tokio::spawn(act(url.to_owned(), 100 * round + n, ledger.clone()));
    (0..CLIENTS).map(client).collect()
}

async fn is_refreshed(client: &Client, url: &str, token: &str) -> bool {
    let asked = ask(client, url, "/api/v1/token/refresh", json!({ "refresh_token": token })).await;
    asked.is_some()
}

fn settings(place: &Place) -> Vec<(&'static str, &str)> {
    let mut settings = place.settings().to_vec();
    settings.extend([("VESTIBULE_LIMITS", "off"), ("VESTIBULE_HASHING_THREADS", "2")]);
    settings
}

async fn what_was_acknowledged_outlives_a_kill(backend: Backend) {
    let place = Place::empty(backend).await;
    let settings = settings(&place);
    let ledger = Arc::new(Ledger::default());
    for round in 1..=2 {
        let process = Process::start(place.path(), &settings).await;
        let acting = begin(&process.url, round, &ledger);
        until(|| ledger.count.load(Ordering::Relaxed) >= 6 * round).await;
        // SIGKILL, while all of them act.
        drop(process);
        for client in acting {
            client.await.expect("no panic");
        }
        ledger.count.store(6 * round, Ordering::Relaxed);
    }
    let process = Process::start(place.path(), &settings).await;
    let client = Client::new();
    let (accounts, ended) = (ledger.accounts.lock().clone(), ledger.ended.lock().clone());
    for (name, token) in accounts {
        let form = json!({ "username": name, "password": PASSWORD });
        assert!(
            ask(&client, &process.url, "/api/v1/login", form).await.is_some(),
            "{name} is lost"
        );
        assert!(is_refreshed(&client, &process.url, &token).await, "the session of {name} is lost");
    }
    for token in ended {
        assert!(
            !is_refreshed(&client, &process.url, &token).await,
            "a session that was signed out of lives"
        );
    }
    assert!(place.run(&["audit", "verify"]).fine().starts_with("sealed and whole: "));
}

async fn a_backup_under_load_has_all_that_was_acknowledged_before(backend: Backend) {
    let place = Place::empty(backend).await;
    let settings = settings(&place);
    let process = Process::start(place.path(), &settings).await;
    let ledger = Arc::new(Ledger::default());
    let acting = begin(&process.url, 1, &ledger);
    until(|| ledger.count.load(Ordering::Relaxed) >= 8).await;
    let before = ledger.accounts.lock().clone();
    let file = place.path().join("saved");
    let running = ledger.count.load(Ordering::Relaxed);
    tokio::task::block_in_place(|| place.run(&["backup", file.to_str().expect("text")]).fine());
    until(|| ledger.count.load(Ordering::Relaxed) > running + 2).await;
    ledger.stop.store(true, Ordering::Relaxed);
    for client in acting {
        client.await.expect("no panic");
    }
    drop(process);

    let elsewhere = Place::new(backend, &place.path().join("data/secret.key")).await;
    elsewhere.restore(&file, "as-saved").fine();
    let mut settings = settings.clone();
    settings[0] = elsewhere.settings()[0];
    let process = Process::start(elsewhere.path(), &settings).await;
    let client = Client::new();
    for (name, token) in before {
        let form = json!({ "username": name, "password": PASSWORD });
        assert!(
            ask(&client, &process.url, "/api/v1/login", form).await.is_some(),
            "{name} is missing"
        );
        assert!(!is_refreshed(&client, &process.url, &token).await, "a session lives");
    }
    assert!(elsewhere.run(&["audit", "verify"]).fine().starts_with("sealed and whole: "));
}

on_both!(
    what_was_acknowledged_outlives_a_kill,
    a_backup_under_load_has_all_that_was_acknowledged_before
);
