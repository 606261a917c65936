//! S102: nothing secret is ever logged, by us or by what we use, at any level.

use std::path::Path;

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::support::Process;

const PASSWORD: &str = "canary-password lantern by a door";
const WRONG: &str = "canary-wrong lantern by a door";
const SECRET: &str = "canary-instance-secret-0123456789abcdef";
const SIGNING: &str = "canary-signing-secret-0123456789abcdef";

async fn start(folder: &Path, format: &str) -> Process {
    let settings = [
        ("VESTIBULE_SECRET", SECRET),
        ("VESTIBULE_SIGNING_ALGORITHM", "HS256"),
        ("VESTIBULE_JWT_SECRET", SIGNING),
        ("VESTIBULE_LOG_LEVEL", "trace"),
        ("VESTIBULE_LOG_FORMAT", format),
        ("VESTIBULE_METRICS_LISTEN", "127.0.0.1:0"),
    ];
    Process::start(folder, &settings).await
}

async fn send(request: RequestBuilder, status: u16) -> (Value, Vec<String>) {
    let answer = request.send().await.expect("answered");
    assert_eq!(answer.status().as_u16(), status);
    assert!(!answer.headers()["x-request-id"].is_empty());
    let lines = answer.headers().get_all("set-cookie").iter();
    let values = lines.filter_map(|line| line.to_str().ok()?.split_once('=')?.1.split(';').next());
    let cookies = values.filter(|value| !value.is_empty()).map(str::to_owned).collect();
    (serde_json::from_str(&answer.text().await.expect("text")).unwrap_or_default(), cookies)
}

/// Everything that people do; answers every secret that came out of it.
async fn live(site: &str) -> Vec<String> {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build();
    let client = client.expect("a client");
    let to = |path: &str| client.post(format!("{site}{path}"));
    let form = |password: &str| json!({ "username": "canary-ada", "password": password });
    let mut secrets = Vec::new();
    send(to("/api/v1/register").json(&form(PASSWORD)), 201).await;
    send(to("/api/v1/register").json(&form(PASSWORD)), 409).await;
    send(to("/api/v1/login").json(&form(WRONG)), 401).await;
    send(to("/api/v1/login").body("{\"password\":\"canary-malformed"), 415).await;
    let mut body = form(PASSWORD);
    body["session"] = json!("token");
    let (told, _) = send(to("/api/v1/login").json(&body), 200).await;
    let text = |told: &Value, name: &str| told[name].as_str().expect("a token").to_owned();
    let (access, refresh) = (text(&told, "access_token"), text(&told, "refresh_token"));
    let again = json!({ "refresh_token": refresh });
    let (told, _) = send(to("/api/v1/token/refresh").json(&again), 200).await;
    secrets.extend([text(&told, "access_token"), text(&told, "refresh_token"), refresh]);
    let proof = json!({ "password": PASSWORD });
    let prove = |access: &str| to("/api/v1/me/reauthenticate").bearer_auth(access);
    let (told, _) = send(prove(&access).json(&proof), 200).await;
    secrets.extend([access, text(&told, "refresh_token")]);
    let access = text(&told, "access_token");
    send(prove(&access).json(&json!({ "password": WRONG })), 401).await;
    let typed = json!({ "form": { "password": PASSWORD, "name": "canary-ada" } });
    send(to("/action/strength").header("origin", site).json(&typed), 200).await;
    let change = json!({ "current_password": WRONG, "new_password": PASSWORD });
    let put = client.put(format!("{site}/api/v1/me/password"));
    send(put.bearer_auth(&access).json(&change), 401).await;

    let page = to("/login").header("origin", site).header("accept", "text/html");
    let fields = [("identifier", "canary-ada"), ("password", PASSWORD)];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let page = page.header("content-type", "application/x-www-form-urlencoded").body(body);
    let (_, cookies) = send(page, 303).await;
    assert_eq!(cookies.len(), 2, "session and device");
    let (_, port) = site.rsplit_once(':').expect("a port");
    let cookie = format!("vestibule_session_{port}={}", cookies[0]);
    let account = format!("{site}/account?canary-query=1");
    send(client.get(account).header("cookie", cookie), 200).await;
    let asked = client.get(format!("{site}/setup?token=canary-setup-token"));
    drop(asked.send().await.expect("answered"));
    send(client.get(format!("{site}/api/v1/me")).bearer_auth("canary-bearer"), 401).await;
    send(to("/api/v1/logout").bearer_auth(&access), 204).await;
    secrets.push(access);
    secrets.extend(cookies);
    secrets
}

async fn nothing_is_logged(format: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let process = start(folder.path(), format).await;
    let mut secrets = live(&process.url).await;
    let metrics = Client::new().get(process.metrics(folder.path())).send().await.expect("answered");
    let metrics = metrics.text().await.expect("text");
    process.ask_to_stop();
    assert!(process.has_ended().await);
    let link = std::fs::read_to_string(folder.path().join("data/setup-link.txt")).expect("a link");
    secrets.push(link.trim().split_once("token=").expect("a token").1.to_owned());
    let known = [PASSWORD, WRONG, SECRET, SIGNING, "canary-malformed", "canary-query"];
    secrets.extend(known.map(str::to_owned));
    secrets.extend(["canary-setup-token", "canary-bearer"].map(str::to_owned));

    let log = std::fs::read_to_string(folder.path().join("log")).expect("a log");
    // Or the test proves nothing.
    for expected in ["DEBUG", "sqlx::query", "/api/v1/token/refresh"] {
        assert!(log.contains(expected), "the log has no {expected}");
    }
    assert!(metrics.contains("vestibule_sign_ins_total"));
    assert!(!metrics.contains("canary"), "{metrics}");
    for secret in secrets {
        assert!(secret.len() >= 12, "too short to be looked for: {secret}");
        if let Some(line) = log.lines().chain(metrics.lines()).find(|line| line.contains(&secret)) {
            panic!("{secret} stands in the log or the metrics:\n{line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s102_no_secret_is_logged_as_text() {
    nothing_is_logged("text").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s102_no_secret_is_logged_as_json() {
    nothing_is_logged("json").await;
}

/// Whatever is logged at all, a failure is: with the id that its answer had.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_is_logged_with_the_id_of_its_request() {
    use sqlx::{Connection, Executor, SqliteConnection};

    let folder = tempfile::tempdir().expect("a folder");
    // That it is ready, and errors.
    let level = [("VESTIBULE_LOG_LEVEL", "error,vestibule::server::serve=info")];
    let process = Process::start(folder.path(), &level).await;
    let path = format!("sqlite://{}", folder.path().join("data/vestibule.db").display());
    let mut database = SqliteConnection::connect(&path).await.expect("SQLite");
    database.execute("alter table users rename to gone").await.expect("broken");
    let typed = json!({ "username": "ada", "password": PASSWORD });
    let login = Client::new().post(format!("{}/api/v1/login", process.url)).json(&typed);
    let answer = login.send().await.expect("answered");
    assert_eq!(answer.status(), 500);
    let id = answer.headers()["x-request-id"].to_str().expect("an id").to_owned();
    process.ask_to_stop();
    assert!(process.has_ended().await);
    let log = std::fs::read_to_string(folder.path().join("log")).expect("a log");
    let failures: Vec<&str> = log.lines().filter(|line| line.contains("request failed")).collect();
    assert!(failures.len() == 1 && failures[0].contains(&id), "{log}");
}
