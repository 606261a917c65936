//! The only room with rules. Verbs whose first argument is the [`App`](crate::server::App).

pub mod agent;
pub mod audit;
pub mod caller;
pub mod feed;
pub mod flows;
pub mod follow;
pub mod hashing;
pub mod health;
pub mod import;
pub mod keys;
pub mod limits;
pub mod load;
pub mod login;
mod paging;
pub mod passwords;
pub mod people;
pub mod profile;
pub mod proof;
pub mod prune;
pub mod register;
pub mod revocation;
pub mod roles;
pub mod session;
pub mod setup;
mod token_life;
pub mod tokens;
pub mod verified;
pub mod viewer;

use super::secure::known_device::KnownDevice;
use crate::model::SessionId;

/// Where a request comes from, as far as it can be told.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The client's address in canonical text.
    pub client_ip: Option<String>,
    /// What it calls itself, cut to a sane length.
    pub user_agent: Option<String>,
    /// Whom this browser has signed in before.
    pub device: Option<KnownDevice>,
    /// The session of the cookie that came, which a new sign-in in this browser supersedes.
    pub session: Option<SessionId>,
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::hashing::HashingPool;
    use crate::{
        model::ErrorCode,
        server::secure::password::{Cost, PasswordHashing},
    };

    fn pool() -> HashingPool {
        HashingPool::start(1, || PasswordHashing::new(Cost::default())).expect("a pool")
    }

    #[tokio::test]
    async fn hashing_sheds_whoever_would_wait_for_more_than_a_second() {
        let pool = pool();
        let mut places = Vec::new();
        let refused = loop {
            match pool.reserve() {
                Ok(place) => places.push(place),
                Err(refused) => break refused.into_api(),
            }
            assert!(places.len() < 1_000, "no end to the queue");
        };
        assert_eq!((refused.code, refused.retry_after), (ErrorCode::Overloaded, Some(1)));
        drop(places);
        assert!(pool.run(|_| ()).await.is_ok(), "all is as before");
    }

    #[tokio::test]
    async fn work_whose_client_has_gone_is_never_begun() {
        let pool = pool();
        let (release, gate) = mpsc::channel::<()>();
        let mut busy = Box::pin(pool.run(move |_| gate.recv().is_ok()));
        assert!(futures::poll!(&mut busy).is_pending(), "it waits for the gate");
        let (began, ran) = mpsc::channel();
        let mut gone = Box::pin(pool.run(move |_| began.send(()).is_ok()));
        assert!(futures::poll!(&mut gone).is_pending(), "it waits for the thread");
        drop(gone);
        release.send(()).expect("the worker waits");
        assert!(busy.await.expect("it ran"));
        pool.run(|_| ()).await.expect("the next one runs");
        assert!(ran.try_recv().is_err(), "it was begun for nobody");
    }

    #[tokio::test]
    async fn work_that_panics_fails_alone() {
        let pool = pool();
        let failed = pool.run(|_| -> () { panic!("as told") }).await;
        assert_eq!(failed.map_err(|error| error.into_api().code), Err(ErrorCode::Internal));
        assert!(pool.run(|_| ()).await.is_ok(), "the thread lives");
    }
}
