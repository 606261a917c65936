//! A secret order of the numbers: a counter becomes ids that differ and say nothing about how many there were.

use std::hash::{BuildHasher, RandomState};

/// A permutation of all 64-bit numbers that nobody else knows: four rounds of a Feistel network over SipHash
/// (Luby and Rackoff, 1988). It takes some 16 ns, and random bytes of the system take 300.
///
/// A product with a secret number would not do: it is known after two ids in a row.
#[derive(Debug, Default)]
pub struct Permutation([RandomState; 4]);

impl Permutation {
    /// The place of a number in this order.
    pub fn of(&self, number: u64) -> u64 {
        let (mut left, mut right) = ((number >> 32) as u32, number as u32);
        for round in &self.0 {
            (left, right) = (right, left ^ round.hash_one(right) as u32);
        }
        u64::from(left) << 32 | u64::from(right)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn numbers_differ_and_have_neither_order_nor_distance() {
        let (one, other) = (Permutation::default(), Permutation::default());
        let places: Vec<u64> = (0..1_000).map(|number| one.of(number)).collect();
        assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), places.len());
        let pairs = || places.windows(2);
        let steps: BTreeSet<u64> = pairs().map(|pair| pair[1].wrapping_sub(pair[0])).collect();
        assert_eq!(steps.len(), places.len() - 1);
        let rising = pairs().filter(|pair| pair[0] < pair[1]).count();
        assert!((300..700).contains(&rising), "{rising}");
        assert!(places.iter().all(|place| (0..1_000).all(|number| other.of(number) != *place)));
    }
}
