//! The rules of refresh, and nothing else (design: "Refresh that never logs an honest user out").
//!
//! A session is one chain of refresh tokens. Each is replaced by its successor when it is presented; the
//! row knows the current one, the one before it, when it was replaced, and whether the successor has been
//! used since. What happens next is this table:
//!
//! | presented           | successor unused        | used, within the window | used, window over |
//! |---------------------|-------------------------|-------------------------|-------------------|
//! | the current token   | rotate                  | rotate                  | rotate            |
//! | the one before it   | replay the successor    | replay the successor    | reuse: theft      |
//! | two behind          | stale, then reuse       | stale                   | reuse: theft      |
//! | anything older      | reuse: theft            | reuse: theft            | reuse: theft      |
//! | any, session over   | over                    | over                    | over              |
//!
//! Why an unused successor can be replayed for ever: its owner never got it, or got it and lost it before
//! its first use; nobody else has shown it. Why the window: tabs that set out together arrive apart. A
//! token that did not come from this chain (a MAC of ours, but not the hash that the row has) is refused
//! and ends nothing.

use crate::server::secure::{seal, session_token::SessionToken};

/// How long after a rotation tokens that were replaced are taken for late rather than stolen, in
/// milliseconds (S53).
pub const WINDOW_MS: i64 = 10_000;

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
    /// Whether the session has been ended.
    pub is_ended: bool,
    /// When it ends by itself, idle or absolute, whichever comes first; Unix seconds.
    pub ends_at: i64,
}

/// Where in the chain a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The token that counts.
    Current,
    /// The one it replaced.
    Previous,
    /// The one before that.
    TwoBehind,
    /// Longer gone.
    Older,
    /// Not of this chain: of a database that was restored, say.
    Elsewhere,
}

/// What a token that counts brings about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A new successor replaces it.
    Rotate,
    /// Its successor is told again.
    Replay,
}

/// Why a token brings nothing.
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
    pub fn place(&self, token: &SessionToken) -> Place {
        let hash = token.hash();
        let is = |stored: Option<&str>| stored.is_some_and(|stored| seal::same(stored, &hash));
        match self.generation.saturating_sub(token.generation) {
            0 if is(self.current) => Place::Current,
            1 if is(self.previous) => Place::Previous,
            2 => Place::TwoBehind,
            3.. => Place::Older,
            _ => Place::Elsewhere,
        }
    }

    /// Whether the session has ended, by act or by time.
    pub fn is_over(&self, now_ms: i64) -> bool {
        self.is_ended || self.ends_at * 1000 <= now_ms
    }

    /// What a token presented at a time (Unix milliseconds) brings about.
    ///
    /// # Errors
    /// A [`Refusal`], each a transition that the table above does not have.
    pub fn present(&self, token: &SessionToken, now_ms: i64) -> Result<Step, Refusal> {
        if self.is_over(now_ms) {
            return Err(Refusal::Over);
        }
        let in_window = now_ms - self.rotated_at_ms < WINDOW_MS;
        match self.place(token) {
            Place::Current => Ok(Step::Rotate),
            Place::Previous if !self.is_used || in_window => Ok(Step::Replay),
            Place::TwoBehind if in_window => Err(Refusal::Stale),
            Place::Previous | Place::TwoBehind | Place::Older => Err(Refusal::Reuse),
            Place::Elsewhere => Err(Refusal::Elsewhere),
        }
    }

    /// Whether the token may draw a page: whatever refresh would not refuse for good.
    pub fn may_look(&self, token: &SessionToken, now_ms: i64) -> bool {
        matches!(self.present(token, now_ms), Ok(_) | Err(Refusal::Stale))
    }
}
