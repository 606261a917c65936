//! Attacks on a running server from a few addresses, and what becomes of a neighbour meanwhile (S109).
//!
//! `measure attacks ADDRESS PID` prints a line for each attack, and fails if a neighbour's guarded requests become more than
//! five times slower (p99), its sign-ins more than three times (p90), if one of them is refused, or if the
//! process grows by more than its bound. Loads are bounded in number and time and stay on loopback.

mod h2;
mod kinds;
mod neighbour;

use std::time::Duration;

use kinds::Attack;
use neighbour::{Neighbour, Seen};

use crate::process::resident;

/// Duration of each attack, and of the calm before it.
const TIME: Duration = Duration::from_secs(10);
/// Maximum slowdown of a neighbour's guarded requests: p99 under attack by p99 before.
const GUARDED_MAX: f64 = 5.0;
/// Maximum slowdown of its sign-ins: p90 under attack by p90 before.
const SIGN_IN_MAX: f64 = 3.0;

/// Runs every attack; answers whether everything stayed within its bound.
pub(crate) async fn measure(address: &str, pid: &str) -> bool {
    let neighbour = Neighbour::arrive(address).await;
    kinds::prepare(address).await;
    let mut held = true;
    println!("{:<48}   guarded p99     sign-in p90    refused  memory", "");
    for attack in kinds::ALL {
        let before = neighbour.watch(TIME).await;
        let memory = resident(pid) / 1024;
        let attacked = tokio::spawn((attack.run)(address.to_owned(), TIME));
        let during = neighbour.watch(TIME).await;
        let grown = (resident(pid) / 1024).saturating_sub(memory);
        // An attack that cannot go on because its own good requests fail has stopped the service.
        let bystanders = attacked.await.unwrap_or(1);
        held &= report(attack, &before, &during, bystanders, grown);
    }
    held
}

/// Prints a line; answers whether everything stayed within its bound.
fn report(attack: &Attack, before: &Seen, during: &Seen, bystanders: usize, grown: u64) -> bool {
    let name = attack.name;
    let refused = during.refused + bystanders;
    let guarded = (before.guarded(0.99), during.guarded(0.99));
    let sign_in = (before.sign_in(0.9), during.sign_in(0.9));
    let times =
        |(before, during): (Duration, Duration)| during.as_secs_f64() / before.as_secs_f64();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let held = times(guarded) <= GUARDED_MAX
        && times(sign_in) <= SIGN_IN_MAX
        && refused == 0
        && grown <= attack.growth_max;
    println!(
        "{name:<48} {:5.1} to {:6.1} ms {:5.1} to {:6.1} ms {:5}  +{grown} MiB{}",
        ms(guarded.0),
        ms(guarded.1),
        ms(sign_in.0),
        ms(sign_in.1),
        refused,
        if held { "" } else { "  BEYOND ITS BOUND" }
    );
    held
}
