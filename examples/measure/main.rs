//! The measurements that scripts/measure runs beside a server: bare rivals, a client that
//! refreshes, and clocks.
//!
//! Each command prints one figure per line. Times are the machine's.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program whose output is for people"
)]
#![expect(clippy::disallowed_methods, reason = "a measurement asks the machine's clock")]

mod attacks;
mod audit;
mod backup;
mod baseline;
mod client;
mod costs;
mod edge;
mod endpoints;
mod feed;
mod first_byte;
mod inside;
mod latency;
mod limits;
mod process;
mod refresh;
mod siege;
mod timing;

use std::time::Duration;

use vestibule::server::secure::password::Engine;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let seconds = |text: &str| Duration::from_secs(text.parse().expect("seconds"));
    let number = |text: &str| text.parse().expect("a number");
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", address] => baseline::serve(address).await,
        ["argon2", time] => baseline::argon2(seconds(time), Engine::default()),
        ["argon2", time, engine] => {
            baseline::argon2(seconds(time), engine.parse().expect("an engine"));
        }
        ["seed", count] => inside::seed(number(count)).await,
        ["refresh", address, pid, clients, time] => {
            refresh::measure(address, pid, number(clients), seconds(time)).await;
        }
        ["latency", here, there] => latency::measure(here, there).await,
        ["siege", address, pid, capacity, time] => {
            let capacity = capacity.parse().expect("logins a second");
            siege::measure(address, pid, capacity, seconds(time)).await;
        }
        ["feed", count] => feed::seed(number(count)).await,
        ["guarded", address, time] => feed::beside(address, seconds(time)).await,
        ["attacks", address, pid] => {
            if !attacks::measure(address, pid).await {
                std::process::exit(1);
            }
        }
        ["endpoints", address, pid] => endpoints::measure(address, pid).await,
        ["limits"] => limits::measure().await,
        ["costs"] => costs::measure().await,
        ["edge"] => edge::measure().await,
        ["timing"] => timing::sign_ins().await,
        ["tokens"] => timing::tokens().await,
        ["verify"] => inside::verify().await,
        ["revoked"] => inside::revoked().await,
        ["audit", count] => audit::measure(number(count)).await,
        ["backup", folder] => backup::measure(folder).await,
        _ => eprintln!(
            "usage: measure serve ADDRESS | argon2 SECONDS [ENGINE] | seed COUNT | \
             refresh ADDRESS PID CLIENTS SECONDS | latency ADDRESS ADDRESS | \
             siege ADDRESS PID CAPACITY SECONDS | attacks ADDRESS PID | endpoints ADDRESS PID | \
             feed COUNT | guarded ADDRESS SECONDS | limits | costs | edge | timing | tokens | verify | revoked | audit COUNT | \
              backup FOLDER"
        ),
    }
}
