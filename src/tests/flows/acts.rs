//! What can happen to flows, and how often.

use proptest::{collection::vec, option, prelude::*, sample::Index};
use vestibule::server::service::flows::Purpose;

/// People, browsers and addresses: two of each.
pub(super) const TWO: usize = 2;

/// Whose flows are superseded, or about what.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whose {
    Everybody,
    User(usize),
    Address(usize),
    UserAt(usize, usize),
}

/// Where a secret is shown, and what for: as it was asked for, or some other way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    pub(super) flow: Index,
    pub(super) purpose: Option<Purpose>,
    /// A browser, or a program.
    pub(super) holder: Option<Option<usize>>,
}

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Issue {
        purpose: Purpose,
        holder: Option<usize>,
        user: Option<usize>,
        has_hash: bool,
        address: Option<usize>,
    },
    /// Somebody looks, and keeps what was found.
    Peek(Shown),
    /// Somebody looks, and spends what was found.
    Spend(Shown),
    /// Somebody spends what was found some time ago.
    SpendKept(Index),
    Supersede(Purpose, Whose),
    NewPassword(usize),
    NewEpoch(usize),
    Disable(usize),
    Enable(usize),
    /// Time passes, in seconds; now and then the wrong way.
    Wait(i64),
    Sweep,
}

/// What happens in one case, each through one of two processes.
pub(super) fn acts() -> impl Strategy<Value = Vec<(Act, usize)>> {
    let purpose = || proptest::sample::select(Purpose::ALL);
    let holder = || option::weighted(0.8, 0..TWO);
    let shown = || {
        let changed = (option::weighted(0.1, purpose()), option::weighted(0.2, holder()));
        (any::<Index>(), changed).prop_map(|(flow, (purpose, holder))| Shown {
            flow,
            purpose,
            holder,
        })
    };
    let whose = prop_oneof![
        Just(Whose::Everybody),
        (0..TWO).prop_map(Whose::User),
        (0..TWO).prop_map(Whose::Address),
        (0..TWO, 0..TWO).prop_map(|(user, address)| Whose::UserAt(user, address)),
    ];
    let issue = (purpose(), holder(), option::of(0..TWO), any::<bool>(), option::of(0..TWO));
    let issue = issue.prop_map(|(purpose, holder, user, has_hash, address)| Act::Issue {
        purpose,
        holder,
        user,
        has_hash,
        address,
    });
    let waits = prop_oneof![
        4 => 1..60_i64,
        2 => Just(599_i64),
        2 => Just(600_i64),
        1 => Just(3_600_i64),
        1 => Just(86_400_i64),
        1 => -120..0_i64,
    ];
    let act = prop_oneof![
        8 => issue,
        5 => shown().prop_map(Act::Peek),
        6 => shown().prop_map(Act::Spend),
        3 => any::<Index>().prop_map(Act::SpendKept),
        2 => (purpose(), whose).prop_map(|(purpose, whose)| Act::Supersede(purpose, whose)),
        1 => (0..TWO).prop_map(Act::NewPassword),
        1 => (0..TWO).prop_map(Act::NewEpoch),
        1 => (0..TWO).prop_map(Act::Disable),
        2 => (0..TWO).prop_map(Act::Enable),
        4 => waits.prop_map(Act::Wait),
        1 => Just(Act::Sweep),
    ];
    vec((act, 0..2_usize), 1..50)
}
