//! The reference: what the specification says of one session, told without the service's code.
//!
//! A session has a head, the newest token. A token is known by how far behind the head it is. Times are in
//! milliseconds.

/// For how long a replaced token is late rather than stolen.
const WINDOW: i64 = 10_000;
/// How many generations in a row may each have a replay that is late or of another program.
const RUN: usize = 3;
/// How long a session lives without use, and in any case.
const IDLE: i64 = 14 * 86_400_000;
const WHOLE: i64 = 90 * 86_400_000;

/// What presenting a refresh token must answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// 200 with a token that nobody has seen: the new head.
    New,
    /// 200 with the head that was given out before.
    Same,
    /// 409: late; nothing has changed.
    Late,
    /// 400: the session is over, now if not before.
    Refused,
}

/// A session as the specification sees it.
#[derive(Clone, Debug)]
pub(super) struct Session {
    /// How many tokens there were before the head.
    pub(super) head: usize,
    rotated_at: i64,
    /// Whether the thief's other program asked for the rotation.
    rotated_by_thief: bool,
    is_used: bool,
    idle_until: i64,
    until: i64,
    is_ended: bool,
    /// The last generation with such a replay, and how many in a row had one.
    replayed: (usize, usize),
}

impl Session {
    pub(super) fn begin(now: i64) -> Self {
        // Lives are counted in whole seconds.
        let second = now / 1000 * 1000;
        Self {
            head: 0,
            rotated_at: now,
            rotated_by_thief: false,
            is_used: false,
            idle_until: second + IDLE,
            until: second + WHOLE,
            is_ended: false,
            replayed: (0, 0),
        }
    }

    /// Whether a token was rotated within the window.
    pub(super) fn is_recent(&self, now: i64) -> bool {
        now - self.rotated_at < WINDOW
    }

    pub(super) fn is_over(&self, now: i64) -> bool {
        self.is_ended || now >= self.idle_until.min(self.until)
    }

    /// The head is asked for once more. Late, or by another program than the one that rotated, it is counted, until it
    /// is taken for a copy.
    fn replay(&mut self, is_foreign: bool, is_recent: bool) -> Answer {
        if is_recent && !is_foreign || !is_recent && is_foreign {
            self.is_ended |= is_foreign;
            return if is_foreign { Answer::Refused } else { Answer::Same };
        }
        let (generation, run) = self.replayed;
        let run = match self.head - generation {
            0 => return Answer::Same,
            1 => run + 1,
            _ => 1,
        };
        if run == RUN {
            self.is_ended = true;
            return Answer::Refused;
        }
        self.replayed = (self.head, run);
        Answer::Same
    }

    /// A refresh token is presented at refresh, by its owner's program or by another one.
    pub(super) fn refresh(&mut self, behind: usize, by_thief: bool, now: i64) -> Answer {
        if self.is_over(now) {
            return Answer::Refused;
        }
        let recent = self.is_recent(now);
        match behind {
            0 => {
                self.head += 1;
                self.rotated_at = now;
                self.rotated_by_thief = by_thief;
                self.is_used = false;
                self.idle_until = (now / 1000 * 1000 + IDLE).min(self.until);
                Answer::New
            }
            1 if recent || !self.is_used => self.replay(by_thief != self.rotated_by_thief, recent),
            2 if recent => Answer::Late,
            _ => {
                self.is_ended = true;
                Answer::Refused
            }
        }
    }

    /// A refresh token is shown to a page; answers whether the page is drawn.
    pub(super) fn page(&mut self, behind: usize, last_seen: &mut i64, now: i64) -> bool {
        let recent = self.is_recent(now);
        let drawn = !self.is_over(now)
            && match behind {
                0 => true,
                // As refresh would have it, without counting.
                1 => recent || (!self.is_used && self.clone().replay(false, false) == Answer::Same),
                2 => recent,
                _ => false,
            };
        let first_use = behind == 0 && self.head > 0 && !self.is_used;
        if drawn && (first_use || now / 1000 >= *last_seen / 1000 + 60) {
            // A look counts as activity, but never within the second of the last.
            if now / 1000 > *last_seen / 1000 {
                *last_seen = now;
                self.idle_until = (now / 1000 * 1000 + IDLE).min(self.until);
            }
        }
        self.is_used |= drawn && behind == 0;
        drawn
    }

    /// An access token passed the guard, minted with the token this far behind.
    pub(super) fn call(&mut self, behind: usize) {
        self.is_used |= behind == 0;
    }

    /// Whether it was ended, rather than left to expire.
    pub(super) fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// Signed out.
    pub(super) fn end(&mut self) {
        self.is_ended = true;
    }
}
