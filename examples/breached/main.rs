//! Makes `assets/breached.fuse` of lists on standard input, most common first; run by `scripts/breached`.

#![expect(clippy::print_stdout, reason = "a program whose output is for people")]

mod rules;

use std::{
    collections::HashSet,
    io::{BufRead, Error, Result},
};

use vestibule::server::secure::{
    password::breached::{MIN_CHARS, canonical, key},
    random,
};
use xorf::{BinaryFuse16, DmaSerializable, Filter};

/// Number of random keys that measure the rate of false positives.
const SAMPLES: u32 = 20_000_000;

fn main() -> Result<()> {
    let path =
        std::env::args().nth(1).ok_or_else(|| Error::other("usage: breached FILE < LIST"))?;
    let lines = std::io::stdin().lock().lines().collect::<Result<Vec<String>>>()?;
    let mut entries = HashSet::new();
    let mut add = |text: &str| {
        let text = canonical(text).to_string();
        if text.chars().count() >= MIN_CHARS {
            entries.insert(text);
        }
    };
    lines.iter().for_each(|line| add(line));
    rules::each(&lines, &mut add);
    let long = entries.iter().filter(|entry| entry.chars().count() >= 15).count();

    // Sorted, so that the same lists make the same file.
    let mut keys: Vec<u64> = entries.iter().map(|entry| key(entry)).collect();
    keys.sort_unstable();
    keys.dedup();
    let filter = BinaryFuse16::try_from(keys.as_slice()).map_err(Error::other)?;
    let mut file = vec![0; BinaryFuse16::DESCRIPTOR_LEN];
    filter.dma_copy_descriptor_to(&mut file);
    file.extend_from_slice(filter.dma_fingerprints());
    std::fs::write(&path, &file)?;

    let missed = keys.iter().filter(|key| !filter.contains(key)).count();
    let mistaken = (0..SAMPLES)
        .map(|_| u64::from_le_bytes(random::bytes()))
        .filter(|sample| filter.contains(sample))
        .count();
    println!("entries: {} ({long} of 15 characters or more), {missed} not found", entries.len());
    println!(
        "file: {} bytes, {:.2} bits an entry",
        file.len(),
        file.len() as f64 * 8.0 / keys.len() as f64
    );
    let rate = f64::from(SAMPLES) / mistaken.max(1) as f64;
    println!("found by mistake: {mistaken} of {SAMPLES} random keys, one in {rate:.0}");
    Ok(())
}
