//! Neither one source nor one account keeps others from signing in, with right passwords or wrong ones.

use axum::http::Method;
use futures::{FutureExt, future::join_all};
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle};
use vestibule::server::service::hashing::{HashPermit, PermitHolder};

use super::support::*;

/// From where somebody floods.
const ADDRESS: &str = "203.0.113.7";

/// Places enough that a quarter of them is several.
const PLACES: usize = 40;

/// All hashing threads, held until it is opened: work waits meanwhile, and nothing is hashed.
struct Gate {
    open: watch::Sender<bool>,
    held: Vec<JoinHandle<bool>>,
}

impl Gate {
    async fn shut(server: &Server) -> Self {
        permits(server).await;
        let (open, gate) = watch::channel(false);
        let threads = server.app.config.hashing_threads;
        let hold = |_| {
            let (mut gate, handle) = (gate.clone(), tokio::runtime::Handle::current());
            let pool = server.app.passwords.hashing.clone();
            let wait = move |_: &_| handle.block_on(gate.wait_for(|open| *open)).is_ok();
            tokio::spawn(async move {
                pool.run(PermitHolder::Operator, wait).await.is_ok_and(|held| held)
            })
        };
        let held = (0..threads).map(hold).collect();
        until(|| {
            server.app.passwords.hashing.reserved() == threads
                && server.app.passwords.hashing.waiting() == 0
        })
        .await;
        Self { open, held }
    }

    async fn open(self) {
        self.open.send_replace(true);
        for held in self.held {
            assert!(held.await.expect("ended"));
        }
    }
}

/// Sends all at once; answers once each is refused or waits for a thread.
async fn flood(server: &Server, requests: Vec<Request>) -> Vec<JoinHandle<Reply>> {
    let before = server.app.passwords.hashing.waiting();
    let sent: Vec<_> = requests
        .into_iter()
        .map(|request| {
            let router = server.router.clone();
            tokio::spawn(async move { send(&router, request).await })
        })
        .collect();
    until(|| {
        let waiting = server.app.passwords.hashing.waiting() - before;
        sent.iter().filter(|reply| reply.is_finished()).count() + waiting == sent.len()
    })
    .await;
    sent
}

/// Short work, until there are places enough to share: a machine that is busy with other things has few.
async fn permits(server: &Server) {
    while free(server) < PLACES {
        server.app.passwords.hashing.run(PermitHolder::Operator, |_| ()).await.expect("done");
    }
}

/// How many places are free.
fn free(server: &Server) -> usize {
    let take = || server.app.passwords.hashing.reserve(PermitHolder::Operator).ok();
    let permits: Vec<HashPermit> = std::iter::from_fn(take).take(100_000).collect();
    assert!(permits.len() < 100_000, "the queue has no end");
    permits.len()
}

both! {
    async fn one_account_on_known_devices_leaves_places_for_others(server: Server) {
        server.register("ada").await;
        server.register("bob").await;
        let token = server.login("ada").await;
        let mut devices = Vec::new();
        for _ in 0..4 {
            let fields = [("identifier", "ada"), ("password", PASSWORD)];
            let reply = server.send(form("/login", &fields)).await.expect(303);
            devices.push(reply.cookie("vestibule_device_3000").expect("a known device"));
        }
        let gate = Gate::shut(&server).await;
        let all = free(&server) + server.app.config.hashing_threads;
        // Right passwords: no limit of attempts stops these.
        let sign_ins = (0..2 * all).map(|n| match devices.get(n % 8) {
            Some(device) => right("ada").from(ADDRESS).cookie(device),
            None => right("ada").from(ADDRESS),
        });
        let proof = || send_json(Method::POST, "/api/v1/me/reauthenticate", json!({ "password": PASSWORD }));
        let proofs = (0..2 * all).map(|_| proof().from(ADDRESS).bearer(&token));
        let flood = flood(&server, sign_ins.chain(proofs).collect()).await;
        let left = free(&server);
        assert!(left >= all / 2, "{left} of {all} places are left");
        let bob = flood_one(&server, right("bob").from("198.51.100.1")).await;
        // A neighbour of the flood has another account, and the source has no place left.
        gate.open().await;
        bob.await.expect("ended").expect(200);
        let replies = join_all(flood).await.into_iter().map(|reply| reply.expect("ended"));
        let (mut shed, mut served) = (0, 0);
        for reply in replies {
            match reply.status.as_u16() {
                503 => {
                    shed += 1;
                    assert_eq!(reply.expect_problem(503, "overloaded").header("retry-after"), "1");
                }
                // What was not shed was counted, and so met a limit or was let in. Of the proofs at once in one
                // session one renews it, and the others are too late.
                429 | 401 => {}
                _ => {
                    served += 1;
                    reply.expect(200);
                }
            }
        }
        assert!(shed > 0 && served > 0, "{shed} shed, {served} served");
        assert_eq!(server.app.passwords.hashing.reserved(), 0, "all places are free again");
    }

    // Attempts that limits refuse hold no place of the account: its owner is not told that the server is busy.
    async fn attempts_that_are_refused_hold_no_places(server: Server) {
        server.register("ada").await;
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        let device = server.send(form("/login", &fields)).await.expect(303);
        let device = device.cookie("vestibule_device_3000").expect("a known device");
        while server.send(guess("ada").from(ADDRESS)).await.status == 401 {}
        permits(&server).await;
        let flood: Vec<_> = (0..10 * PLACES)
            .map(|_| {
                let router = server.router.clone();
                tokio::spawn(async move { send(&router, guess("ada").from(ADDRESS)).await })
            })
            .collect();
        for _ in 0..5 {
            server.send(right("ada").from("198.51.100.1").cookie(&device)).await.expect(200);
        }
        for reply in join_all(flood).await {
            let status = reply.expect("ended").status;
            assert!([429, 503].contains(&status.as_u16()), "{status}");
        }
    }

    async fn a_source_that_tries_many_names_leaves_places_for_others(server: Server) {
        server.register("bob").await;
        let gate = Gate::shut(&server).await;
        let all = free(&server) + server.app.config.hashing_threads;
        let guesses = (0..50).map(|n| guess(&format!("nobody{n}")).from("2001:db8:7::1"));
        let neighbours = (0..2 * all).map(|n| guess(&format!("no{n}body")).from(&format!("2001:db8:7:{:x}::1", n + 1)));
        let flood = flood(&server, guesses.chain(neighbours).collect()).await;
        let left = free(&server);
        assert!(left >= all / 2 - server.app.config.hashing_threads, "{left} of {all} places are left");
        let bob = flood_one(&server, right("bob").from("2001:db8:8::1")).await;
        gate.open().await;
        bob.await.expect("ended").expect(200);
        join_all(flood).await;
    }

    // Nothing is hashed, and no thread started, before somebody needs it.
    async fn commands_that_hash_nothing_start_no_threads(server: Server) {
        use vestibule::server::service::{agent::Agent, keys, accounts, accounts::AccountChange, roles::Role, setup};

        setup::new_link(&server.app, Agent::System).await.expect("a link");
        server.send(get("/login").header("accept", "text/html")).await.expect(200);
        assert!(accounts::change(&server.app, Agent::Operator, "nobody", AccountChange::GrantRole(Role::Admin)).await.is_err());
        keys::apply_settings(&server.app).await.expect("applied");
        assert!(!server.app.passwords.hashing.is_started());
        server.register("ada").await;
        assert!(server.app.passwords.hashing.is_started());
    }
}

async fn flood_one(server: &Server, request: Request) -> JoinHandle<Reply> {
    flood(server, vec![request]).map(|mut sent| sent.remove(0)).await
}
