//! The attacks, each bounded in number, rate and time.

use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use tokio::{io::AsyncWriteExt, task::JoinSet};

use super::h2;
use crate::client::{Connection, PASSWORD, member};

/// An attack and its name.
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    /// Maximum growth of the process meanwhile, in MiB.
    pub(crate) growth_max: u64,
    /// Answers how many requests of somebody honest at the attacker's own address were refused.
    pub(crate) run: fn(String, Duration) -> BoxFuture<'static, usize>,
}

/// Maximum growth caused by one source, in MiB.
const ONE_SOURCE: u64 = 96;
/// Memory of the maximum number of connections, in MiB: 32 KiB each.
const ALL_CONNECTIONS: u64 = 312;

macro_rules! attack {
    ($name:literal, $growth_max:expr, $run:ident) => {
        Attack {
            name: $name,
            growth_max: $growth_max,
            run: |address, time| {
                Box::pin(async move {
                    $run(address, time).await;
                    0
                })
            },
        }
    };
    ($name:literal, $growth_max:expr, $run:ident beside) => {
        Attack {
            name: $name,
            growth_max: $growth_max,
            run: |address, time| Box::pin($run(address, time)),
        }
    };
}

/// All attacks, in the order in which their faults were found.
pub(crate) const ALL: &[Attack] = &[
    attack!("60 kB of ligatures to registration, 20 a second", ONE_SOURCE, letters),
    attack!("right passwords of one account, 240 a second", ONE_SOURCE, right_passwords),
    attack!("the dearest passwords to the strength meter", ONE_SOURCE, dear_passwords),
    attack!("guesses whose client hangs up, 40 a second", ONE_SOURCE, hung_up),
    attack!("950 heads of 390 kB that never end", ONE_SOURCE, heads),
    attack!("4,000 bodies over HTTP/2 that never end", ONE_SOURCE, bodies),
    attack!("10,000 idle HTTP/2 connections of 10 addresses", ALL_CONNECTIONS, idle),
    attack!("invented refresh tokens of the same address", ONE_SOURCE, invented_tokens beside),
    attack!("changes of one's own name, as fast as they go", ONE_SOURCE, changes),
];

/// The account of an attacker.
const ATTACKER: &str = "attacker";

/// Makes the attacker's account.
pub(crate) async fn prepare(address: &str) {
    Connection::open_from([127, 0, 7, 1], address).await.register(ATTACKER).await;
    Connection::open_from([127, 0, 7, 2], address).await.register("victim").await;
    Connection::open_from([127, 0, 7, 3], address).await.register("honest").await;
}

/// Begins something so many times a second, whatever became of those before.
async fn at_rate<F: Future<Output = ()> + Send + 'static>(
    rate: u32,
    time: Duration,
    begin: impl Fn(usize) -> F,
) {
    let (began, mut begun, mut n) = (Instant::now(), JoinSet::new(), 0);
    while began.elapsed() < time {
        begun.spawn(begin(n));
        n += 1;
        let due = began + Duration::from_secs(1) * u32::try_from(n).expect("few") / rate;
        tokio::time::sleep(due.saturating_duration_since(Instant::now())).await;
    }
    // What is not answered by then is given up.
    drop(tokio::time::timeout(Duration::from_secs(2), begun.join_all()).await);
}

async fn send(source: [u8; 4], address: &str, path: &str, body: &str) {
    if let Some(mut connection) = Connection::try_open_from(source, address).await {
        drop(connection.try_send("POST", path, "", body).await);
    }
}

async fn letters(address: String, time: Duration) {
    let letters = "\u{fdfa}".repeat(20_000);
    let body = format!(r#"{{"username":"{letters}","password":"{PASSWORD}"}}"#);
    at_rate(20, time, |_| {
        let (address, body) = (address.clone(), body.clone());
        async move { send([127, 0, 0, 21], &address, "/api/v1/register", &body).await }
    })
    .await;
}

async fn right_passwords(address: String, time: Duration) {
    let body = format!(r#"{{"username":"{ATTACKER}","password":"{PASSWORD}"}}"#);
    at_rate(240, time, |_| {
        let (address, body) = (address.clone(), body.clone());
        async move { send([127, 0, 0, 31], &address, "/api/v1/login", &body).await }
    })
    .await;
}

async fn dear_passwords(address: String, time: Duration) {
    let password: String = "({[<@4!1|7+5$069".repeat(5).chars().take(72).collect();
    let body = format!(r#"{{"form":{{"password":"{password}","name":"({{[<@4!1|","email":""}}}}"#);
    at_rate(20, time, |n| {
        let (address, body) = (address.clone(), body.clone());
        let source = [127, 0, 0, 41 + u8::try_from(n % 4).expect("four")];
        async move {
            if let Some(mut connection) = Connection::try_open_from(source, &address).await {
                drop(connection.try_send_from_page("/action/strength", &body).await);
            }
        }
    })
    .await;
}

async fn hung_up(address: String, time: Duration) {
    let body = r#"{"username":"victim","password":"wrong horse battery"}"#;
    at_rate(40, time, |n| {
        let address = address.clone();
        let source = [127, 0, 0, 51 + u8::try_from(n % 20).expect("twenty")];
        async move {
            if let Some(connection) = Connection::try_open_from(source, &address).await {
                connection.send_and_hang_up("/api/v1/login", body, Duration::from_millis(4)).await;
            }
        }
    })
    .await;
}

/// Opens so many connections, writes to each, and keeps them until the time is over.
async fn hold(address: String, time: Duration, sources: &[[u8; 4]], each: usize, bytes: Vec<u8>) {
    let until = Instant::now() + time;
    let mut open = JoinSet::new();
    for source in sources {
        for _ in 0..each {
            let (source, address, bytes) = (*source, address.clone(), bytes.clone());
            open.spawn(async move {
                let Some(connection) = Connection::try_open_from(source, &address).await else {
                    return;
                };
                let mut stream = connection.into_stream();
                let left = until.saturating_duration_since(Instant::now());
                drop(
                    tokio::time::timeout(left, async {
                        // A server that has had enough closes.
                        if stream.write_all(&bytes).await.is_ok() {
                            h2::answer_pings(stream).await;
                        }
                    })
                    .await,
                );
            });
        }
    }
    open.join_all().await;
}

async fn heads(address: String, time: Duration) {
    let port = address.rsplit_once(':').expect("a port").1;
    let mut head = format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\n");
    for _ in 0..6 {
        head.push_str(&format!("X-A: {}\r\n", "a".repeat(65_000)));
    }
    hold(address, time, &[[127, 0, 0, 71]], 950, head.into_bytes()).await;
}

async fn bodies(address: String, time: Duration) {
    let port = address.rsplit_once(':').expect("a port").1;
    let (host, mut bytes) = (format!("localhost:{port}"), h2::preface());
    for n in 0..100 {
        bytes.extend(h2::unfinished_post(2 * n + 1, &host, "/api/v1/login", 65_000));
    }
    hold(address, time, &[[127, 0, 0, 72]], 40, bytes).await;
}

async fn idle(address: String, time: Duration) {
    let port = address.rsplit_once(':').expect("a port").1;
    let mut bytes = h2::preface();
    bytes.extend(h2::get(1, &format!("localhost:{port}"), "/healthz"));
    let sources: Vec<[u8; 4]> = (1..=10).map(|n| [127, 0, 1, n]).collect();
    hold(address, time, &sources, 1_000, bytes).await;
}

async fn invented_tokens(address: String, time: Duration) -> usize {
    let body = r#"{"refresh_token":"x"}"#;
    let owner = async {
        let mut connection = Connection::open_from([127, 0, 0, 81], &address).await;
        let (mut refresh, _) = connection.sign_in("honest").await;
        let (began, mut refused) = (Instant::now(), 0);
        while began.elapsed() < time {
            let body = format!(r#"{{"refresh_token":"{refresh}"}}"#);
            match connection.send("POST", "/api/v1/token/refresh", "", &body).await {
                (200, answer) => refresh = member(&answer, "refresh_token").to_owned(),
                _ => refused += 1,
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        refused
    };
    let attack = at_rate(100, time, |_| {
        let address = address.clone();
        async move { send([127, 0, 0, 81], &address, "/api/v1/token/refresh", body).await }
    });
    let (refused, ()) = futures::future::join(owner, attack).await;
    refused
}

async fn changes(address: String, time: Duration) {
    let mut connection = Connection::open_from([127, 0, 0, 91], &address).await;
    let (_, token) = connection.sign_in(ATTACKER).await;
    let mut clients = JoinSet::new();
    for client in 0..16 {
        let (address, token) = (address.clone(), token.clone());
        clients.spawn(async move {
            let mut connection = Connection::open_from([127, 0, 0, 91], &address).await;
            let (began, mut n) = (Instant::now(), 0);
            // As many as the fault was found with: 1,900 a second together.
            while began.elapsed() < time {
                let body = format!(r#"{{"display_name":"{client} {n}"}}"#);
                connection.send("PATCH", "/api/v1/me", &token, &body).await;
                n += 1;
                tokio::time::sleep(Duration::from_millis(8)).await;
            }
        });
    }
    clients.join_all().await;
}
