/// A rate: a burst, then one attempt per interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Number of attempts at once.
    pub burst: i64,
    /// Interval of further attempts, in milliseconds.
    pub every_ms: i64,
}

impl Rate {
    /// Maximum lead of a bucket over the clock, in milliseconds.
    pub fn tolerance_ms(self) -> i64 {
        self.burst * self.every_ms
    }

    /// A bucket's arrival time, limited to its maximum lead: a clock that was wrong for a moment
    /// must not keep anybody out until that time.
    pub fn bounded(self, arrival_ms: i64, now_ms: i64) -> i64 {
        arrival_ms.min(now_ms + self.tolerance_ms())
    }

    /// Adds one attempt (GCRA): the bucket's theoretical arrival time advances by one interval.
    ///
    /// # Errors
    /// Returns the milliseconds until the next attempt; the bucket is unchanged.
    pub fn take(self, arrival_ms: Option<i64>, now_ms: i64) -> Result<i64, i64> {
        let arrival_ms = self.bounded(arrival_ms.unwrap_or(now_ms), now_ms);
        let next = arrival_ms.max(now_ms) + self.every_ms;
        match next - now_ms - self.tolerance_ms() {
            early if early > 0 => Err(early),
            _ => Ok(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        /// In any span of time at most the burst and the earned attempts pass.
        #[test]
        fn no_stretch_of_time_sees_more_than_its_share(
            burst in 1..20_i64,
            every_ms in 1..5_000_i64,
            waits in vec(0..4_000_i64, 1..200),
        ) {
            let rate = Rate { burst, every_ms };
            let (mut now_ms, mut arrival, mut passed) = (0, None, Vec::new());
            for wait in waits {
                now_ms += wait;
                match rate.take(arrival, now_ms) {
                    Ok(next) => {
                        arrival = Some(next);
                        passed.push(now_ms);
                    }
                    Err(early) => prop_assert!(
                        rate.take(arrival, now_ms + early).is_ok()
                            && rate.take(arrival, now_ms + early - 1).is_err(),
                        "told to wait {early} ms"
                    ),
                }
            }
            for (n, from) in passed.iter().enumerate() {
                for (m, to) in passed.iter().enumerate().skip(n) {
                    let share = burst + (to - from) / every_ms;
                    prop_assert!(((m - n) as i64) < share);
                }
            }
        }
    }
}
