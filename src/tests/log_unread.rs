//! A log that nobody reads, or that cannot be written, costs its lines and nothing else (S112).

use std::{
    fs::File,
    io::{PipeReader, pipe},
    os::fd::OwnedFd,
    process::Stdio,
};

use futures::future::join_all;
use reqwest::Client;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::support::*;

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// What becomes of the lines.
#[derive(Clone, Copy, Debug)]
enum End {
    /// The reader of the pipe has gone.
    Gone,
    /// It is there and reads nothing.
    Asleep,
    /// The terminal has gone.
    Terminal,
    /// The disk is full.
    Full,
}

impl End {
    /// Standard error of the process, and what has to be kept meanwhile.
    fn open(self) -> (Stdio, Option<PipeReader>) {
        match self {
            Self::Gone => (pipe().expect("a pipe").1.into(), None),
            Self::Asleep => {
                let (reader, writer) = pipe().expect("a pipe");
                (writer.into(), Some(reader))
            }
            Self::Terminal => {
                let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
                grantpt(&terminal).and_then(|()| unlockpt(&terminal)).expect("unlocked");
                let name = ptsname(&terminal, Vec::new()).expect("a name");
                let side = File::options().write(true).open(name.to_str().expect("text"));
                (OwnedFd::from(side.expect("opened")).into(), None)
            }
            Self::Full => {
                (File::options().write(true).open("/dev/full").expect("there").into(), None)
            }
        }
    }
}

/// Registers and signs somebody in, and calls the API; answers the three statuses.
async fn works(process: &Process, name: &str) -> [u16; 3] {
    let client = Client::new();
    let send = async |path: &str| {
        let body = json!({ "username": name, "password": PASSWORD });
        let sent = client.post(format!("{}{path}", process.url)).json(&body).send().await;
        sent.expect("an answer, whatever became of the log")
    };
    let registered = send("/api/v1/register").await.status().as_u16();
    let login = send("/api/v1/login").await;
    let status = login.status().as_u16();
    let body: Value = login.json().await.expect("JSON");
    let token = body["access_token"].as_str().unwrap_or_default();
    let me = client.get(format!("{}/api/v1/me", process.url)).bearer_auth(token).send().await;
    [registered, status, me.expect("an answer, whatever became of the log").status().as_u16()]
}

async fn goes_on_unread(end: End, level: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, kept) = end.open();
    let settings = [("VESTIBULE_LOG_LEVEL", level)];
    let process = Process::start_unheard(folder.path(), &settings, log).await;
    assert_eq!(works(&process, "ada").await, [201, 200, 200], "{end:?} at {level}");
    process.allow_files_of(Some(0));
    assert_eq!(works(&process, "grace").await[..2], [503, 503], "{end:?} at {level}");
    process.allow_files_of(None);
    process.becomes_ready().await;
    assert_eq!(works(&process, "grace").await, [201, 200, 200], "{end:?} at {level}");
    process.ask_to_stop();
    assert!(process.has_ended().await, "{end:?} at {level}");
    drop(kept);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_work_goes_on_without_a_reader_at_every_level() {
    for end in [End::Gone, End::Asleep, End::Terminal, End::Full] {
        join_all(LEVELS.map(|level| goes_on_unread(end, level))).await;
    }
}

/// The jobs too live through an outage that nobody can be told of.
mod an_outage_that_nobody_reads_of_is_lived_through {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        join_all(LEVELS.map(lived_through)).await;
    }

    async fn lived_through(level: &str) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut relay = Relay::start().await;
        let (log, _) = End::Gone.open();
        let url = relay.url();
        let settings = [("VESTIBULE_DATABASE_URL", url.as_str()), ("VESTIBULE_LOG_LEVEL", level)];
        let process = Process::start_unheard(folder.path(), &settings, log).await;
        assert_eq!(works(&process, "ada").await, [201, 200, 200], "{level}");
        relay.cut();
        process.answers("/readyz", 503).await;
        assert_eq!(works(&process, "ada").await[..2], [503, 503], "{level}");
        relay.mend();
        process.becomes_ready().await;
        assert_eq!(works(&process, "grace").await, [201, 200, 200], "{level}");
        process.ask_to_stop();
        assert!(process.has_ended().await, "{level}");
    }
}

/// The lines that were lost are counted, and that is said when the log can be written again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_lines_are_counted_and_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("VESTIBULE_METRICS_LISTEN", "127.0.0.1:0")];
    let process = Process::start(folder.path(), &settings).await;
    let metrics = process.metrics(folder.path());
    let read = || std::fs::read_to_string(folder.path().join("log")).expect("a log");
    process.allow_files_of(Some(0));
    let lost = async {
        loop {
            process.answers("/login", 200).await;
            let scraped = reqwest::get(&metrics).await.expect("an answer").text().await;
            if !scraped.expect("text").contains("vestibule_log_lost_lines_total 0") {
                return;
            }
        }
    };
    timeout(WITHIN, lost).await.expect("in time");
    assert!(!read().contains("has lost lines"));
    process.allow_files_of(None);
    let told = async {
        while !read().contains("the log has lost lines lines=") {
            process.answers("/login", 200).await;
        }
    };
    timeout(WITHIN, told).await.expect("in time");
    process.ask_to_stop();
    assert!(process.has_ended().await);
}
