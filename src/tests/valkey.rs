//! Limits that several processes count in Valkey or Redis (S29, S31).

use std::net::Ipv4Addr;

use futures::future::join_all;
use proptest::prelude::*;
use vestibule::server::service::{
    agent::Agent,
    follow,
    limits::{self, Limit, LimitReservation, Source},
};

use super::support::*;

async fn counting_in(store: &str) -> Server {
    Server::with(Backend::Sqlite, |flags| flags.limits = Some(store.into())).await
}

/// How many guesses reach the hashing, of one more than the burst at each of two processes: counting apart, they would let
/// through twice as many. All are counted within the time that a request waits for a shared count.
async fn tried(server: &Server, other: &Router) -> usize {
    let guesses = (0..=ACCOUNT_BURST).flat_map(|_| [&server.router, other]);
    let replies = join_all(guesses.map(|router| send(router, guess("ada")))).await;
    replies.iter().filter(|reply| reply.status == 401).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s29_processes_count_together() {
    let valkey = Valkey::start();
    let server = counting_in(&valkey.url()).await;
    server.register("ada").await;
    let (_, other) = server.again().await;
    let tried = tried(&server, &other).await;
    assert!((1..=ACCOUNT_BURST).contains(&tried), "{tried} reached the hashing");
    guess_until_refused(&server.router, "ada").await;
    let refused = send(&other, right("ada")).await.expect_problem(429, "account_throttled");
    let wait: i64 = refused.header("retry-after").parse().expect("seconds");
    server.app.clock.advance(wait);
    send(&other, right("ada")).await.expect(200);
    // Success cleared it for both.
    server.send(guess("ada")).await.expect(401);
}

/// S31: nothing stays for ever, and no name that was typed is stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s31_what_is_stored_ends_by_itself_and_names_nobody() {
    let valkey = Valkey::start();
    let server = counting_in(&valkey.url()).await;
    server.send(guess("my secret password")).await.expect(401);
    let client = redis::Client::open(valkey.url()).expect("an address");
    let mut connection = client.get_connection().expect("it listens");
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut connection).expect("keys");
    assert_eq!(keys.len(), 5, "{keys:?}");
    for key in keys {
        let ends: i64 = redis::cmd("PTTL").arg(&key).query(&mut connection).expect("a time");
        assert!(ends > 0, "{key} ends");
        let (place, name) = key.rsplit_once(':').expect("a place");
        assert!(place == "vestibule:limit" && name.len() == 22 && !name.contains(' '), "{key}");
    }
}

/// While the store is away each process counts by itself: nobody is locked out, and nobody tries without end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_away_neither_locks_out_nor_lets_in() {
    let mut valkey = Valkey::start();
    let server = counting_in(&valkey.url()).await;
    server.register("ada").await;
    let (_, other) = server.again().await;
    valkey.stop();
    server.send(right("ada")).await.expect(200);
    let tried_alone = tried(&server, &other).await;
    assert!((1..=2 * ACCOUNT_BURST).contains(&tried_alone), "{tried_alone} reached the hashing");
    for router in [&server.router, &other] {
        guess_until_refused(router, "ada").await;
    }
    valkey.start_again();
    // It is asked again after a second, and knows nothing of what was counted elsewhere. Who asks first may
    // still be told of the old connection.
    let mut seconds = 0;
    while server.send(right("ada")).await.status != 200 {
        server.app.clock.advance(1);
        seconds += 1;
        assert!(seconds < 100, "long before the process's own counts would let anybody in");
    }
    server.app.clock.advance(1);
    while send(&other, right("ada")).await.status != 200 {
        server.app.clock.advance(1);
        seconds += 1;
        assert!(seconds < 100, "the other process too");
    }
    let tried = tried(&server, &other).await;
    assert!((1..=ACCOUNT_BURST).contains(&tried), "{tried} reached the hashing");
}

/// A wrong password is told at the start, and not shown; the server serves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_of_the_store_is_reported_at_the_start() {
    let valkey = Valkey::start();
    let folder = tempfile::tempdir().expect("a folder");
    let log = || std::fs::read_to_string(folder.path().join("log")).expect("a log");
    let said = "the shared store of limits does not answer";
    for (url, is_told) in [(valkey.url(), false), (format!("{}?pass=hush", valkey.url()), true)] {
        drop(Process::start(folder.path(), &[("VESTIBULE_LIMITS", &url)]).await);
        let log = log();
        assert_eq!(log.contains(said), is_told, "{log}");
        assert!(!log.contains("hush"), "{log}");
    }
    assert!(log().contains("Password authentication failed"), "{}", log());
}

/// S22: the operator's word reaches the store by the feed, once, and a process that starts forgets nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unlock_reaches_the_store_once() {
    let valkey = Valkey::start();
    let server = counting_in(&valkey.url()).await;
    server.register("ada").await;
    guess_until_refused(&server.router, "ada").await;
    let (_, restarted) = server.again().await;
    send(&restarted, right("ada")).await.expect_problem(429, "account_throttled");
    // The command line, told of no store.
    let (command, _) = server.again_with(|flags| flags.limits = None).await;
    limits::unlock(&command, Agent::Operator, "ada").await.expect("unlocked");
    send(&restarted, right("ada")).await.expect_problem(429, "account_throttled");
    follow::all(&server.app).await.expect("the feed");
    send(&restarted, right("ada")).await.expect(200);
    guess_until_refused(&server.router, "ada").await;
    follow::again(&server.app).await.expect("the feed");
    send(&restarted, right("ada")).await.expect_problem(429, "account_throttled");
}

/// What may happen to buckets.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// One more from a source, at an account.
    Take,
    GiveBack,
    Clear,
    /// The operator unlocks the account.
    Unlock,
    /// Seconds; a clock may be set back, too.
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => Just(Step::Take),
        1 => Just(Step::GiveBack),
        1 => Just(Step::Clear),
        1 => Just(Step::Unlock),
        3 => (-600..600_i64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..120)
}

/// What a server answers to each step: nothing, or for how long to wait.
async fn answers(server: &Server, steps: &[Step], n: u32) -> Vec<Option<u32>> {
    let source = Source::of(Some(&Ipv4Addr::from(0x0a00_0000 + n * 256).to_string()));
    // The account is the same in all cases, and begins each of them with nothing counted.
    limits::unlock(&server.app, Agent::Operator, "ada").await.expect("unlocked");
    let all = [
        Limit::SignInPair(source, "ada"),
        Limit::SignInAccount("ada"),
        Limit::SignInAccountLong("ada"),
        Limit::Registration(source),
    ];
    let (mut held, mut answers) = (Vec::<LimitReservation>::new(), Vec::new());
    for step in steps {
        match step {
            Step::Take => match limits::take(&server.app, &all).await {
                Ok(taken) => {
                    held.push(taken);
                    answers.push(None);
                }
                Err(refused) => answers.push(refused.into_api().retry_after),
            },
            Step::GiveBack => {
                if let Some(taken) = held.pop() {
                    taken.give_back(&server.app).await;
                }
            }
            Step::Clear => {
                if let Some(taken) = held.pop() {
                    taken.clear(&server.app).await;
                }
            }
            Step::Unlock => {
                limits::unlock(&server.app, Agent::Operator, "ada").await.expect("unlocked")
            }
            Step::Wait(seconds) => server.app.clock.advance(*seconds),
        }
    }
    answers
}

/// Memory, database and Valkey give the same answers, whatever comes in whatever order.
#[test]
fn every_store_counts_alike_in_valkey_too() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let valkey = Valkey::start();
    let url = valkey.url();
    let servers = runtime.block_on(join_all(["memory", "database", &url].map(counting_in)));
    for server in &servers {
        runtime.block_on(server.register("ada"));
    }
    let n = std::cell::Cell::new(0);
    let cases =
        ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(cases, |(steps in steps())| {
        n.set(n.get() + 1);
        let all = runtime.block_on(join_all(
            servers.iter().map(|server| answers(server, &steps, n.get())),
        ));
        prop_assert_eq!(&all[0], &all[1], "the database");
        prop_assert_eq!(&all[0], &all[2], "Valkey");
    });
}
