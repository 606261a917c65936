//! Cost of counting attempts, in time and in memory.

use std::time::Instant;

use vestibule::server::service::limits::{self, Limit, Source};

use crate::{inside, process::resident};

/// Sources, each with attempts of its own.
const SOURCES: u32 = 100_000;

/// Prints the time of one count, and the memory of many sources before and after they are forgotten.
pub(crate) async fn measure() {
    let app = inside::open(|_| ()).await;
    let before = resident("self");
    let grown = || (resident("self") - before) as f64 / 1024.0;
    let began = Instant::now();
    for n in 0..SOURCES {
        let source = Source::of(Some(&std::net::Ipv4Addr::from(n << 8).to_string()));
        let account = format!("account{n}");
        drop(limits::take(&app, &[Limit::SignedIn(&account)]).await.expect("within the limit"));
        let limits = Limit::of_stranger(source, &account);
        drop(limits::take(&app, &limits).await.expect("within the limits"));
    }
    let each = began.elapsed().as_secs_f64() / f64::from(SOURCES) * 1e6;
    println!("{each:.2} µs for the seven counts of a sign-in");
    println!("{:.1} MiB for {SOURCES} sources and accounts", grown());
    app.limits.counts.sweep(app.clock.now_ms() + 2 * 86_400_000);
    println!("{:.1} MiB once they are forgotten", grown());
    app.db.close().await;
}
