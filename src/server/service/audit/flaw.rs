//! What can be wrong with the log.

/// What is wrong with the log, and where that was seen first; places count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The MAC of the head.
    #[error("the head of the chain is forged, or was made with another instance secret")]
    HeadForged,
    /// What is stored of earlier secrets does not open under the one of today: a planted lost key would let altered
    /// events pass.
    #[error(
        "the keys of earlier instance secrets are forged, or were put back: nothing before the last secret rotate is \
         proven"
    )]
    KeysForged,
    /// No head: a database has one before it has events.
    #[error("the head of the chain was removed")]
    HeadMissing,
    /// A gap.
    #[error("the event at place {0} was removed")]
    Missing(i64),
    /// No event where the head says that there are.
    #[error("the end of the chain was removed: places {0} to {1}")]
    Truncated(i64, i64),
    /// Its link is one of ours, and the next one follows it; what it is the link of was changed.
    #[error("the event at place {0} was altered, or one before it removed and the rest renumbered")]
    Altered(i64),
    /// A genuine event in another place.
    #[error("the event at place {0} belongs elsewhere: the order was changed")]
    Moved(i64),
    /// The chain goes on as if it were not there, or it fits nowhere.
    #[error("the event at place {0} is not ours: it was inserted or forged")]
    Forged(i64),
    /// Sealed events before the beginning or after the end.
    #[error("the event at place {0} stands outside of the chain")]
    Outside(i64),
    /// More sealed events than places.
    #[error("{0} sealed events too many: a place is there twice")]
    Surplus(i64),
    /// The noted head is not in the chain.
    #[error("the chain does not hold the noted head: an earlier state of the log was put back")]
    NotHeld,
}
