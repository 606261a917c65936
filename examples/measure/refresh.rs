//! Refreshes by many clients, each with a session and a connection of its own.

use std::time::{Duration, Instant};

use crate::{
    client::{Connection, member},
    process::cpu,
};

/// Sessions of each client, taken in turn: no one session may refresh so often for long.
const SESSIONS: usize = 8;

/// Prints refreshes per second, their latencies, and the server's processor time for each.
pub(crate) async fn measure(address: &str, pid: &str, clients: usize, time: Duration) {
    let mut sessions = Vec::new();
    for client in 0..clients {
        let mut connection = Connection::open(address).await;
        // An account for each: one has no more than a hundred sessions.
        let name = format!("client{client}");
        connection.register(&name).await;
        let mut tokens = Vec::new();
        for _ in 0..SESSIONS {
            tokens.push(connection.sign_in(&name).await.0);
        }
        sessions.push(tokens);
    }
    // Not before all have signed in: a connection that is silent for long is cut.
    let mut connections = Vec::new();
    for tokens in sessions {
        connections.push((Connection::open(address).await, tokens));
    }
    let (began, spent) = (Instant::now(), cpu(pid));
    let clients = connections.into_iter().map(|(connection, tokens)| {
        tokio::spawn(keep_refreshing(connection, tokens, began + time))
    });
    let mut latencies = Vec::new();
    for client in clients.collect::<Vec<_>>() {
        latencies.extend(client.await.expect("a client"));
    }
    let (elapsed, spent) = (began.elapsed().as_secs_f64(), cpu(pid) - spent);
    latencies.sort_unstable();
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize].as_secs_f64();
    let count = latencies.len() as f64;
    println!("{:.0} /s", count / elapsed);
    println!("p50 {:.1} ms, p99 {:.1} ms", at(0.5) * 1e3, at(0.99) * 1e3);
    println!("{:.0} µs of processor time each", spent / count * 1e6);
}

async fn keep_refreshing(
    mut connection: Connection,
    mut tokens: Vec<String>,
    until: Instant,
) -> Vec<Duration> {
    let mut latencies = Vec::new();
    let mut turns = (0..tokens.len()).cycle();
    while Instant::now() < until {
        let token = &mut tokens[turns.next().expect("a session")];
        let body = format!(r#"{{"refresh_token":"{token}"}}"#);
        let sent = Instant::now();
        let (status, body) = connection.send("POST", "/api/v1/token/refresh", "", &body).await;
        latencies.push(sent.elapsed());
        assert_eq!(status, 200, "{body}");
        *token = member(&body, "refresh_token").to_owned();
    }
    latencies
}
