/// The wait after a refusal, by the wall clock: it continues while a tab is hidden and a machine
/// sleeps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wait {
    /// End of the wait, in Unix seconds.
    until: f64,
    /// The fewest remaining seconds so far.
    left: f64,
}

impl Wait {
    /// A wait of so many seconds from `now_s`, in Unix seconds.
    pub fn new(seconds: u32, now_s: f64) -> Self {
        Self { until: now_s + f64::from(seconds), left: seconds.into() }
    }

    /// Remaining whole seconds. A clock that is set back does not make it longer.
    pub fn left(&mut self, now_s: f64) -> u32 {
        // Not `clamp`: its panic can print numbers, which is 7 kB of the browser's module.
        self.left = (self.until - now_s).max(0.0).min(self.left);
        self.until = now_s + self.left;
        self.left.ceil() as u32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Wait;

    proptest! {
        /// In any jumps of the clock, a wait never grows, and elapsed time counts.
        #[test]
        fn a_wait_only_shrinks(seconds in 0_u32..100_000, jumps in prop::collection::vec(-1e6..1e6, 0..20)) {
            let mut now_s = 1_800_000_000.0;
            let mut wait = Wait::new(seconds, now_s);
            let mut most = f64::from(seconds);
            for jump in jumps {
                now_s += jump;
                most = (most - f64::max(jump, 0.0)).max(0.0);
                let left = f64::from(wait.left(now_s));
                prop_assert!((most - 0.01..most + 1.01).contains(&left), "{left} of {most}");
            }
            prop_assert_eq!(wait.left(now_s + 100_000.0), 0);
        }
    }

    #[test]
    fn a_wait_begins_with_its_seconds_and_ends_at_its_time() {
        let mut wait = Wait::new(600, 1_000.0);
        assert_eq!(wait.left(1_000.0), 600);
        assert_eq!(wait.left(1_599.5), 1);
        assert_eq!(wait.left(1_600.0), 0);
        assert_eq!(Wait::new(0, 0.0).left(0.0), 0);
    }
}
