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

/// How long after a rotation tokens that were replaced are taken for late rather than stolen, in
/// milliseconds (S53).
pub const WINDOW_MS: i64 = 10_000;
/// How many generations in a row may each have a late or foreign replay; the last of them is reuse (S111).
const RUN_MAX: i64 = 3;

/// A session's chain of tokens, as its row has it.
#[derive(Clone, Copy, Debug)]
pub struct Chain<'r> {
    /// How many rotations there were: the generation of the current token.
    pub generation: i64,
    /// The hash of the current token.
    pub current: Option<&'r str>,
    /// The hash of the one before it.
    pub previous: Option<&'r str>,
    /// When the current token replaced it, Unix milliseconds.
    pub rotated_at_ms: i64,
    /// Whether the current token, or an access token that came with it, has been seen since.
    pub is_used: bool,
    /// When the session was ended, Unix milliseconds.
    pub ended_at_ms: Option<i64>,
    /// Whether it was ended because its browser got another one: by a renewal, or by a new sign-in.
    pub is_superseded: bool,
    /// The generation that last had a late or foreign replay, and how many in a row had one.
    pub replayed: Replayed,
    /// Whether the session is of our own client, and not of somebody else's application.
    pub is_ours: bool,
    /// When it ends by itself, idle or absolute, whichever comes first; Unix seconds.
    pub ends_at: i64,
}

/// The count of late or foreign replays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// The last generation that had one.
    pub generation: i64,
    /// How many generations in a row, up to that one, had one.
    pub run: i64,
}

/// Who presents a token, compared with who rotated last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presenter {
    /// The program that rotated, as far as its agent string tells.
    Same,
    /// Another program.
    Foreign,
}

/// Where in the chain a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// The token that counts.
    Current,
    /// The one it replaced.
    Previous,
    /// The one before that.
    TwoBehind,
    /// Three or more generations behind.
    Older,
    /// Not a token of this chain, for example after a database was restored.
    Elsewhere,
}

/// The outcome for an accepted token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A new successor replaces it.
    Rotate,
    /// The answer is its successor once more. `Some`: the replay is late or foreign, and this is the count to
    /// keep.
    Replay(Option<Replayed>),
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// `invalid_grant`: the session has ended, by act or by time.
    #[error("the session is over")]
    Over,
    /// `invalid_grant`: not a token of this chain; the session goes on.
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
    /// Where a token stands; hashes are compared in constant time.
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

    /// Whether the session has ended, by act or by time.
    pub fn is_over(&self, now_ms: i64) -> bool {
        self.ended_at_ms.is_some() || self.ends_at * 1000 <= now_ms
    }

    /// What a token presented at a time (Unix milliseconds) brings about.
    ///
    /// # Errors
    /// A [`Refusal`], each a transition that the table above does not have.
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

    /// Whether the token may draw a page: if the session is alive and refresh would not refuse it for good.
    pub fn may_look(&self, token: &SessionToken, now_ms: i64) -> bool {
        !self.is_over(now_ms)
            && matches!(self.present(token, Presenter::Same, now_ms), Ok(_) | Err(Refusal::Stale))
    }
}
