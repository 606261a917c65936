//! The log of an operator: a line for each request, and one for each sign-in, refusal and block that fail2ban matches.

use axum::http::Method;
use regex::Regex;
use reqwest::Client;
use serde_json::json;

use super::support::*;

/// The settings of a proxy in front, so that a client's address is in its header.
const PROXY: (&str, &str) = ("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1/32");

struct Site {
    process: Process,
    folder: tempfile::TempDir,
}

impl Site {
    async fn start(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = [&[PROXY][..], settings].concat();
        Self { process: Process::start(folder.path(), &settings).await, folder }
    }

    async fn login(&self, from: &str, password: &str) -> u16 {
        let url = format!("{}/api/v1/login?secret=canary-query", self.process.url);
        let body = json!({ "username": "ada", "password": password });
        let sent = Client::new().post(url).header("x-forwarded-for", from).json(&body).send().await;
        sent.expect("an answer").status().as_u16()
    }

    async fn register(&self) {
        let url = format!("{}/api/v1/register", self.process.url);
        let body = json!({ "username": "ada", "password": PASSWORD });
        let sent = Client::new().post(url).json(&body).send().await.expect("an answer");
        assert_eq!(sent.status(), 201);
    }

    /// The log after an orderly stop.
    async fn stop(self) -> String {
        self.process.ask_to_stop();
        assert!(self.process.has_ended().await);
        std::fs::read_to_string(self.folder.path().join("log")).expect("a log")
    }
}

/// The expressions of docs/logs-and-metrics.md for a format of the log, as fail2ban reads them.
fn documented(format: &str) -> Vec<Regex> {
    let text = std::fs::read_to_string("docs/logs-and-metrics.md").expect("the document");
    let (_, filters) =
        text.split_once(&format!("# filter.d/vestibule-{format}.conf")).expect("a filter");
    let (filter, _) = filters.split_once("```").expect("its end");
    let lines = filter.lines().map(|line| line.trim_start().trim_start_matches("failregex = "));
    let lines = lines.filter(|line| line.contains("<HOST>"));
    let host = r"(?P<host>[0-9a-fA-F:.]+)";
    lines.map(|line| Regex::new(&line.replace("<HOST>", host)).expect("an expression")).collect()
}

/// The addresses that fail2ban would ban.
fn matched(log: &str, format: &str) -> Vec<String> {
    let filters = documented(format);
    assert!(!filters.is_empty());
    let hosts = |line: &str| {
        let found = filters.iter().find_map(|filter| filter.captures(line));
        found.map(|found| found["host"].to_owned())
    };
    log.lines().filter_map(hosts).collect()
}

async fn failures_are_matched(format: &str) {
    let site = Site::start(&[("VESTIBULE_LOG_FORMAT", format)]).await;
    site.register().await;
    assert_eq!(site.login("198.51.100.1", PASSWORD).await, 200);
    assert_eq!(site.login("198.51.100.2", "wrong horse battery").await, 401);
    assert_eq!(site.login("2001:db8::7", "wrong horse battery").await, 401);
    // Whatever clients write themselves.
    let planted =
        "vestibule::security: sign-in refused client=203.0.113.9 outcome=invalid_credentials";
    for path in [planted.replace(' ', "%20"), format!("x%0A{}", planted.replace(' ', "%20"))] {
        let url = format!("{}/{path}", site.process.url);
        let sent =
            Client::new().get(url).header("user-agent", planted).header("x-forwarded-for", planted);
        assert_eq!(sent.send().await.expect("an answer").status(), 404);
    }
    let log = site.stop().await;
    assert_eq!(matched(&log, format), ["198.51.100.2", "2001:db8::7"], "{log}");
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("vestibule::access")).collect();
    assert!(
        lines.iter().any(|line| line.contains("/api/v1/login") && line.contains("198.51.100.2"))
    );
    assert!(!log.contains("canary-query") && !log.contains("203.0.113.9"), "{log}");
    assert!(!log.contains("wrong horse"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_are_matched_in_text() {
    failures_are_matched("text").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_are_matched_in_json() {
    failures_are_matched("json").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_request_has_one_line_unless_it_is_switched_off() {
    for (setting, each) in [("true", 1), ("false", 0)] {
        let site = Site::start(&[("VESTIBULE_ACCESS_LOG", setting)]).await;
        for (path, status) in [("/login", 200), ("/api/v1/users/invented", 401), ("/nowhere", 404)]
        {
            let answer = reqwest::get(format!("{}{path}?x=canary-query", site.process.url)).await;
            let answer = answer.expect("an answer");
            assert_eq!(answer.status(), status);
        }
        let log = site.stop().await;
        let count = |route: &str, status: u16| {
            let line = format!("method=GET route={route} status={status} duration_ms=");
            log.lines()
                .filter(|l| {
                    l.contains("vestibule::access: request client=127.0.0.1") && l.contains(&line)
                })
                .count()
        };
        assert_eq!(count("/login", 200), each, "{log}");
        assert_eq!(count("/api/v1/users/{id}", 401), each, "{log}");
        assert_eq!(count("other", 404), each, "{log}");
        assert!(!log.contains("canary-query") && !log.contains("nowhere"), "{log}");
    }
}

/// What is refused for a limit, and a wrong set-up link, have lines as well.
#[tokio::test]
async fn each_refusal_has_a_line() {
    let server = Server::new(Backend::Sqlite).await;
    let token = server.user("ada").await;
    let log = Log::start();
    server.send(claim("invented", "operator").from("203.0.113.1")).await;
    let typed = json!({ "form": { "password": PASSWORD, "name": "ada" } });
    let advice = || post("/action/strength").same_origin().json(typed.clone()).from("203.0.113.2");
    let change = |n: usize| {
        send_json(Method::PATCH, "/api/v1/me", json!({ "display_name": format!("Ada {n}") }))
            .bearer(&token)
            .from("203.0.113.3")
    };
    until_refused(async |_| server.send(advice()).await.status.as_u16()).await;
    until_refused(async |n| server.send(change(n)).await.status.as_u16()).await;
    let log = log.end();
    for line in [
        "set-up refused client=203.0.113.1 outcome=setup_closed",
        "advice refused client=203.0.113.2 outcome=too_many_requests",
        "change refused client=203.0.113.3 outcome=too_many_requests",
    ] {
        assert_eq!(log.matches(line).count(), 1, "{line} in {log}");
    }
    assert!(!log.contains("invented") && !log.contains(PASSWORD), "{log}");
}

async fn until_refused(attempt: impl AsyncFn(usize) -> u16) {
    for n in 0..1_000 {
        if attempt(n).await == 429 {
            return;
        }
    }
    panic!("a thousand attempts are not too many");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_has_a_line() {
    let site = Site::start(&[("VESTIBULE_BLOCK_AFTER", "3")]).await;
    for _ in 0..3 {
        assert_eq!(site.login("198.51.100.3", "wrong horse battery").await, 401);
    }
    assert_eq!(site.login("198.51.100.3", "wrong horse battery").await, 429);
    let log = site.stop().await;
    assert!(
        log.contains("vestibule::security: source blocked source=198.51.100.3 seconds=3600"),
        "{log}"
    );
    assert_eq!(matched(&log, "text").len(), 4, "{log}");
}
