//! The only room with rules. Verbs whose first argument is the [`App`](crate::server::App).

pub mod caller;
pub mod hashing;
pub mod health;
pub mod keys;
pub mod login;
pub mod people;
pub mod profile;
pub mod register;
pub mod revocation;
pub mod roles;
pub mod session;
pub mod setup;
pub mod verified;
pub mod viewer;

mod audit;

/// PostgreSQL takes no NUL in text, so nothing that is stored has one.
fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}

/// Where a request comes from, as far as it can be told.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The client's address in canonical text.
    pub client_ip: Option<String>,
    /// What it calls itself, cut to a sane length.
    pub user_agent: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ErrorCode;

    #[tokio::test]
    async fn hashing_sheds_what_it_cannot_queue() {
        let pool = hashing::HashingPool::new(1, 1).expect("a pool");
        let (release, gate) = std::sync::mpsc::channel::<()>();
        let busy = pool.run(move |_| gate.recv().is_ok());
        let busy = tokio::spawn(busy);
        while pool.free_places() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = pool.run(|_| ()).await.map_err(|error| error.into_api().code);
        assert_eq!(refused, Err(ErrorCode::Overloaded));
        release.send(()).expect("the worker waits");
        assert!(busy.await.expect("it ends").expect("it ran"));
        assert!(pool.run(|_| ()).await.is_ok());
    }
}
