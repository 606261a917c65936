//! The rules of refresh token rotation (RFC 9700 section 4.14.2), without I/O.
//!
//! A session is one chain of refresh tokens. Each is replaced by its successor when it is presented; the
//! row has the current one, the one before it, when it was replaced and by which client, and whether the
//! successor has been used since. What happens next is this table:
//!
//! | presented           | successor unused                  | used, within the window | used, window over |
//! |---------------------|-----------------------------------|-------------------------|-------------------|
//! | the current token   | rotate                            | rotate                  | rotate            |
//! | the one before it   | replay; late or foreign: counted  | replay, foreign counted | reuse: theft      |
//! | two behind          | stale, then reuse                 | stale                   | reuse: theft      |
//! | anything older      | reuse: theft                      | reuse: theft            | reuse: theft      |
//! | any, session over   | over; stale just after a renewal  | the same                | over              |
//!
//! An unused successor can be replayed after the window because its owner may never have received it. A copy
//! in use looks the same as long as its holder always refreshes first, so such replays are counted: each one
//! that is late (the window is over) or foreign (another program than the one that rotated). The third
//! generation in a row with one is reuse, and so is one that is both late and foreign. An honest client is one
//! program, and of three answers in a row at least one reaches it within the window.
//!
//! The window exists because tabs that set out together arrive apart. A token that is not of this chain (a MAC
//! of ours, but not the hash in the row) is refused and ends nothing. The clients of others get the window
//! alone, because their access tokens may be used where we do not see it.

use crate::server::secure::{seal, session_token::SessionToken};

/// Time after a rotation in which replaced tokens are late rather than stolen, in milliseconds
/// (S53).
pub const WINDOW_MS: i64 = 10_000;
/// Number of consecutive generations with a late or foreign replay of which the last is reuse
/// (S111).
const RUN_MAX: i64 = 3;

/// The token chain of a session, from its row.
#[derive(Clone, Copy, Debug)]
pub struct Chain<'r> {
    /// Number of rotations: the generation of the current token.
    pub generation: i64,
    /// Hash of the current token.
    pub current: Option<&'r str>,
    /// Hash of the previous token.
    pub previous: Option<&'r str>,
    /// Time of the last rotation, in Unix milliseconds.
    pub rotated_at_ms: i64,
    /// Whether the current token, or an access token issued with it, has been used.
    pub is_used: bool,
    /// Time of the session's end, in Unix milliseconds.
    pub ended_at_ms: Option<i64>,
    /// Whether it ended because its browser got another one, by a renewal or a new sign-in.
    pub is_superseded: bool,
    /// The count of late or foreign replays.
    pub replayed: Replayed,
    /// Whether the session is of our own client, and not of another application.
    pub is_ours: bool,
    /// The idle or absolute end, whichever comes first, in Unix seconds.
    pub ends_at: i64,
}

/// The count of late or foreign replays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// The last generation with one.
    pub generation: i64,
    /// Number of consecutive generations with one, up to that one.
    pub run: i64,
}

/// The presenting program, compared with the one that rotated last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presenter {
    /// The program that rotated last, by its user agent.
    Same,
    /// Another program.
    Foreign,
}

/// The position of a token in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// The current token.
    Current,
    /// The previous token.
    Previous,
    /// The token before the previous one.
    TwoBehind,
    /// Three or more generations behind.
    Older,
    /// A token of another chain, for example from before a restore of the database.
    Elsewhere,
}

/// The outcome for an accepted token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A new successor replaces it.
    Rotate,
    /// The answer is its successor again. `Some`: the replay is late or foreign, and this is the
    /// count to store.
    Replay(Option<Replayed>),
}

/// The reason why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// `invalid_grant`: the session has ended, by an action or by time.
    #[error("the session is over")]
    Over,
    /// `invalid_grant`: a token of another chain; the session continues.
    #[error("not of the chain that the row has")]
    Elsewhere,
    /// `stale_token`: late, not stolen; the client has, or will have, a newer one.
    #[error("replaced twice a moment ago")]
    Stale,
    /// `invalid_grant`: a copy is in use somewhere; the session must end (RFC 9700 section 4.14.2).
    #[error("a replaced token was used again")]
    Reuse,
}

impl Chain<'_> {
    /// The position of a token; hashes are compared in constant time.
    pub fn position(&self, token: &SessionToken) -> Position {
        let hash = token.hash();
        let is = |stored: Option<&str>| stored.is_some_and(|stored| seal::same(stored, &hash));
        match self.generation.saturating_sub(token.generation) {
            0 if is(self.current) => Position::Current,
            1 if is(self.previous) => Position::Previous,
            2 => Position::TwoBehind,
            3.. => Position::Older,
            _ => Position::Elsewhere,
        }
    }

    /// Whether the session has ended, by an action or by time.
    pub fn is_over(&self, now_ms: i64) -> bool {
        self.ended_at_ms.is_some() || self.ends_at * 1000 <= now_ms
    }

    /// Decides about a token presented at a time (Unix milliseconds).
    ///
    /// # Errors
    /// Returns a [`Refusal`], by the table above.
    pub fn present(
        &self,
        token: &SessionToken,
        presenter: Presenter,
        now_ms: i64,
    ) -> Result<Step, Refusal> {
        if self.is_over(now_ms) {
            let ended_now = self.ended_at_ms.is_some_and(|ended| now_ms - ended < WINDOW_MS);
            let is_late = self.is_superseded && ended_now;
            return Err(if is_late { Refusal::Stale } else { Refusal::Over });
        }
        let in_window = now_ms - self.rotated_at_ms < WINDOW_MS;
        match self.position(token) {
            Position::Current => Ok(Step::Rotate),
            Position::Previous if in_window || (self.is_ours && !self.is_used) => {
                self.replay(presenter, in_window)
            }
            Position::TwoBehind if in_window => Err(Refusal::Stale),
            Position::Previous | Position::TwoBehind | Position::Older => Err(Refusal::Reuse),
            Position::Elsewhere => Err(Refusal::Elsewhere),
        }
    }

    fn replay(&self, presenter: Presenter, in_window: bool) -> Result<Step, Refusal> {
        let run = match (presenter, in_window) {
            (Presenter::Same, true) => return Ok(Step::Replay(None)),
            (Presenter::Foreign, false) => return Err(Refusal::Reuse),
            _ => match self.generation - self.replayed.generation {
                // Counted before: the same answer was lost again.
                0 => return Ok(Step::Replay(None)),
                1 => self.replayed.run + 1,
                _ => 1,
            },
        };
        if run >= RUN_MAX {
            return Err(Refusal::Reuse);
        }
        Ok(Step::Replay(Some(Replayed { generation: self.generation, run })))
    }

    /// Whether a token may authenticate a page view: the session is alive, and refresh would not
    /// refuse the token for good.
    pub fn may_look(&self, token: &SessionToken, now_ms: i64) -> bool {
        !self.is_over(now_ms)
            && matches!(self.present(token, Presenter::Same, now_ms), Ok(_) | Err(Refusal::Stale))
    }
}
