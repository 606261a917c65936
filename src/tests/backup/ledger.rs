//! People who act while a server runs, and a ledger of all that it has acknowledged.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use parking_lot::Mutex;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::super::support::PASSWORD;

/// How many clients act at once.
const CLIENTS: usize = 6;

const NEW_PASSWORD: &str = "another horse battery";

/// What is known of an account. While an act is under way that was not acknowledged yet, both may hold: what was before
/// it and what it makes.
#[derive(Clone, Default)]
pub(super) struct Account {
    /// One of these is the password.
    passwords: Vec<&'static str>,
    /// The refresh token of a session that was left open, unless it is being replaced.
    token: Option<String>,
    /// Refresh tokens of sessions that were ended.
    ended: Vec<String>,
    display_name: Option<String>,
}

impl Account {
    /// Whether all its acts were acknowledged.
    pub(super) fn is_settled(&self) -> bool {
        self.ended.len() == 2
    }
}

/// What a server has acknowledged.
#[derive(Default)]
pub(super) struct Ledger {
    accounts: Mutex<BTreeMap<String, Account>>,
    /// How many have done everything.
    count: AtomicUsize,
    stop: AtomicBool,
}

/// Sends, and answers what was acknowledged.
async fn ask(
    client: &Client,
    (method, url): (Method, String),
    access: Option<&str>,
    body: Value,
) -> Option<Value> {
    let mut request = client.request(method, url);
    if !body.is_null() {
        request = request.json(&body);
    }
    if let Some(access) = access {
        request = request.bearer_auth(access);
    }
    let answer = request.send().await.ok()?;
    let is_fine = answer.status().is_success();
    let text = answer.text().await.ok()?;
    is_fine.then(|| serde_json::from_str(&text).unwrap_or_default())
}

fn text(answer: &Value, name: &str) -> Option<String> {
    answer[name].as_str().map(str::to_owned)
}

impl Ledger {
    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Lets several clients act until the server is gone or they are stopped.
    pub(super) fn begin(self: &Arc<Self>, url: &str, round: usize) -> Vec<JoinHandle<()>> {
        let client = |n| {
            let (ledger, url) = (self.clone(), url.to_owned());
            tokio::spawn(async move {
                let client = Client::new();
                for turn in 0.. {
                    let name = format!("user{round}x{n}x{turn}");
                    let is_stopped = ledger.stop.load(Ordering::Relaxed);
                    if is_stopped || ledger.act(&client, &url, &name).await.is_none() {
                        return;
                    }
                }
            })
        };
        (0..CLIENTS).map(client).collect()
    }

    pub(super) async fn end(&self, acting: Vec<JoinHandle<()>>) {
        self.stop.store(true, Ordering::Relaxed);
        for client in acting {
            client.await.expect("no panic");
        }
        self.stop.store(false, Ordering::Relaxed);
    }

    fn note(&self, name: &str, change: impl FnOnce(&mut Account)) {
        change(self.accounts.lock().entry(name.to_owned()).or_default());
    }

    /// Registers, signs in, refreshes, takes a name, takes another password, signs in once more and out.
    async fn act(&self, client: &Client, url: &str, name: &str) -> Option<()> {
        let at = |method, path: &str| (method, format!("{url}/api/v1{path}"));
        let to = |path| at(Method::POST, path);
        let account = json!({ "username": name, "password": PASSWORD });
        ask(client, to("/register"), None, account).await?;
        self.note(name, |account| account.passwords = vec![PASSWORD]);

        let form = |password| json!({ "username": name, "password": password, "session": "token" });
        let opened = ask(client, to("/login"), None, form(PASSWORD)).await?;
        let token = text(&opened, "refresh_token")?;
        let refreshed = json!({ "refresh_token": token });
        let opened = ask(client, to("/token/refresh"), None, refreshed).await?;
        let (token, access) = (text(&opened, "refresh_token")?, text(&opened, "access_token")?);
        self.note(name, |account| account.token = Some(token.clone()));

        let profile = json!({ "display_name": name.to_uppercase() });
        ask(client, at(Method::PATCH, "/me"), Some(&access), profile).await?;
        self.note(name, |account| account.display_name = Some(name.to_uppercase()));

        self.note(name, |account| {
            account.token = None;
            account.passwords.push(NEW_PASSWORD);
        });
        let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
        let opened = ask(client, at(Method::PUT, "/me/password"), Some(&access), change).await?;
        self.note(name, |account| {
            account.token = text(&opened, "refresh_token");
            account.passwords = vec![NEW_PASSWORD];
            account.ended.push(token);
        });

        let opened = ask(client, to("/login"), None, form(NEW_PASSWORD)).await?;
        let access = text(&opened, "access_token")?;
        ask(client, to("/logout"), Some(&access), Value::Null).await?;
        let token = text(&opened, "refresh_token")?;
        self.note(name, |account| account.ended.push(token));
        self.count.fetch_add(1, Ordering::Relaxed);
        Some(())
    }

    /// What is acknowledged by now.
    pub(super) fn now(&self) -> BTreeMap<String, Account> {
        self.accounts.lock().clone()
    }
}

/// All that was acknowledged is there; sessions too, unless a restore has ended them.
pub(super) async fn assert_kept(
    accounts: BTreeMap<String, Account>,
    url: &str,
    sessions_live: bool,
) {
    let client = &Client::new();
    let to = |path| (Method::POST, format!("{url}/api/v1{path}"));
    let refresh = async |token: String| {
        let token = json!({ "refresh_token": token });
        ask(client, to("/token/refresh"), None, token).await.is_some()
    };
    for (name, account) in accounts {
        let mut access = Vec::new();
        for password in [PASSWORD, NEW_PASSWORD] {
            let form = json!({ "username": name, "password": password });
            access.extend(
                ask(client, to("/login"), None, form).await.map(|opened| (password, opened)),
            );
        }
        assert!(access.len() == 1, "{name} has one password");
        let (password, opened) = &access[0];
        assert!(account.passwords.contains(password), "a new password of {name} is lost");
        let access = opened["access_token"].as_str();
        let me = (Method::GET, format!("{url}/api/v1/me"));
        let me = ask(client, me, access, Value::Null).await.expect("shown");
        if let Some(display_name) = account.display_name {
            assert_eq!(me["display_name"], display_name);
        }
        if let Some(token) = account.token {
            assert_eq!(refresh(token).await, sessions_live, "the session of {name}");
        }
        for token in account.ended {
            assert!(!refresh(token).await, "a session of {name} that was ended lives");
        }
    }
}
