use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::{collection::vec, prelude::*};

use super::{
    permits::{Granted, Permits},
    *,
};
use crate::server::service::limits::Source;

fn pool() -> HashingPool {
    HashingPool::new(1, Cost::default(), Engine::default())
}

/// Takes as many permits as a holder may have.
fn take_all(pool: &HashingPool, holder: PermitHolder<'_>) -> (Vec<HashPermit>, ApiError) {
    let mut permits = Vec::new();
    loop {
        match pool.reserve(holder) {
            Ok(permit) => permits.push(permit),
            Err(refused) => return (permits, refused.into_api()),
        }
        assert!(permits.len() < 1_000, "no end to the queue");
    }
}

fn from(n: u8) -> Source {
    Source::from(IpAddr::from(Ipv4Addr::new(203, 0, 113, n)))
}

#[tokio::test]
async fn a_request_that_would_wait_for_more_than_a_second_is_shed() {
    let pool = pool();
    let (permits, refused) = take_all(&pool, PermitHolder::Operator);
    assert_eq!((refused.code, refused.retry_after), (ErrorCode::Overloaded, Some(1)));
    assert_eq!(permits.len(), pool.reserved());
    drop(permits);
    assert_eq!(pool.reserved(), 0);
    assert!(pool.run(PermitHolder::Operator, |_| ()).await.is_ok(), "all is as before");
}

#[tokio::test]
async fn nothing_is_started_before_there_is_work() {
    let pool = pool();
    drop(pool.reserve(PermitHolder::Operator));
    assert!(!pool.is_started());
    pool.run(PermitHolder::Operator, |_| ()).await.expect("it runs");
    assert!(pool.is_started());
}

#[tokio::test]
async fn work_that_panics_fails_alone() {
    let pool = pool();
    let failed = pool.run(PermitHolder::Operator, |_| -> () { panic!("as told") }).await;
    assert_eq!(failed.map_err(|error| error.into_api().code), Err(ErrorCode::Internal));
    assert_eq!(pool.reserved(), 0, "its place is free");
    assert!(pool.run(PermitHolder::Operator, |_| ()).await.is_ok(), "the thread lives");
}

#[tokio::test]
async fn work_whose_caller_has_gone_is_done_and_its_place_free_again() {
    let pool = pool();
    let (done, told) = std::sync::mpsc::channel();
    let mut gone = Box::pin(pool.run(PermitHolder::Operator, move |_| done.send(())));
    let _sent = futures::poll!(&mut gone);
    drop(gone);
    pool.run(PermitHolder::Operator, |_| ()).await.expect("the next one runs");
    assert!(told.try_recv().is_ok());
    assert_eq!(pool.reserved(), 0);
}

/// The numbers of README and docs/costs.md: 41 permits for each thread at 25 ms a hash.
#[test]
fn a_quarter_for_a_source_an_eighth_for_an_account_a_half_for_a_site() {
    let pool = HashingPool::new(2, Cost::default(), Engine::default());
    assert_eq!(take_all(&pool, PermitHolder::Operator).0.len(), 82);
    let accounts: Vec<String> = (0..100).map(|n| format!("account {n}")).collect();
    let of_each = |holder: &dyn for<'a> Fn(u8, &'a str) -> PermitHolder<'a>| {
        let wanted = accounts.iter().zip(0_u8..).cycle().take(1_000);
        let taken = wanted.filter_map(|(account, n)| pool.reserve(holder(n, account)).ok());
        taken.collect::<Vec<_>>().len()
    };
    assert_eq!(of_each(&|_, account| PermitHolder::Client(from(1), account)), 20, "one source");
    assert_eq!(of_each(&|_, _| PermitHolder::Newcomer(from(1))), 20, "one source of new accounts");
    assert_eq!(of_each(&|n, _| PermitHolder::Client(from(n), "ada")), 10, "one account");
    let in_a_site =
        |n: u8| Source::from(IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 7, n.into(), 0, 0, 0, 1)));
    assert_eq!(of_each(&|n, account| PermitHolder::Client(in_a_site(n), account)), 41, "one site");
    assert_eq!(
        of_each(&|n, account| PermitHolder::Client(from(n), account)),
        82,
        "many, who have nothing yet"
    );
    assert_eq!(
        of_each(&|n, account| PermitHolder::Client(from(n % 8), account)),
        74,
        "many, who have something"
    );
}

/// A client, by numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Client {
    site: u8,
    host: u8,
    account: u8,
    is_v6: bool,
}

impl Client {
    fn address(self) -> IpAddr {
        if self.is_v6 {
            Ipv6Addr::new(0x2001, 0xdb8, self.site.into(), self.host.into(), 0, 0, 0, 1).into()
        } else {
            Ipv4Addr::new(203, 0, self.site, self.host).into()
        }
    }

    fn shares_with(self, other: Self) -> bool {
        let is_site = self.is_v6 && other.is_v6 && self.site == other.site;
        is_site || self.address() == other.address() || self.account == other.account
    }
}

#[derive(Clone, Debug)]
enum Act {
    Take(Client),
    Free(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let client_info = (0..3_u8, 0..3_u8, 0..4_u8, any::<bool>())
        .prop_map(|(site, host, account, is_v6)| Client { site, host, account, is_v6 });
    prop_oneof![4 => client_info.prop_map(Act::Take), 1 => any::<usize>().prop_map(Act::Free)]
}

proptest! {
    /// A client without a permit gets one while one is free, and one source, one site and one
    /// account leave at least half (F3).
    #[test]
    fn nobody_takes_the_places_of_others(acts in vec(act(), 0..200), permits in 1..60_usize, threads in 1..5_usize) {
        let mut queue = Permits::default();
        let mut held: Vec<(Client, Granted)> = Vec::new();
        for act in acts {
            match act {
                Act::Free(nth) if !held.is_empty() => {
                    let (_, taken) = held.swap_remove(nth % held.len());
                    queue.free(&taken);
                }
                Act::Free(_) => {}
                Act::Take(client_info) => {
                    let account = client_info.account.to_string();
                    let holder = PermitHolder::Client(client_info.address().into(), &account);
                    let taken = queue.take(holder, permits, threads);
                    let has_nothing = held.iter().all(|(other, _)| !client_info.shares_with(*other));
                    if held.len() == permits {
                        prop_assert!(taken.is_none());
                    } else if has_nothing {
                        prop_assert!(taken.is_some(), "{client_info:?} among {} of {permits}", held.len());
                    }
                    held.extend(taken.map(|taken| (client_info, taken)));
                }
            }
            prop_assert_eq!(queue.taken(), held.len());
            let most = (permits / 2).max(1);
            for (one, _) in &held {
                let of = |same: &dyn Fn(&Client) -> bool| held.iter().filter(|(other, _)| same(other)).count();
                prop_assert!(of(&|other| other.address() == one.address()) <= most);
                prop_assert!(of(&|other| other.account == one.account) <= most);
                prop_assert!(!one.is_v6 || of(&|other| other.is_v6 && other.site == one.site) <= most);
            }
        }
        held.iter().for_each(|(_, taken)| queue.free(taken));
        prop_assert_eq!(queue.taken(), 0);
        // All permits were returned: one source can take its share again.
        prop_assert!(queue.take(PermitHolder::Client(from(1), "ada"), permits, threads).is_some());
    }
}
