//! `vestibule tune`: the cost of hashing on this machine.

use std::time::Duration;

use crate::server::{
    clock::Stopwatch,
    output,
    secure::{
        CryptoError,
        password::{Cost, Engine, PasswordHashing},
        secret::Secret,
    },
};

/// Memory to try, in MiB.
const MEMORY_MIB: [u32; 6] = [19, 32, 46, 64, 128, 256];
/// Passes to try.
const PASSES: std::ops::RangeInclusive<u32> = 1..=6;
/// Number of tries, of which the fastest counts, because other work of the machine only adds time.
const TRIES: usize = 3;

/// Measures, and prints the costs that fit and the strongest of them.
pub(super) fn run(within_ms: u64, engine: Engine) -> Result<(), CryptoError> {
    let within = Duration::from_millis(within_ms);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    output::line(format_args!(
        "One hash within {within_ms} ms by {engine}, on {threads} threads:\n"
    ));
    output::line(format_args!("{:<14} {:>8} {:>12} {:>9}", "cost", "one hash", "logins", "memory"));
    let mut best: Option<Cost> = None;
    for memory_mib in MEMORY_MIB {
        for passes in PASSES {
            let Ok(cost) = Cost::new(memory_mib * 1024, passes) else {
                continue;
            };
            let took = measure(cost, engine)?;
            if took > within {
                break;
            }
            let logins = threads as f64 / took.as_secs_f64();
            let memory = cost.memory_mib() as usize * threads;
            let shown = format!("{cost}");
            let took = took.as_millis();
            output::line(format_args!("{shown:<14} {took:>5} ms {logins:>8.0} /s {memory:>5} MiB"));
            // Memory is the scarce resource of an attacker's hardware; of equal work the larger one
            // wins.
            if best.is_none_or(|best| cost.work() >= best.work()) {
                best = Some(cost);
            }
        }
    }
    match best {
        Some(cost) => output::line(format_args!(
            "\nThe strongest of these: VESTIBULE_PASSWORD_COST={cost}\nPasswords move to it at their \
             owners' next sign-in."
        )),
        None => output::line(format_args!("\nNothing fits: the floor is {}.", Cost::default())),
    }
    Ok(())
}

fn measure(cost: Cost, engine: Engine) -> Result<Duration, CryptoError> {
    let hashing = PasswordHashing::new(cost, engine)?;
    let password = Secret::new("correct horse battery");
    let mut quickest = Duration::MAX;
    for _ in 0..TRIES {
        let watch = Stopwatch::start();
        hashing.hash(&password)?;
        quickest = quickest.min(watch.elapsed());
    }
    Ok(quickest)
}
