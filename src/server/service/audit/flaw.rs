//! Faults of the audit log.

/// The first fault of the log and its position, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The MAC of the head is wrong.
    #[error("the head of the chain is forged, or was made with another instance secret")]
    HeadForged,
    /// The stored keys of earlier secrets do not open under the current one: a planted lost key
    /// would let altered events pass.
    #[error(
        "the keys of earlier instance secrets are forged, or were put back: nothing before the last secret rotate is \
         proven"
    )]
    KeysForged,
    /// The head is missing: a database has one before it has events.
    #[error("the head of the chain was removed")]
    HeadMissing,
    /// A position has no event.
    #[error("the event at place {0} was removed")]
    Missing(i64),
    /// The last events by the head are missing.
    #[error("the end of the chain was removed: places {0} to {1}")]
    Truncated(i64, i64),
    /// The hash is ours, and the next one follows it, but the event was changed.
    #[error("the event at place {0} was altered, or one before it removed and the rest renumbered")]
    Altered(i64),
    /// A genuine event is in another position.
    #[error("the event at place {0} belongs elsewhere: the order was changed")]
    Moved(i64),
    /// An event is inserted: the chain continues without it, or it fits nowhere.
    #[error("the event at place {0} is not ours: it was inserted or forged")]
    Forged(i64),
    /// There are sealed events before the beginning or after the end.
    #[error("the event at place {0} stands outside of the chain")]
    Outside(i64),
    /// There are more sealed events than positions.
    #[error("{0} sealed events too many: a place is there twice")]
    Surplus(i64),
    /// The noted head is not in the chain.
    #[error("the chain does not hold the noted head: an earlier state of the log was put back")]
    NotHeld,
}
