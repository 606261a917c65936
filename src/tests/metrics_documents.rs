//! The dashboard and the alerts name metrics and labels that a server has.

use std::collections::HashSet;

use regex::Regex;
use reqwest::Client;
use serde_json::{Value, json};

use super::support::*;

/// Labels that Prometheus adds to each series; a label `job` of the server has the last name then.
const ADDED: [&str; 3] = ["instance", "job", "exported_job"];

/// The expressions of a dashboard.
fn expressions(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(text) if name == "expr" => found.push(text.to_owned()),
                    _ => expressions(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| expressions(item, found)),
        _ => {}
    }
}

/// All that an expression finds in a text.
fn all(expression: &str, text: &str) -> Vec<String> {
    let expression = Regex::new(expression).expect("an expression");
    expression.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

/// The metrics of a server in which each counter has counted something.
async fn scraped() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let process =
        Process::start(folder.path(), &[("VESTIBULE_METRICS_LISTEN", "127.0.0.1:0")]).await;
    let client = Client::new();
    let send = async |path: &str, body: Value, token: &str| {
        let mut request = client.post(format!("{}/api/v1/{path}", process.url)).json(&body);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"))
    };
    let right = json!({ "username": "ada", "password": PASSWORD });
    assert_eq!(send("register", right.clone(), "").await.0, 201);
    let (status, session) = send("login", right, "").await;
    assert_eq!(status, 200);
    let token = session["access_token"].as_str().expect("a token");
    let wrong_proof = json!({ "password": "wrong horse battery" });
    assert_eq!(send("me/reauthenticate", wrong_proof, token).await.0, 401);
    let invented = json!({ "refresh_token": "invented" });
    assert_eq!(send("token/refresh", invented.clone(), "").await.0, 400);
    let limited = async { while send("token/refresh", invented.clone(), "").await.0 != 429 {} };
    tokio::time::timeout(WITHIN, limited).await.expect("a limit");
    let answer = client.get(process.metrics(folder.path())).send().await.expect("an answer");
    answer.text().await.expect("text")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_dashboard_and_the_alerts_name_what_there_is() {
    let scraped = scraped().await;
    let series: Vec<&str> = scraped.lines().filter(|line| !line.starts_with('#')).collect();
    let names: HashSet<&str> =
        series.iter().filter_map(|line| line.split(['{', ' ']).next()).collect();
    let mut labels: HashSet<String> =
        all(r#"[{,](\w+)=""#, &series.join("\n")).into_iter().collect();
    labels.extend(ADDED.map(str::to_owned));

    let read = |name: &str| std::fs::read_to_string(format!("docs/{name}")).expect("a document");
    let mut dashboard = Vec::new();
    let document = serde_json::from_str(&read("grafana-dashboard.json")).expect("JSON");
    expressions(&document, &mut dashboard);
    let used = format!("{}\n{}", dashboard.join("\n"), read("alerts.yml"));
    let metrics = all(r"\b(vestibule_\w+)", &used);
    assert!(dashboard.len() > 20 && metrics.len() > 30, "{metrics:?}");
    for metric in metrics {
        assert!(names.contains(metric.as_str()), "{metric} is not among {names:?}");
    }
    let mut named = all(r#"(\w+)(?:=|!=|=~|!~)""#, &used);
    named.extend(
        all(r"by \(([^)]*)\)", &used).iter().flat_map(|list| list.split(", ")).map(str::to_owned),
    );
    assert!(named.len() > 20, "{named:?}");
    for label in named {
        assert!(labels.contains(&label), "{label} is not among {labels:?}");
    }
    for alert in all(r"- alert: (\w+)", &used) {
        assert!(read("logs-and-metrics.md").contains(&format!("| {alert} |")), "{alert}");
    }
}
