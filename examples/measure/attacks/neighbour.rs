//! A regular client during an attack: authenticated requests, and a sign-in now and then.

use std::time::{Duration, Instant};

use crate::client::{Connection, PASSWORD};

/// Address of the neighbour.
const SOURCE: [u8; 4] = [127, 0, 9, 9];
/// The pause between two guarded requests.
const GUARDED_EVERY: Duration = Duration::from_millis(5);
/// The pause between two sign-ins: as many as the limit of one account lets through for long.
const SIGN_IN_EVERY: Duration = Duration::from_millis(400);
/// Accounts that take turns.
const ACCOUNTS: usize = 8;

/// The neighbour, signed in.
pub(crate) struct Neighbour {
    address: String,
    token: String,
}

/// The measurements of the neighbour.
#[derive(Default)]
pub(crate) struct Seen {
    guarded: Vec<Duration>,
    sign_in: Vec<Duration>,
    /// Answers that were not 200.
    pub(crate) refused: usize,
}

impl Seen {
    /// A quantile of the guarded requests' times.
    pub(crate) fn guarded(&self, share: f64) -> Duration {
        at(&self.guarded, share)
    }

    /// A quantile of the sign-ins' times.
    pub(crate) fn sign_in(&self, share: f64) -> Duration {
        at(&self.sign_in, share)
    }
}

impl Neighbour {
    /// Makes the accounts.
    pub(crate) async fn arrive(address: &str) -> Self {
        for n in 0..ACCOUNTS {
            // From somewhere else each: registrations of one source are few.
            let source = [127, 0, 8, u8::try_from(n + 1).expect("few")];
            Connection::open_from(source, address).await.register(&name(n)).await;
        }
        let mut connection = Connection::open_from(SOURCE, address).await;
        let (_, token) = connection.sign_in(&name(0)).await;
        Self { address: address.to_owned(), token }
    }

    /// Goes on for a while, each request on a connection of its own.
    pub(crate) async fn watch(&self, time: Duration) -> Seen {
        let until = Instant::now() + time;
        let guarded = async {
            let mut seen = Seen::default();
            while Instant::now() < until {
                let (status, took) = self.ask("GET", "/api/v1/token", &self.token, "").await;
                seen.refused += usize::from(status != 200);
                seen.guarded.push(took);
                tokio::time::sleep(GUARDED_EVERY).await;
            }
            seen
        };
        let sign_ins = async {
            let (mut seen, mut n) = (Seen::default(), 0);
            while Instant::now() < until {
                let body =
                    format!(r#"{{"username":"{}","password":"{PASSWORD}"}}"#, name(n % ACCOUNTS));
                let (status, took) = self.ask("POST", "/api/v1/login", "", &body).await;
                seen.refused += usize::from(status != 200);
                seen.sign_in.push(took);
                n += 1;
                tokio::time::sleep(SIGN_IN_EVERY).await;
            }
            seen
        };
        let (guarded, sign_ins) = futures::future::join(guarded, sign_ins).await;
        Seen {
            guarded: guarded.guarded,
            sign_in: sign_ins.sign_in,
            refused: guarded.refused + sign_ins.refused,
        }
    }

    /// One request from the connect to the answer; 0 where there was none.
    async fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, Duration) {
        let began = Instant::now();
        let status = match Connection::try_open_from(SOURCE, &self.address).await {
            Some(mut connection) => connection.try_send(method, path, token, body).await,
            None => None,
        };
        (status.map_or(0, |(status, _)| status), began.elapsed())
    }
}

fn name(n: usize) -> String {
    format!("neighbour{n}")
}

fn at(times: &[Duration], share: f64) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    let last = times.len().saturating_sub(1) as f64;
    times.get((last * share) as usize).copied().unwrap_or_default()
}
