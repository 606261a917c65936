//! The feed: an append-only log of changes that every process must apply, written in the
//! transaction of the change.
//!
//! This module reads and writes [`Change`] values. [`follow`](super::follow) applies them.

use std::collections::BTreeSet;

use super::token_life;
use crate::server::{
    db::{
        Db, DbResult, Tx,
        feed::{self, FeedRow},
    },
    secure::jwt::LEEWAY,
};

/// The longest time from the start of a unit of work to its commit, in seconds. PostgreSQL hands out sequence
/// numbers before commits, so a reader looks back this long.
pub(super) const LOOK_BACK: i64 = 60;

/// Number of lines on a page.
const PAGE: i64 = 2_000;

/// A change that every process must apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A session ended: its access tokens are revoked.
    Session(String),
    /// The account's access tokens of earlier epochs are revoked.
    User(String, i64),
    /// The key ring changed.
    Keys,
    /// Clients of others, or resources, changed.
    Clients,
    /// The set of blocked sources changed.
    Blocks,
    /// The instance secret was replaced.
    Secret,
    /// What an account shows of itself has changed.
    Profile(String),
    /// The counts of an account's attempts must be reset: their keys, and the time of the request
    /// (Unix milliseconds).
    Unlock(String, i64),
}

impl Change {
    /// Kind, subject and number, the columns of a row.
    fn row(&self) -> (&'static str, &str, i64) {
        match self {
            Self::Session(id) => ("session", id, 0),
            Self::User(id, epoch) => ("user", id, *epoch),
            Self::Keys => ("keys", "", 0),
            Self::Clients => ("clients", "", 0),
            Self::Blocks => ("blocks", "", 0),
            Self::Secret => ("secret", "", 0),
            Self::Profile(id) => ("profile", id, 0),
            Self::Unlock(keys, at_ms) => ("unlock", keys, *at_ms),
        }
    }

    /// The change of a row; none for a kind of a later version.
    fn read(kind: &str, subject: String, number: i64) -> Option<Self> {
        Some(match kind {
            "session" => Self::Session(subject),
            "user" => Self::User(subject, number),
            "keys" => Self::Keys,
            "clients" => Self::Clients,
            "blocks" => Self::Blocks,
            "secret" => Self::Secret,
            "profile" => Self::Profile(subject),
            "unlock" => Self::Unlock(subject, number),
            _ => return None,
        })
    }
}

/// A change with its position in the feed.
pub(super) struct Line {
    /// Sequence number.
    pub(super) seq: i64,
    /// Time of writing, in Unix seconds.
    pub(super) created_at: i64,
    /// The change.
    pub(super) change: Change,
}

/// A position in the feed: time and number of a line.
pub(super) type FeedPosition = (i64, i64);

/// A page of the feed.
pub(super) struct Page {
    /// The lines that this version understands.
    pub(super) lines: Vec<Line>,
    /// The kinds that it does not know.
    pub(super) unknown: BTreeSet<String>,
    /// Position of the last line of any kind; none for an empty page.
    pub(super) last: Option<FeedPosition>,
    /// Whether no line follows.
    pub(super) is_last: bool,
}

impl Page {
    fn new(rows: Vec<FeedRow>) -> Self {
        let mut page = Self {
            lines: Vec::with_capacity(rows.len()),
            unknown: BTreeSet::new(),
            last: rows.last().map(|row| (row.created_at, row.seq)),
            is_last: (rows.len() as i64) < PAGE,
        };
        for FeedRow { seq, kind, subject, not_before, created_at } in rows {
            match Change::read(&kind, subject, not_before) {
                Some(change) => page.lines.push(Line { seq, created_at, change }),
                None => drop(page.unknown.insert(kind)),
            }
        }
        page
    }
}

/// Writes a change into the feed, in the unit of work of its cause.
///
/// # Errors
/// Fails if the database fails.
pub(super) async fn record(tx: &mut Tx<'_>, change: &Change, now_s: i64) -> DbResult<()> {
    let needed = kept(token_life::longest_in(tx, now_s).await?);
    feed::insert(tx, change.row(), now_s, now_s + needed).await
}

/// Time for which a line is kept, in seconds, for a given lifetime of access tokens.
///
/// A token may be issued until the transaction that ends its session has committed ([`LOOK_BACK`]),
/// by a process whose clock is ahead, and be presented to one whose clock is behind (twice
/// [`LEEWAY`]).
pub(super) fn kept(life: i64) -> i64 {
    life + LOOK_BACK + 2 * LEEWAY
}

/// The lines after a sequence number, in order of the number.
pub(super) async fn after(db: &Db, seq: i64) -> DbResult<Page> {
    Ok(Page::new(feed::after(db, seq, PAGE).await?))
}

/// The lines after a position, in order of time.
pub(super) async fn since(db: &Db, place: FeedPosition) -> DbResult<Page> {
    Ok(Page::new(feed::since(db, place, PAGE).await?))
}

#[cfg(test)]
mod tests {
    use super::Change;

    #[test]
    fn a_change_is_read_as_it_was_written() {
        let id = || "01991b2c-0000-7000-8000-000000000000".to_owned();
        let unlock = Change::Unlock("AAAAAAAAAAAAAAAAAAAAAA BBBBBBBBBBBBBBBBBBBBBA".into(), 7);
        let revocations = [Change::Session(id()), Change::User(id(), 7)];
        let others = [
            Change::Keys,
            Change::Clients,
            Change::Blocks,
            Change::Secret,
            Change::Profile(id()),
            unlock,
        ];
        for change in revocations.into_iter().chain(others) {
            let (kind, subject, number) = change.row();
            assert_eq!(Change::read(kind, subject.to_owned(), number), Some(change.clone()));
        }
        assert_eq!(Change::read("of a later version", id(), 0), None);
    }
}
