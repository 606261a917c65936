//! Metrics: what is counted, in a format that a strict reader takes, with few series and nobody's name.

use std::collections::BTreeMap;

use axum::http::Method;
use futures::FutureExt;
use serde_json::json;
use tokio::{sync::watch, time::timeout};
use vestibule::server::{
    db::{DbError, instance},
    http::metrics,
    jobs,
};

use super::support::*;

/// All names of labels, none of which is about a person.
const LABELS: [&str; 10] =
    ["method", "route", "status", "le", "outcome", "limit", "by", "job", "state", "version"];

/// The samples of a text in the OpenMetrics format, by name and labels as written.
struct Scraped(BTreeMap<String, f64>);

impl Scraped {
    async fn of(server: &Server) -> Self {
        let router = Router::around(metrics::router(server.app.clone()));
        let reply = send(&router, get("/metrics")).await.expect(200);
        assert!(reply.header("content-type").starts_with("application/openmetrics-text"));
        Self::read(&reply.text)
    }

    /// Reads it strictly (OpenMetrics 1.0, text format).
    fn read(text: &str) -> Self {
        let document = std::fs::read_to_string("docs/logs-and-metrics.md").expect("the document");
        let body = text.strip_suffix("# EOF\n").expect("an end");
        let (mut family, mut kind) = (String::new(), String::new());
        let mut samples = BTreeMap::new();
        for line in body.lines() {
            if let Some(about) = line.strip_prefix("# ") {
                let words: Vec<&str> = about.splitn(3, ' ').collect();
                let [what, name, rest] = words[..] else { panic!("{line}") };
                assert!(["HELP", "TYPE", "UNIT"].contains(&what), "{line}");
                if what == "HELP" {
                    family = name.to_owned();
                }
                assert_eq!(name, family, "{line}");
                if what == "TYPE" {
                    kind = rest.to_owned();
                }
                continue;
            }
            let (series, value) = line.rsplit_once(' ').expect("a value");
            let name = series.split('{').next().expect("a name");
            assert!(name.starts_with("vestibule_"), "{line}");
            let endings: &[&str] = match kind.as_str() {
                "counter" => &["_total"],
                "histogram" => &["_bucket", "_sum", "_count"],
                "info" => &["_info"],
                "gauge" => &[""],
                _ => panic!("{line}: {kind}"),
            };
            let ending = name.strip_prefix(family.as_str()).expect("its family");
            assert!(endings.contains(&ending), "{line}");
            let shown = if kind == "histogram" { family.as_str() } else { name };
            assert!(document.contains(&format!("`{shown}`")), "{shown} is not in the document");
            for (label, value) in labels(series) {
                assert!(LABELS.contains(&label.as_str()), "{line}");
                assert!(value.len() < 64 && !value.contains(['"', '\\']), "{line}");
            }
            let value = value.replace("+Inf", "inf").parse().expect("a number");
            assert!(samples.insert(series.to_owned(), value).is_none(), "twice: {line}");
        }
        Self(samples)
    }

    fn get(&self, series: &str) -> f64 {
        *self.0.get(series).unwrap_or_else(|| panic!("{series} is not among {:#?}", self.0.keys()))
    }
}

fn labels(series: &str) -> Vec<(String, String)> {
    let Some((_, labels)) = series.split_once('{') else { return Vec::new() };
    let labels = labels.strip_suffix('}').expect("closed");
    let one = |label: &str| {
        let (name, value) = label.split_once('=').expect("a value");
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        (name.to_owned(), value.expect("quoted").to_owned())
    };
    labels
        .split("\",")
        .map(|label| format!("{}\"", label.trim_end_matches('"')))
        .map(|label| one(&label))
        .collect()
}

both! {
    async fn what_happens_is_counted(server: Server) {
        let id = server.register("ada").await;
        let token = server.login("ada").await;
        server.send(guess("ada")).await.expect(401);
        server.send(guess("nobody-has-this-name")).await.expect(401);
        server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
        server.send(get(&format!("/api/v1/users/{id}")).bearer(&token)).await.expect(403);
        let cookie = server.browser("ada").await;
        let refresh = post("/api/v1/token/refresh").same_origin().cookie(&cookie);
        server.send(refresh).await.expect(200);
        let invented = post("/api/v1/token/refresh").json(json!({ "refresh_token": "invented" }));
        server.send(invented).await.expect(400);
        let body = json!({ "password": "wrong horse battery" });
        server.send(post("/api/v1/me/reauthenticate").bearer(&token).json(body)).await.expect(401);

        let scraped = Scraped::of(&server).await;
        let count = |route: &str, method: &str, status: u16| {
            let labels = format!(r#"method="{method}",route="{route}",status="{status}""#);
            scraped.get(&format!("vestibule_http_request_duration_seconds_count{{{labels}}}"))
        };
        assert_eq!(count("/api/v1/me", "GET", 200), 1.0);
        assert_eq!(count("/api/v1/users/{id}", "GET", 403), 1.0);
        assert_eq!(count("/api/v1/login", "POST", 401), 2.0);
        for (series, value) in [
            (r#"vestibule_registrations_total{outcome="success"}"#, 1.0),
            (r#"vestibule_sign_ins_total{outcome="success"}"#, 2.0),
            (r#"vestibule_sign_ins_total{outcome="invalid_credentials"}"#, 2.0),
            (r#"vestibule_refreshes_total{outcome="success"}"#, 1.0),
            (r#"vestibule_refreshes_total{outcome="invalid_grant"}"#, 1.0),
            (r#"vestibule_proofs_total{outcome="invalid_credentials"}"#, 1.0),
            (r#"vestibule_blocks{by="operator"}"#, 0.0),
            ("vestibule_hashing_waiting", 0.0),
            ("vestibule_hashing_shed_total", 0.0),
            ("vestibule_feed_age_seconds", 0.0),
            ("vestibule_log_lost_lines_total", 0.0),
        ] {
            assert_eq!(scraped.get(series), value, "{series}");
        }
        let connections = |state| scraped.get(&format!(r#"vestibule_database_connections{{state="{state}"}}"#));
        assert!(connections("idle") + connections("used") >= 1.0);
        for series in scraped.0.keys() {
            for secret in [&id, "ada", "nobody-has-this-name", "10."] {
                assert!(!series.contains(secret) || series.contains("le=\""), "{series}");
            }
        }
    }

    async fn work_that_waits_for_a_connection_is_counted(server: Server) {
        let (app, _) = server.again_with(|flags| flags.database_connections = Some("2".into())).await;
        let (open, gate) = watch::channel(false);
        let hold = |n: usize| {
            let (db, mut gate) = (app.db.clone(), gate.clone());
            tokio::spawn(async move {
                db.write(move |tx| async move {
                    instance::set_once(tx, &format!("held {n}"), "x").await?;
                    gate.wait_for(|open| *open).await.expect("a gate");
                    Ok::<(), DbError>(())
                }.boxed()).await
            })
        };
        let held: Vec<_> = (0..8).map(hold).collect();
        // One writer, or the three connections of background work.
        until(|| app.db.connections().waiting >= 4).await;
        let router = Router::around(metrics::router(app.clone()));
        let text = send(&router, get("/metrics")).await.expect(200).text;
        assert!(Scraped::read(&text).get("vestibule_database_waiting") >= 4.0);
        open.send_replace(true);
        for held in held {
            held.await.expect("ran").expect("written");
        }
    }

    /// S110: what a client did not wait for is counted and logged, with a status of its own.
    async fn clients_that_hang_up_are_counted(server: Server) {
        server.register("ada").await;
        for request in [guess("ada"), right("ada")] {
            // As hyper drops a request when its connection is closed: polled once, and dropped.
            let mut request = Box::pin(server.send(request));
            assert!(futures::poll!(&mut request).is_pending());
        }
        server.app.background.close();
        timeout(WITHIN, server.app.background.wait()).await.expect("they run to their end");
        until(|| server.app.load.requests.used() == 0).await;
        let scraped = Scraped::of(&server).await;
        let gone = r#"vestibule_http_request_duration_seconds_count{method="POST",route="/api/v1/login",status="499"}"#;
        assert_eq!(scraped.get(gone), 2.0);
        assert_eq!(scraped.get(r#"vestibule_sign_ins_total{outcome="invalid_credentials"}"#), 1.0);
        assert_eq!(scraped.get(r#"vestibule_sign_ins_total{outcome="success"}"#), 1.0);
        assert_eq!(scraped.get("vestibule_open_requests"), 0.0);
    }

    async fn limits_and_blocks_are_counted(server: Server) {
        server.register("ada").await;
        guess_until_refused(&server.router, "ada").await;
        let scraped = Scraped::of(&server).await;
        assert_eq!(scraped.get(r#"vestibule_limit_refusals_total{limit="sign-in account"}"#), 1.0);
        assert_eq!(scraped.get(r#"vestibule_sign_ins_total{outcome="account_throttled"}"#), 1.0);
    }

    async fn jobs_are_measured(server: Server) {
        let mut table = jobs::table(None);
        table.iter_mut().for_each(|job| job.first = std::time::Duration::ZERO);
        let started = jobs::BackgroundJobs::start(&server.app, table);
        until(|| server.app.jobs.all().iter().all(|job| job.last().successes > 0)).await;
        let scraped = Scraped::of(&server).await;
        for job in server.app.jobs.all() {
            let of = |what: &str| scraped.get(&format!("vestibule_job_{what}{{job=\"{}\"}}", job.spec.name));
            let now = server.app.clock.now_s() as f64;
            assert_eq!(of("last_success_timestamp_seconds"), now);
            assert!(of("last_duration_seconds") > 0.0);
            assert_eq!(of("interval_seconds"), job.spec.every.as_secs_f64());
            assert!(of("successes_total") >= 1.0);
            assert_eq!(of("failures_total"), 0.0);
        }
        started.end().await;
    }
}

/// Whatever clients invent is one series.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_cannot_make_series() {
    let server = Server::new(Backend::Sqlite).await;
    let invent = async |n: usize| {
        server.send(get(&format!("/invented-{n}"))).await.expect(404);
        server.send(get(&format!("/pkg/invented-{n}.js"))).await.expect(404);
        server.send(get(&format!("/api/v1/users/invented-{n}"))).await.expect(401);
        let method = Method::from_bytes(format!("INVENTED{n}").as_bytes()).expect("a method");
        server.send(Request::new(method.clone(), "/login")).await.expect(405);
        server.send(Request::new(method, &format!("/invented-{n}"))).await.expect(404);
    };
    invent(0).await;
    let few = Scraped::of(&server).await.0.len();
    for n in 1..50 {
        invent(n).await;
    }
    let scraped = Scraped::of(&server).await;
    assert_eq!(scraped.0.len(), few);
    for (method, route, status) in [
        ("GET", "other", 404),
        ("GET", "/pkg/*", 404),
        ("other", "/login", 405),
        ("other", "other", 404),
    ] {
        let labels = format!(r#"method="{method}",route="{route}",status="{status}""#);
        let count = format!("vestibule_http_request_duration_seconds_count{{{labels}}}");
        assert_eq!(scraped.get(&count), 50.0);
    }
}

/// A listener of its own, off by default; the one for people has no metrics.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_metrics_have_a_listener_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("VESTIBULE_METRICS_LISTEN", "127.0.0.1:0")];
    let process = Process::start(folder.path(), &settings).await;
    let metrics = process.metrics(folder.path());
    let ask = async |url: String| reqwest::get(url).await.expect("an answer");
    let scraped = ask(metrics.clone()).await;
    assert_eq!(scraped.status(), 200);
    let scraped = Scraped::read(&scraped.text().await.expect("text"));
    assert_eq!(scraped.get(r#"vestibule_build_info{version="0.1.0"}"#), 1.0);
    assert!(scraped.get("vestibule_feed_age_seconds") < 60.0);
    for path in ["/", "/healthz", "/api/v1/me"] {
        let elsewhere = metrics.replace("/metrics", path);
        assert_eq!(ask(elsewhere).await.status(), 404, "{path}");
    }
    assert_eq!(ask(format!("{}/metrics", process.url)).await.status(), 404);
}
