//! The lines of the feed that this process has applied: each is read more than once.

use std::collections::{BTreeMap, BTreeSet};

use super::feed::{Change, LOOK_BACK, Line};

/// Maximum number of unknown kinds that are remembered.
const UNKNOWN_MAX: usize = 32;

/// The memory of applied lines.
#[derive(Default)]
pub(super) struct Seen {
    /// Number and time of lines that only operators and jobs write.
    lines: BTreeMap<i64, i64>,
    /// Time and number of lines about profiles. Anybody may write many, so they are kept for as long as one has a use.
    profiles: BTreeSet<(i64, i64)>,
    /// Kinds about which a warning was logged.
    unknown: BTreeSet<String>,
}

impl Seen {
    /// Whether a line must be applied: revocations always, others when they are read for the first time. A line about a
    /// profile has no use after [`LOOK_BACK`], because no profile is that long in memory.
    pub(super) fn is_due(&mut self, line: &Line, now_s: i64) -> bool {
        match line.change {
            Change::Session(_) | Change::User(..) => true,
            Change::Profile(_) => {
                let useful = now_s - LOOK_BACK;
                self.forget_profiles(useful);
                line.created_at >= useful && self.profiles.insert((line.created_at, line.seq))
            }
            Change::Keys
            | Change::Clients
            | Change::Blocks
            | Change::Secret
            | Change::Unlock(..) => self.lines.insert(line.seq, line.created_at).is_none(),
        }
    }

    /// Whether a kind is met for the first time.
    pub(super) fn is_new_kind(&mut self, kind: &str) -> bool {
        self.unknown.len() < UNKNOWN_MAX && self.unknown.insert(kind.to_owned())
    }

    /// Forgets lines of before a time (Unix seconds), which are not read again, and those about profiles that have no use.
    pub(super) fn forget(&mut self, before: i64, now_s: i64) {
        self.lines.retain(|_, created_at| *created_at >= before);
        self.forget_profiles(now_s - LOOK_BACK);
    }

    fn forget_profiles(&mut self, before: i64) {
        while self.profiles.first().is_some_and(|(created_at, _)| *created_at < before) {
            self.profiles.pop_first();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(seq: i64, created_at: i64, change: Change) -> Line {
        Line { seq, created_at, change }
    }

    /// S109: an account may change its profile every two seconds for ever.
    #[test]
    fn lines_about_profiles_are_remembered_for_a_minute() {
        let mut seen = Seen::default();
        let profile = |now: i64, age: i64| line(now, now - age, Change::Profile("ada".into()));
        for now in 0..10_000 {
            assert!(seen.is_due(&profile(now, 0), now), "{now}: for the first time");
            assert!(!seen.is_due(&profile(now, 0), now), "{now}: again");
            assert!(seen.profiles.len() as i64 <= LOOK_BACK + 1);
        }
        assert!(seen.is_due(&profile(20_000, LOOK_BACK), 20_000));
        for _ in 0..2 {
            assert!(!seen.is_due(&profile(20_001, LOOK_BACK + 1), 20_001), "of no use any more");
        }
        // Those of the last minute go without a further line.
        seen.forget(0, 30_000);
        assert_eq!(seen.profiles.len(), 0);
    }

    #[test]
    fn other_lines_are_remembered_until_they_are_not_read_again() {
        let mut seen = Seen::default();
        for change in
            [Change::Keys, Change::Blocks, Change::Secret, Change::Unlock("ada".into(), 0)]
        {
            let old = line(7, 100, change);
            seen.lines.clear();
            for (is_due, before) in [(true, 100), (false, 101), (true, 100)] {
                assert_eq!(seen.is_due(&old, 100_000), is_due);
                seen.forget(before, 100_000);
            }
        }
        let ended = line(8, 0, Change::Session("ada's".into()));
        assert!(seen.is_due(&ended, 0) && seen.is_due(&ended, 100_000));
        assert!(seen.is_new_kind("a later one") && !seen.is_new_kind("a later one"));
    }
}
