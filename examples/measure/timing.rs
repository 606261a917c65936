//! Whether the time of a refusal tells why: sign-ins in interleaved rounds (S21), and tokens that are no
//! tokens (S44).

use std::time::Instant;

use axum::http::StatusCode;
use vestibule::{
    model::{LoginForm, RegisterForm},
    server::{
        App,
        service::{ClientInfo, accounts, agent::Agent, import, login, principal, register},
    },
};

use crate::{client::PASSWORD, inside::open};

/// Rounds: each has one sign-in of every kind, in another order each time.
const ROUNDS: usize = 200;
/// Accounts of each kind, so that none meets its limit.
const ACCOUNTS: usize = 20;
/// Resamples for an interval.
const RESAMPLES: usize = 4_000;
/// Maximum difference of two kinds, as a part of the median.
const UNIFORM_WITHIN: f64 = 0.05;
/// The kinds of refusal, the one that the others are compared with first.
const KINDS: [&str; 5] = [
    "wrong password",
    "unknown account",
    "disabled account",
    "no password",
    "wrong password, imported sha256",
];
/// A digest by Werkzeug 2.2 of a password that nobody tries here; to verify it costs nothing.
const IMPORTED: &str =
    "sha256$uGFYu3TpxWCm9Ohg$493e43fb514d492477c7bf100e0f5d42b73c07a0bddc786ee05b41e7f47f1526";

/// Prints, for each kind of refused sign-in, by how much it takes longer than a wrong password: the median of
/// the differences within each round, with its 95 % interval (bootstrap over the rounds, percentiles), and
/// whether all of that is within 5 % of the time.
pub(crate) async fn sign_ins() {
    let app = open(|_| ()).await;
    people_of_each_kind(&app).await;
    let mut times = vec![Vec::with_capacity(ROUNDS); KINDS.len()];
    for round in 0..ROUNDS {
        for turn in 0..KINDS.len() {
            let kind = (round + turn) % KINDS.len();
            times[kind].push(refused(&app, kind, round).await);
        }
    }
    let base = median(times[0].clone());
    println!("{}: median {:.2} ms", KINDS[0], base * 1e3);
    for kind in 1..KINDS.len() {
        let differences: Vec<f64> =
            times[kind].iter().zip(&times[0]).map(|(this, that)| this - that).collect();
        let (low, high) = interval(&differences);
        let differs = median(differences);
        let is_uniform = low.abs().max(high.abs()) <= UNIFORM_WITHIN * base;
        println!(
            "{}: {:+.2} ms, 95 % between {:+.2} and {:+.2}: {}",
            KINDS[kind],
            differs * 1e3,
            low * 1e3,
            high * 1e3,
            if is_uniform { "uniform" } else { "NOT uniform" }
        );
    }
    app.db.close().await;
}

async fn people_of_each_kind(app: &App) {
    let mut lines = String::new();
    for n in 0..ACCOUNTS {
        for kind in [0, 2] {
            let (username, password) = (Some(name(kind, n)), Some(PASSWORD.to_owned()));
            let form = RegisterForm { username, password, ..RegisterForm::default() };
            register::by_operator(app, Agent::Operator, form, false)
                .await
                .map_err(drop)
                .expect("registered");
        }
        let disabled =
            accounts::change(app, Agent::Operator, &name(2, n), accounts::AccountChange::Disable)
                .await;
        disabled.map_err(drop).expect("disabled");
        lines += &format!("{{\"username\":\"{}\"}}\n", name(3, n));
        let (name, hash) = (name(4, n), IMPORTED);
        lines += &format!("{{\"username\":\"{name}\",\"password_hash\":\"{hash}\"}}\n");
    }
    let plan = import::plan(app, &lines, None).await.map_err(drop).expect("read");
    import::carry_out(app, Agent::Operator, plan, |_, _| ()).await.map_err(drop).expect("let in");
}

fn name(kind: usize, n: usize) -> String {
    format!("timed{kind}of{n}")
}

/// Seconds until a sign-in is refused.
async fn refused(app: &App, kind: usize, round: usize) -> f64 {
    let password = if kind == 2 { PASSWORD } else { "wrong horse battery" };
    let form = LoginForm {
        identifier: Some(name(kind, round % ACCOUNTS)),
        password: Some(password.into()),
        session: None,
    };
    let client_ip = Some(format!("10.{kind}.{}.{}", round / 256, round % 256));
    let client_info = ClientInfo { client_ip, ..ClientInfo::default() };
    let began = Instant::now();
    let outcome = login::with_password(app, form, &login::Errand::PROGRAM, &client_info).await;
    let took = began.elapsed().as_secs_f64();
    let status = outcome.err().expect("refused").into_api().code.status();
    assert_eq!(status, StatusCode::UNAUTHORIZED.as_u16());
    took
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Between which medians 95 of 100 resamples lie.
fn interval(differences: &[f64]) -> (f64, f64) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut pick = |_| {
        // xorshift64: any sequence will do, and the same one each time is best.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        differences[(state % differences.len() as u64) as usize]
    };
    let resample = |_| median((0..differences.len()).map(&mut pick).collect());
    let mut medians: Vec<f64> = (0..RESAMPLES).map(resample).collect();
    medians.sort_unstable_by(f64::total_cmp);
    (medians[RESAMPLES / 40], medians[RESAMPLES - 1 - RESAMPLES / 40])
}

/// Prints the longest time in which something that is no token of ours was refused.
pub(crate) async fn tokens() {
    let app = open(|_| ()).await;
    let long = "a".repeat(9 * 1024);
    let signed = format!("eyJhbGciOiJFZERTQSJ9.{}.{}", "A".repeat(6_000), "B".repeat(86));
    for (what, token) in [
        ("9 KiB of one part", long.as_str()),
        ("8 KiB with a wrong signature", &signed),
        ("no dots", "nonsense"),
        ("dots alone", &".".repeat(8_000)),
    ] {
        let mut longest = 0.0_f64;
        for _ in 0..10_000 {
            let began = Instant::now();
            principal::verify(&app, token).expect_err("refused");
            longest = longest.max(began.elapsed().as_secs_f64());
        }
        println!("{what}: refused within {:.2} ms", longest * 1e3);
    }
    app.db.close().await;
}
