//! A server without a socket, a clock that moves, and four actors.

mod authenticator;
mod behind;
mod browser;
mod client;
mod declared;
mod disk;
mod forge;
pub(crate) mod http2;
mod listening;
mod log;
mod numbers;
mod pages;
mod postgres;
mod process;
mod property;
mod relay;
mod server;
mod smtp;
mod tokens;
mod totp;
mod valkey;

pub(crate) use authenticator::{Authenticator, SYNCED, VERIFIED};
pub(crate) use behind::{new_database, try_sql_at};
pub(crate) use browser::{Browser, hidden};
pub(crate) use client::{KEPT, Reply, Request, act, enter, form, form_token, get, post, send_json};
pub(crate) use declared::{Asked, check, fault, resolved, validator};
pub(crate) use disk::Disk;
pub(crate) use forge::{Forge, b64, part};
pub(crate) use listening::{Listening, WITHIN, is_answered, said_until_end, until};
pub(crate) use log::Log;
pub(crate) use numbers::{minus, plus};
pub(crate) use pages::{
    account_pages, account_places, pages_for_permissions, pages_of_a_step, public_pages,
};
pub(crate) use postgres::Postgres;
pub(crate) use process::{Process, Said, by, create, vestibule};
pub(crate) use property::holds;
pub(crate) use relay::Relay;
pub(crate) use server::{
    ACCOUNT_BURST, Backend, ORIGIN, PASSWORD, Router, Server, claim, guess, guess_until_refused,
    link_cookie, right, send,
};
pub(crate) use smtp::{At, Does, SmtpServer};
pub(crate) use tokens::{jwks, kid, status};
pub(crate) use totp::app_code;
pub(crate) use valkey::Valkey;
pub(crate) use vestibule::server::service::agent::Agent;

/// The longest that a test may take: one that waits for what never comes fails.
pub(crate) const TEST_WITHIN: std::time::Duration = std::time::Duration::from_secs(300);

/// Runs a test on both databases: `both! { async fn name(server: Server) { … } }`.
macro_rules! both {
    ($($test:tt)*) => {
        both_with! { |_| (); $($test)* }
    };
}

/// The same with other settings: `both_with! { |flags| …; async fn name(server: Server) { … } }`.
macro_rules! both_with {
    (|$flags:pat_param| $change:expr; $($(#[$doc:meta])* async fn $name:ident($server:ident: Server) $body:block)*) => {
        $($(#[$doc])* mod $name {
            use super::*;

            async fn test($server: Server) $body

            async fn on(backend: Backend) {
                let test = test(Server::with(backend, |$flags| $change).await);
                let ended = tokio::time::timeout($crate::support::TEST_WITHIN, test).await;
                ended.expect("no test takes that long");
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                on(Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                on(Backend::Postgres).await;
            }
        })*
    };
}
pub(crate) use {both, both_with};
