//! Ten times more logins than can be served, and their effect on other requests.
//!
//! Open loop: requests are sent when they are due, whether earlier ones have been answered or not.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::JoinHandle;

use crate::{
    client::{Connection, Idle, PASSWORD},
    process::peak,
};

/// Accounts, each tried from an address of its own.
const ACCOUNTS: usize = 200;
/// Guarded requests a second, quiet or not.
const GUARDED: u32 = 200;
/// Duration of the measurements before, and after.
const CALM: Duration = Duration::from_secs(10);
/// Clients that sign in one after the other, to learn how many can be served at all.
const CLIENTS: usize = 16;

/// An answer: its status, and how long it took.
pub(crate) type Answer = (u16, Duration);

/// Prints what guarded requests, logins and memory do in a burst of ten times as many logins as can be
/// served; `argon2` is what both cores hash a second when they do nothing else.
pub(crate) async fn measure(address: &str, pid: &str, argon2: f64, time: Duration) {
    let accounts: Arc<Vec<Account>> = Arc::new((0..ACCOUNTS).map(Account::new).collect());
    for account in accounts.iter() {
        account.open(address).await.register(&account.name).await;
    }
    let (_, token) = accounts[0].open(address).await.sign_in(&accounts[0].name).await;

    let mut quiet = guarded(address, &token, CALM).await;
    let hashed = hashing(pid);
    let capacity = capacity(address, &accounts).await;
    let each = (hashing(pid) - hashed) / (capacity * CALM.as_secs_f64());
    let hashed = hashing(pid);
    let before = peak(pid) / 1024;
    let burst = tokio::spawn(logins(address.to_owned(), accounts, capacity * 10.0, time));
    let besieged = guarded(address, &token, time).await;
    let answers = burst.await.expect("the burst");
    let hashed = hashing(pid) - hashed;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let after = guarded(address, &token, CALM).await;

    quiet.extend(&after);
    let (quiet_p99, besieged_p99) = (at(&quiet, 0.99), at(&besieged, 0.99));
    println!("guarded, quiet: p50 {}, p99 {}", ms(at(&quiet, 0.5)), ms(quiet_p99));
    println!(
        "guarded, besieged: p50 {}, p99 {}, {:.1} times",
        ms(at(&besieged, 0.5)),
        ms(besieged_p99),
        besieged_p99.as_secs_f64() / quiet_p99.as_secs_f64()
    );
    println!("guarded, a second after: p50 {}, p99 {}", ms(at(&after, 0.5)), ms(at(&after, 0.99)));
    let of = |status: u16| -> Vec<Answer> {
        answers.iter().filter(|answer| answer.0 == status).copied().collect()
    };
    let (served, shed) = (of(200), of(503));
    let rate = served.len() as f64 / time.as_secs_f64();
    println!("logins asked: {:.0} /s", answers.len() as f64 / time.as_secs_f64());
    println!(
        "logins served: {rate:.1} /s, {:.2} of {capacity:.1} without a burst, {:.2} of argon2 alone",
        rate / capacity,
        rate / argon2
    );
    println!(
        "hashing had {:.2} of the processors; {:.2} of its time served logins",
        hashed / time.as_secs_f64() / processors(),
        served.len() as f64 * each / hashed
    );
    println!("logins served: p50 {}, p99 {}", ms(at(&served, 0.5)), ms(at(&served, 0.99)));
    println!(
        "logins shed: {}, p50 {}, p99 {}",
        shed.len(),
        ms(at(&shed, 0.5)),
        ms(at(&shed, 0.99))
    );
    println!("other answers: {}", answers.len() - served.len() - shed.len());
    println!("memory: {before} MiB before, {} MiB at most", peak(pid) / 1024);
}

/// Somebody, and the connections they have open.
struct Account {
    name: String,
    source: [u8; 4],
    idle: Idle,
}

impl Account {
    fn new(n: usize) -> Self {
        let source = [127, 1, 0, u8::try_from(n + 1).expect("under 255")];
        Self { name: format!("besieger{n}"), source, idle: Idle::default() }
    }

    async fn open(&self, address: &str) -> Connection {
        Connection::open_from(self.source, address).await
    }

    async fn login(&self, address: &str) -> Answer {
        let mut connection = match self.idle.pop() {
            Some(connection) => connection,
            None => self.open(address).await,
        };
        let body = format!(r#"{{"username":"{}","password":"{PASSWORD}"}}"#, self.name);
        let sent = Instant::now();
        let (status, _) = connection.send("POST", "/api/v1/login", "", &body).await;
        let took = sent.elapsed();
        self.idle.push(connection);
        (status, took)
    }
}

/// Logins a second of clients that wait for each answer.
async fn capacity(address: &str, accounts: &Arc<Vec<Account>>) -> f64 {
    let clients: Vec<_> = (0..CLIENTS)
        .map(|n| {
            let (accounts, address) = (accounts.clone(), address.to_owned());
            tokio::spawn(async move {
                let (began, mut served) = (Instant::now(), 0);
                while began.elapsed() < CALM {
                    let (status, _) = accounts[n].login(&address).await;
                    served += u32::from(status == 200);
                }
                f64::from(served) / began.elapsed().as_secs_f64()
            })
        })
        .collect();
    futures::future::join_all(clients).await.into_iter().map(|rate| rate.expect("a client")).sum()
}

async fn logins(
    address: String,
    accounts: Arc<Vec<Account>>,
    rate: f64,
    time: Duration,
) -> Vec<Answer> {
    let mut n = 0;
    open_loop(rate, time, || {
        n += 1;
        let (accounts, address) = (accounts.clone(), address.clone());
        tokio::spawn(async move { accounts[n % ACCOUNTS].login(&address).await })
    })
    .await
}

/// Sends guarded requests at a steady rate.
pub(crate) async fn guarded(address: &str, token: &str, time: Duration) -> Vec<Answer> {
    let idle: Arc<Idle> = Arc::default();
    let answers = open_loop(f64::from(GUARDED), time, || {
        let (idle, address, token) = (idle.clone(), address.to_owned(), token.to_owned());
        tokio::spawn(async move {
            let mut connection = match idle.pop() {
                Some(connection) => connection,
                None => Connection::open(&address).await,
            };
            let sent = Instant::now();
            let (status, body) = connection.send("GET", "/api/v1/me", &token, "").await;
            let took = sent.elapsed();
            assert_eq!(status, 200, "{body}");
            idle.push(connection);
            (status, took)
        })
    });
    answers.await
}

/// Begins one when it is due, whatever became of those before; answers when all have.
async fn open_loop(
    rate: f64,
    time: Duration,
    mut begin: impl FnMut() -> JoinHandle<Answer>,
) -> Vec<Answer> {
    let began = tokio::time::Instant::now();
    let mut begun = Vec::new();
    while began.elapsed() < time {
        let due = began + Duration::from_secs_f64(begun.len() as f64 / rate);
        tokio::time::sleep_until(due).await;
        begun.push(begin());
    }
    let mut answers = Vec::with_capacity(begun.len());
    for one in begun {
        answers.push(one.await.expect("an answer"));
    }
    answers
}

/// The time within which a share of the answers came.
pub(crate) fn at(answers: &[Answer], share: f64) -> Duration {
    let mut times: Vec<Duration> = answers.iter().map(|answer| answer.1).collect();
    times.sort_unstable();
    let last = times.len().saturating_sub(1) as f64;
    times.get((last * share) as usize).copied().unwrap_or_default()
}

/// A time as people read it.
pub(crate) fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// Processor time of the threads that hash, so far, in seconds (proc(5): utime and stime).
fn hashing(pid: &str) -> f64 {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).expect("a process");
    let stats =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("stat")).ok());
    let ticks = stats.filter(|stat| stat.contains("(hashing-")).map(|stat| {
        let after = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<f64> =
            after.split_whitespace().filter_map(|field| field.parse().ok()).collect();
        // The state, which is a letter, is left out: 10 and 11 after it are 13 and 14 of proc(5), less one.
        fields[10] + fields[11]
    });
    ticks.sum::<f64>() / 100.0
}

fn processors() -> f64 {
    std::thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64)
}
