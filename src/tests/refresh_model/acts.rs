//! What can happen, and how often.

use proptest::{collection::vec, prelude::*};

/// How many there are.
pub(super) const CLIENTS: usize = 3;

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// A client refreshes; the answer may be lost on the way.
    Refresh { client: usize, is_lost: bool },
    /// Its tabs refresh at once, through both processes.
    Together { client: usize, tabs: usize },
    /// Somebody shows a token from this far back: a late message, or a copy.
    Replay { client: usize, back: usize },
    /// Somebody copies the token that a client holds.
    Copy { client: usize },
    /// The thief refreshes with the newest token they got, by the client's program or another.
    Thief { client: usize, is_foreign: bool },
    /// A page is asked for with a token from this far back.
    Page { client: usize, back: usize },
    /// The client shows its access token.
    Call { client: usize },
    /// Somebody makes a token up, near to a real one.
    Invent { client: usize, at: usize },
    /// The client signs out; another of its tabs may be refreshing.
    SignOut { client: usize, is_refreshing: bool },
    /// The operator disables everybody's account while they refresh, and enables it again.
    Disable,
    /// A process ends and starts again.
    Restart,
    /// Time passes, in milliseconds.
    Wait(i64),
}

/// What happens in one case, each through one of two processes.
pub(super) fn acts() -> impl Strategy<Value = Vec<(Act, usize)>> {
    let client = 0..CLIENTS;
    let waits = prop_oneof![
        4 => 1..3_000_i64,
        2 => 9_000..11_000_i64,
        2 => Just(600_000_i64),
        1 => Just(86_400_000_i64),
        1 => Just(13 * 86_400_000_i64),
    ];
    let act = prop_oneof![
        6 => (client.clone(), prop::bool::weighted(0.3))
            .prop_map(|(client, is_lost)| Act::Refresh { client, is_lost }),
        2 => (client.clone(), 2..6_usize).prop_map(|(client, tabs)| Act::Together { client, tabs }),
        2 => (client.clone(), 1..4_usize).prop_map(|(client, back)| Act::Replay { client, back }),
        1 => client.clone().prop_map(|client| Act::Copy { client }),
        3 => (client.clone(), prop::bool::weighted(0.2))
            .prop_map(|(client, is_foreign)| Act::Thief { client, is_foreign }),
        2 => (client.clone(), 0..4_usize).prop_map(|(client, back)| Act::Page { client, back }),
        4 => client.clone().prop_map(|client| Act::Call { client }),
        2 => (client.clone(), 0..118_usize).prop_map(|(client, at)| Act::Invent { client, at }),
        1 => (client, prop::bool::ANY)
            .prop_map(|(client, is_refreshing)| Act::SignOut { client, is_refreshing }),
        1 => Just(Act::Disable),
        1 => Just(Act::Restart),
        5 => waits.prop_map(Act::Wait),
    ];
    vec((act, 0..2_usize), 1..40)
}
