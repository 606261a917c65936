//! Time until a sign-out reaches issued access tokens.

use std::time::{Duration, Instant};

use crate::client::Connection;

const ROUNDS: usize = 20;

/// Signs out at one process, and asks both until they refuse.
pub(crate) async fn measure(here: &str, there: &str) {
    let mut first = Connection::open(here).await;
    let mut second = Connection::open_as(there, here).await;
    first.register("ada").await;
    let (mut within, mut across) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (_, token) = first.sign_in("ada").await;
        for process in [&mut first, &mut second] {
            assert_eq!(process.send("GET", "/api/v1/token", &token, "").await.0, 200);
        }
        // At another place of the other's second each time.
        tokio::time::sleep(Duration::from_millis(37 * round as u64)).await;
        assert_eq!(first.send("POST", "/api/v1/logout", &token, "").await.0, 204);
        let ended = Instant::now();
        within.push(until_refused(&mut first, &token, ended).await);
        across.push(until_refused(&mut second, &token, ended).await);
    }
    for (place, mut times) in [("same process", within), ("other process", across)] {
        times.sort_unstable();
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "{place}: median {:.1} ms, longest {:.1} ms",
            ms(times[ROUNDS / 2]),
            ms(times[ROUNDS - 1])
        );
    }
}

async fn until_refused(process: &mut Connection, token: &str, since: Instant) -> Duration {
    while process.send("GET", "/api/v1/token", token, "").await.0 != 401 {}
    since.elapsed()
}
